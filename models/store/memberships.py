"""Which channels accounts are members of."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from models.store.directory_tables import MembershipRow
from models.store.intervals import holding
from models.store.keyed import ALWAYS
from models.store.statements import among_given, listed

_MEMBERSHIPS = select(
    MembershipRow.account, MembershipRow.channel, MembershipRow.since, MembershipRow.until
).where(among_given(MembershipRow.account, "accounts"))


def channels_of(connection: Connection, accounts: Collection[str], at: datetime) -> dict[str, list[str]]:
    """The channels that each of the accounts is a member of at a time."""
    if not accounts:
        return {}
    intervals: dict[tuple[str, str], list[tuple[datetime | None, datetime | None]]] = defaultdict(list)
    for account, channel, since, until in connection.execute(_MEMBERSHIPS, {"accounts": listed(accounts)}):
        intervals[account, channel].append((None if since == ALWAYS else since, until))
    joined: dict[str, list[str]] = defaultdict(list)
    for (account, channel), rows in intervals.items():
        if holding(rows, at):
            joined[account].append(channel)
    return joined
