"""Writing a batch of any records: first people and places, then posts, then what people did with them.

Access follows from people and places, so within one batch their order among the posts does not matter.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo

from sqlalchemy import Connection, select

from models.records import (
    Acceptance,
    Account,
    Channel,
    Company,
    Deletion,
    Denial,
    Employment,
    Follow,
    Membership,
    Person,
    Post,
    Reaction,
    Record,
    Unit,
    Verification,
    Views,
)
from models.snapshot import Line, Snapshot
from models.store import known_names, precedence
from models.store.access import Access, place_of
from models.store.denials import unmatched
from models.store.directory_tables import (
    AccountRow,
    ChannelRow,
    CompanyRow,
    DenialRow,
    EmploymentRow,
    FollowRow,
    MembershipRow,
    PersonRow,
    UnitRow,
)
from models.store.employments import accounts_of
from models.store.given_reactions import Key
from models.store.keyed import Merge, Values, put
from models.store.posts import PostBatch
from models.store.snapshots import Completeness, closing
from models.store.statements import RevisionSequence, among
from models.store.storable import storable
from models.store.table import Table
from models.store.tables import AcceptanceRow, PostRow, ReactionRow, VerificationRow, ViewsRow
from models.stored import Change, Outcome

UNSTORABLE = {
    "problem": "unstorable_character",
    "detail": "Lone surrogates were replaced by U+FFFD, NUL was removed.",
    "remedy": "Nothing to do, unless the text looks broken: then check the source's encoding.",
}


KNOWN_LATER = Outcome(
    change=Change.OLDER,
    problem="older_record",
    detail="What is known is of a later moment, or of the same one and stricter.",
    remedy="Nothing to do: what is known stays.",
)


def _newest(old: Values | None, new: Values) -> Values:
    return new


def _latest(old: Values | None, new: Values) -> Values | None:
    undated = old is None or old["created"] is None or new["created"] is None
    return new if undated or old is None or new["created"] >= old["created"] else None


def _standing(old: Values | None, new: Values) -> Values | None:
    # A question has one accepted answer: another one replaces it, but cannot be taken back in its stead.
    if old is not None and not new["accepted"] and new["answer"] != old["answer"]:
        return None
    return _latest(old, new)


def _not_more(same: Collection[Key]) -> Merge:
    """The latest, where what is known of these keys is of the same moment: the stricter stands."""

    def merge(old: Values | None, new: Values) -> Values | None:
        key = (new["post"], new["kind"], new["account"])
        if old is not None and new["count"] > old["count"] and key in same:
            return old
        return _latest(old, new)

    return merge


def _largest(old: Values | None, new: Values) -> Values | None:
    return new if old is None or new["count"] >= old["count"] else None


PLACES: dict[type[Record], tuple[type[Table], Merge]] = {
    Company: (CompanyRow, _newest),
    Unit: (UnitRow, _newest),
    Person: (PersonRow, precedence.person),
    Employment: (EmploymentRow, _newest),
    Account: (AccountRow, precedence.account),
    Channel: (ChannelRow, precedence.channel),
    Membership: (MembershipRow, precedence.membership),
    Denial: (DenialRow, _newest),
    Follow: (FollowRow, _newest),
}
SIGNALS: dict[type[Record], tuple[type[Table], Merge]] = {
    Acceptance: (AcceptanceRow, _standing),
    Verification: (VerificationRow, _latest),
    Views: (ViewsRow, _largest),
}


def write_records(connection: Connection, records: Sequence[Line], timezone: tzinfo) -> list[Outcome]:
    """Write records, and what snapshots close, within the transaction of `connection`; outcomes in order."""
    batch = _Batch(connection, timezone)
    for position, record in enumerate(records):
        batch.take(position, record)
    return batch.write(len(records))


class _Batch:
    def __init__(self, connection: Connection, timezone: tzinfo) -> None:
        self._connection = connection
        self._timezone = timezone
        self._kinds: dict[type[Record], dict[int, Record]] = {}
        self._posts: dict[int, Post | Deletion] = {}
        self._snapshots: dict[int, Snapshot] = {}
        self._cleaned: set[int] = set()
        self._outcomes: dict[int, Outcome] = {}

    def take(self, position: int, record: Line) -> None:
        try:
            kept = storable(record)
        except OverflowError as error:
            self._outcomes[position] = Outcome(
                change=Change.REJECTED,
                problem="unstorable_number",
                detail=f"{error}.",
                remedy="Give a number below 2^63.",
            )
            return
        if kept is not record:
            self._cleaned.add(position)
        if isinstance(kept, Snapshot):
            self._snapshots[position] = kept
        elif isinstance(kept, Post | Deletion):
            self._posts[position] = kept
        else:
            self._kinds.setdefault(type(kept), {})[position] = kept

    def write(self, count: int) -> list[Outcome]:
        revisions = RevisionSequence(self._connection)
        before = revisions.last
        known = self._close(count)
        changed = {kind: self._put(kind, row, known.judging(merge)) for kind, (row, merge) in PLACES.items()}
        self._close_accounts(known.lacked_accounts(changed[Account]))
        known_names.learn(self._connection, changed)
        access = Access(self._connection, self._timezone)
        if self._posts:
            batch = PostBatch(self._connection, access, revisions, known)
            written = batch.write(list(self._posts.values()))
            self._outcomes.update(zip(self._posts, written, strict=True))
        if any(changed.values()):
            access.rederive(self._concerned(changed, before), revisions, {})
        older, same = known.reacted(self._kinds.get(Reaction, {}))
        for position in older:
            del self._kinds[Reaction][position]
            self._outcomes[position] = KNOWN_LATER
        self._put(Reaction, ReactionRow, _not_more(same))
        for kind, target in SIGNALS.items():
            self._put(kind, *target)
        revisions.keep()
        self._say_what_closes_nothing()
        for position in self._cleaned:
            self._outcomes[position] = replace(self._outcomes[position], **UNSTORABLE)  # type: ignore[arg-type]
        return [self._outcomes[position] for position in range(count)]

    def _close(self, count: int) -> Completeness:
        """Add what snapshots close, as records behind the given ones; what is complete by then."""
        given = [record for records in self._kinds.values() for record in records.values()]
        known = Completeness.around(
            self._connection, [*given, *self._posts.values()], self._snapshots.values()
        )
        for position, snapshot in self._snapshots.items():
            records = closing(self._connection, snapshot).records if snapshot.certain else ()
            self._outcomes[position] = Outcome(change=Change.UPDATED if records else Change.UNCHANGED)
            for number, record in enumerate(records, count):
                self.take(number, record)
            count += len(records)
            if snapshot.certain:
                known.keep(snapshot)
        return known

    def _close_accounts(self, records: Sequence[Record]) -> None:
        """Write what closes accounts that come late: nobody is told of it, nothing of theirs was open."""
        for kind in (Person, Membership):
            row, merge = PLACES[kind]
            put(self._connection, row, [record for record in records if isinstance(record, kind)], merge)

    def _put(self, kind: type[Record], row: type[Table], merge: Merge) -> list[tuple[Values | None, Values]]:
        records = self._kinds.get(kind)
        if not records:
            return []
        changes, changed = put(self._connection, row, list(records.values()), merge)
        outcomes = (KNOWN_LATER if change is Change.OLDER else Outcome(change=change) for change in changes)
        self._outcomes.update(zip(records, outcomes, strict=True))
        return changed

    def _say_what_closes_nothing(self) -> None:
        """A misspelt denial leaves open what it should close."""
        denials = {
            position: record
            for position, record in self._kinds.get(Denial, {}).items()
            if isinstance(record, Denial)
        }
        unknown = unmatched(self._connection, denials.values()) if denials else {}
        for position, denial in denials.items():
            if denial in unknown:
                self._outcomes[position] = Outcome(
                    change=self._outcomes[position].change,
                    problem="denial_unmatched",
                    detail=unknown[denial],
                    remedy="It is kept, and holds as soon as that comes; check the spelling.",
                    note=True,
                )

    def _concerned(
        self, changed: dict[type[Record], list[tuple[Values | None, Values]]], before: int
    ) -> Iterable[str]:
        """The posts stored before this batch (up to a revision) whose access follows from what changed."""
        channels = [
            new["id"] for old, new in changed[Channel] if place_of(new["id"], old) != place_of(new["id"], new)
        ]
        persons = {new["person"] for _, new in changed[Employment]}
        accounts = {account for owned in accounts_of(self._connection, persons).values() for account in owned}
        accounts |= {
            new["id"] for old, new in changed[Account] if new["person"] != (old["person"] if old else None)
        }
        query = select(PostRow.id).where(~PostRow.deleted, PostRow.revision <= before)
        placed = query.where(among(PostRow.channel, channels))
        written = query.where(among(PostRow.account, accounts), PostRow.company.is_(None))
        return self._connection.execute(placed.union(written)).scalars().all()
