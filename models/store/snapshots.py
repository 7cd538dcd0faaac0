"""What is missing from a snapshot, what closes it, and which spans are known to be complete as of when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Connection, delete, or_, select

from models.records import Account, Channel, ChannelKind, Deletion, Membership, Post, Reaction, Record
from models.snapshot import Snapshot, SnapshotKind
from models.store.closed_accounts import closed_accounts, ended_membership, missing_accounts
from models.store.directory_tables import AccountRow, ChannelRow, MembershipRow
from models.store.given_reactions import Key, key_of, taken_back
from models.store.keyed import ALWAYS, Merge, Values
from models.store.participation import NATIVE
from models.store.snapshot_tables import SnapshotRow
from models.store.statements import among, table_of, upsert
from models.store.tables import PostRow
from models.stored import Missing

Reading = Callable[[], AbstractContextManager[Connection]]


class Snapshots:
    """Compares snapshots with the store, before anything is closed."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def missing(self, snapshot: Snapshot) -> Missing:
        """How much of what a snapshot covers is in the store, and how much of that it lacks."""
        with self._reading() as connection:
            found = closing(connection, snapshot)
        return Missing(found.held, found.gone, found.newer)


class Closing(NamedTuple):
    """How much the store holds, how much of it goes by which records, and how much is known from later."""

    held: int
    gone: int
    records: Sequence[Record]
    newer: int


def closing(connection: Connection, snapshot: Snapshot) -> Closing:
    """What writing a snapshot would close."""
    find = {
        SnapshotKind.ACCOUNTS: _accounts,
        SnapshotKind.CHANNELS: _channels,
        SnapshotKind.MEMBERS: _members,
        SnapshotKind.POSTS: _posts,
        SnapshotKind.REACTIONS: _reactions,
    }[snapshot.of]
    return find(connection, snapshot, snapshot.container.partition(":")[2])


def _channels(connection: Connection, snapshot: Snapshot, network: str) -> Closing:
    query = select(table_of(ChannelRow)).where(
        ChannelRow.network == network, ~ChannelRow.private, ChannelRow.kind != ChannelKind.DIRECT.value
    )
    open_ = connection.execute(query).mappings().all()
    listed = frozenset(snapshot.ids)
    missing = [row for row in open_ if row["id"] not in listed]
    newer = {row["id"] for row in missing if _is_newer(row, snapshot)}
    if newer and not _goes_on(connection, snapshot, among(PostRow.channel, listed)):
        # All that is newer than this list is what it lacks: a list of an earlier day looks the same as one
        # from which a channel has gone. One closed in error opens again; what was read stays read.
        newer = set()
    closed = [_closed(row, snapshot) for row in missing if row["id"] not in newer]
    return Closing(len(open_), len(closed), closed, len(newer))


def _goes_on(connection: Connection, snapshot: Snapshot, where: ColumnElement[bool]) -> bool:
    """Whether something was written there after a snapshot."""
    later = select(PostRow.id).where(where, PostRow.created > snapshot.as_of, _FOREIGN)
    return connection.execute(later.limit(1)).first() is not None


def _closed(row: Any, snapshot: Snapshot) -> Channel:
    return Channel(
        id=row["id"],
        network=row["network"],
        name=row["name"],
        kind=ChannelKind(row["kind"]),
        company=row["company"],
        private=True,
        archived=row["archived"],
        description=row["description"],
        as_of=max(row["as_of"] or snapshot.as_of, snapshot.as_of),
    )


def _accounts(connection: Connection, snapshot: Snapshot, network: str) -> Closing:
    held, missing = missing_accounts(connection, network, snapshot.ids)
    newer = {row["id"] for row in missing if _is_newer(row, snapshot)}
    channels = select(ChannelRow.id).where(ChannelRow.network == network)
    if newer and not _goes_on(connection, snapshot, PostRow.channel.in_(channels)):
        newer = set()  # As with channels: all that is newer than this list is what it lacks.
    gone = [row for row in missing if row["id"] not in newer]
    records = closed_accounts(connection, gone, snapshot.as_of)
    closed = len(records.accounts)
    return Closing(held, closed, records.records, len(newer))


