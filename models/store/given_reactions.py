"""Which reactions to posts were taken back, and which of those that are given are known from later."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from models.records import Reaction
from models.snapshot import Snapshot
from models.store.directory_tables import AccountRow, ChannelRow
from models.store.participation import NATIVE
from models.store.statements import among
from models.store.tables import ReactionRow

Key = tuple[str, str, str]


class TakenBack(NamedTuple):
    """How many reactions a snapshot could tell of, how many of them have gone, and the records for that."""

    held: int
    gone: int
    records: Sequence[Reaction]


def key_of(reaction: Reaction) -> Key:
    """By what reactions are told apart."""
    return reaction.post, reaction.kind, reaction.account or ""


def taken_back(connection: Connection, snapshot: Snapshot, channel: str) -> TakenBack:
    """The reactions of the network's own accounts that a snapshot no longer gives.

    Where it counts more than it names, who is not named any more may be one of those: they stay, and count
    among the nameless, unless they are more than these.
    """
    network = select(ChannelRow.network).where(ChannelRow.id == channel).scalar_subquery()
    query = (
        select(ReactionRow.post, ReactionRow.kind, ReactionRow.account, ReactionRow.count)
        .outerjoin(AccountRow, AccountRow.id == ReactionRow.account)
        .where(
            among(ReactionRow.post, snapshot.ids),
            ReactionRow.count > 0,
            ~ReactionRow.account.startswith(f"{NATIVE}:", autoescape=True),
            or_(AccountRow.network.is_(None), AccountRow.network == network),
            or_(ReactionRow.created.is_(None), ReactionRow.created <= snapshot.as_of),
        )
    )
    held = {(post, kind, account): count for post, kind, account, count in connection.execute(query)}
    given = {key_of(reaction): reaction.count for reaction in snapshot.reactions}
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for post, kind, account in held.keys() - given.keys():
        missing[post, kind].append(account)
    records = []
    gone = 0
    for (post, kind), accounts in sorted(missing.items()):
        nameless = given.get((post, kind, ""), 0)
        stays = len(accounts) <= nameless
        if not stays:
            gone += len(accounts)
            records += [Reaction(post=post, kind=kind, account=each or None, count=0) for each in accounts]
        rest = nameless - len(accounts) if stays else nameless
        if nameless and held.get((post, kind, ""), 0) != rest:
            records.append(Reaction(post=post, kind=kind, count=rest))
    return TakenBack(len(held), gone, records)