def _members(connection: Connection, snapshot: Snapshot, channel: str) -> Closing:
    query = (
        select(table_of(MembershipRow))
        .join(ChannelRow, ChannelRow.id == MembershipRow.channel)
        .outerjoin(AccountRow, AccountRow.id == MembershipRow.account)
        # Whoever joined with an account of another network is not on this one's list.
        .where(
            MembershipRow.channel == channel,
            or_(AccountRow.network.is_(None), AccountRow.network == ChannelRow.network),
            or_(MembershipRow.until.is_(None), MembershipRow.until > snapshot.as_of),
            MembershipRow.since <= snapshot.as_of,
        )
    )
    held = connection.execute(query).mappings().all()
    listed = frozenset(snapshot.ids)
    missing = [row for row in held if row["account"] not in listed]
    ended = [ended_membership(row, snapshot.as_of) for row in missing if not _is_newer(row, snapshot)]
    return Closing(len(held), len(ended), ended, len(missing) - len(ended))


def _posts(connection: Connection, snapshot: Snapshot, channel: str) -> Closing:
    span = [PostRow.channel == channel, ~PostRow.deleted, _FOREIGN]
    if snapshot.since:
        span.append(PostRow.created >= snapshot.since)
    if snapshot.until:
        span.append(PostRow.created < snapshot.until)
    held = connection.execute(select(PostRow.id).where(*span).order_by(PostRow.id)).scalars().all()
    listed = frozenset(snapshot.ids)
    missing = [post for post in held if post not in listed]
    if snapshot.certain and Completeness(connection, [snapshot.container]).outdates(snapshot):
        return Closing(len(held), 0, (), len(missing))
    deleted = [Deletion(post=post, deleted=snapshot.as_of) for post in missing]
    return Closing(len(held), len(deleted), deleted, 0)


def _reactions(connection: Connection, snapshot: Snapshot, channel: str) -> Closing:
    found = taken_back(connection, snapshot, channel)
    if Completeness(connection, [snapshot.container]).outdates(snapshot):
        return Closing(found.held, 0, (), found.gone)
    return Closing(*found, 0)


_FOREIGN: ColumnElement[bool] = ~PostRow.id.startswith(f"{NATIVE}:", autoescape=True)
"""What was written on our own pages is in no network's export."""


def _is_newer(row: Mapping[Any, Any], snapshot: Snapshot) -> bool:
    """Whether a row says of itself that it is from after a snapshot."""
    return bool(row["as_of"] and row["as_of"] > snapshot.as_of)


class _Span(NamedTuple):
    since: datetime
    until: datetime | None
    as_of: datetime

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


class Completeness:
    """The snapshots that have been taken in of some containers: they judge what comes from before them."""

    def __init__(self, connection: Connection, containers: Iterable[str]) -> None:
        self._connection = connection
        self._spans: dict[tuple[str, str], list[_Span]] = defaultdict(list)
        query = select(table_of(SnapshotRow)).where(among(SnapshotRow.container, containers))
        for row in connection.execute(query).mappings():
            self._spans[row["container"], row["of"]].append(_Span(row["since"], row["until"], row["as_of"]))

    @classmethod
    def around(cls, connection: Connection, records: Iterable[Record], snapshots: Iterable[Snapshot]) -> Self:
        """What is known of the containers of snapshots, and of records that say from when they are."""
        containers = {snapshot.container for snapshot in snapshots}
        for record in records:
            if isinstance(record, Account | Channel) and record.as_of:
                containers.add(f"network:{record.network}")
            elif isinstance(record, Membership | Post) and record.as_of:
                containers.add(f"channel:{record.channel}")
        return cls(connection, containers)

    def judging(self, merge: Merge) -> Merge:
        """As `merge`, for rows that are not there and say from when they are: later snapshots lack them."""

        def judged(old: Values | None, new: Values) -> Values | None:
            if old is not None or not self._spans or not new.get("as_of"):
                return merge(old, new)
            if "private" in new and self._since(f"network:{new['network']}", "channels", new["as_of"]):
                # Its posts may come, but the later list of what is open does not name it.
                new = {**new, "private": True}
            joins = "channel" in new and new["until"] is None
            if joins and self._since(f"channel:{new['channel']}", "members", new["as_of"]):
                return None
            return merge(old, new)

        return judged

    def lacked_accounts(self, changed: Iterable[tuple[Values | None, Values]]) -> list[Record]:
        """What closes those of the accounts of (old, new) rows that are new here: a later list lacks them."""
        records: list[Record] = []
        late: dict[datetime, list[Values]] = defaultdict(list)
        for old, new in changed:
            spans = self._spans.get((f"network:{new['network']}", "accounts"), ())
            if old is None and new["as_of"] and new["person"] and not new["bot"]:
                for span in spans:
                    if span.as_of > new["as_of"]:
                        late[span.as_of].append(new)
        for as_of, rows in late.items():
            records += closed_accounts(self._connection, rows, as_of).records
        return records

    def reacted(self, reactions: Mapping[int, Record]) -> tuple[set[int], set[Key]]:
        """Of reactions by position: which are from before a snapshot of them, which from its very moment."""
        dated = {at: each for at, each in reactions.items() if isinstance(each, Reaction) and each.as_of}
        query = select(PostRow.id, PostRow.channel, PostRow.created)
        query = query.where(among(PostRow.id, {each.post for each in dated.values()}))
        posts = {row.id: row for row in self._connection.execute(query)} if dated else {}
        known = type(self)(self._connection, {f"channel:{row.channel}" for row in posts.values()})
        older: set[int] = set()
        same: set[Key] = set()
        for at, each in dated.items():
            if each.as_of and (post := posts.get(each.post)):
                for span in known._spans.get((f"channel:{post.channel}", "reactions"), ()):
                    if span.holds(post.created) and span.as_of > each.as_of:
                        older.add(at)
                    elif span.holds(post.created) and span.as_of == each.as_of:
                        same.add(key_of(each))
        return older, same

    def lacks(self, post: Post) -> bool:
        """Whether a later snapshot should have held a post that the store does not hold."""
        if not post.as_of:
            return False
        spans = self._spans.get((f"channel:{post.channel}", "posts"), ())
        return any(span.as_of > post.as_of and span.holds(post.created) for span in spans)

    def _since(self, container: str, of: str, as_of: datetime) -> bool:
        return any(span.as_of >= as_of for span in self._spans.get((container, of), ()))

    def outdates(self, snapshot: Snapshot) -> bool:
        """Whether a part of what a snapshot covers, or what it borders on, is known from later."""
        return any(span.as_of > snapshot.as_of for span in self.touching(snapshot))

    def touching(self, snapshot: Snapshot) -> list[_Span]:
        """The spans of a container that overlap a snapshot's or begin where it ends."""
        since = snapshot.since or ALWAYS
        return [
            span
            for span in self._spans[snapshot.container, snapshot.of.value]
            if (span.until is None or since <= span.until)
            and (snapshot.until is None or span.since <= snapshot.until)
        ]

    def keep(self, snapshot: Snapshot) -> None:
        """Remember a snapshot that has been taken in."""
        key = (snapshot.container, snapshot.of.value)
        own = _Span(snapshot.since or ALWAYS, snapshot.until, snapshot.as_of)
        touching = self.touching(snapshot)
        ends = [span.until for span in (own, *touching)]
        merged = _Span(
            min(span.since for span in (own, *touching)),
            None if None in ends else max(end for end in ends if end),
            max(span.as_of for span in (own, *touching)),
        )
        if touching == [merged]:
            return
        row = SnapshotRow
        gone = [span.since for span in touching]
        self._connection.execute(
            delete(row).where(row.container == key[0], row.of == key[1], row.since.in_(gone))
        )
        values = dict(zip(("container", "of"), key, strict=True), **merged._asdict())
        upsert(self._connection, row, [values])
        self._spans[key] = [span for span in self._spans[key] if span not in touching] + [merged]
