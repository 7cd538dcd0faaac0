"""What snapshots close: held until a source has been read to its end, told, and guarded against mistakes.

An export of one channel, of one day, or half of an export looks like one in which nearly everything was
deleted. So all that would go is counted before anything goes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models.counted import counted
from models.snapshot import Snapshot, SnapshotKind
from models.store import Store
from models.stored import Missing
from pipelines.problems import Problem
from pipelines.sources.source import Located
from pipelines.spool import Spool

FEW = 10
"""So many go between any two exports without a question; a person looks at them in the report."""
SHARE = {
    SnapshotKind.ACCOUNTS: 0.5,
    SnapshotKind.CHANNELS: 0.5,
    SnapshotKind.MEMBERS: 0.5,
    SnapshotKind.POSTS: 0.1,
    SnapshotKind.REACTIONS: 0.5,
}
"""More than this part of all at once is a mistake until somebody says otherwise. What is closed can be opened
again by the next export, and stays readable where it should not be until then; a deleted text is gone."""
TOGETHER = 50
"""Snapshots taken in by one transaction."""

WHAT = {
    SnapshotKind.ACCOUNTS: ("accounts_closed", "account", "closed"),
    SnapshotKind.CHANNELS: ("channels_closed", "open channel", "closed to all but their members"),
    SnapshotKind.MEMBERS: ("memberships_ended", "membership", "ended"),
    SnapshotKind.POSTS: ("posts_deleted", "post", "deleted"),
    SnapshotKind.REACTIONS: ("reactions_ended", "reaction", "taken back"),
}


def too_many(of: SnapshotKind, missing: Missing) -> bool:
    """Whether so much is missing that a person should say that it has gone."""
    return missing.gone > max(FEW, SHARE[of] * missing.held)


def guarded(
    store: Store, items: Iterable[Located | Problem], *, accepted: bool
) -> Iterator[Located | Problem]:
    """What is read, with a problem in place of each snapshot that would close too much."""
    for item in items:
        if not accepted and isinstance(item, Located) and isinstance(item.record, Snapshot):
            snapshot = item.record
            missing = store.snapshots.missing(snapshot)
            if snapshot.certain and too_many(snapshot.of, missing):
                yield _refusal(snapshot.of, missing, item)
                continue
        yield item


class Step(NamedTuple):
    """Snapshots to write, and what to tell beside that."""

    snapshots: tuple[Snapshot, ...]
    problems: tuple[Problem, ...]


class Removals:
    """The snapshots of one run, in a file of their own."""

    def __init__(self, store: Store, *, accepted: bool) -> None:
        self._store = store
        self._accepted = accepted
        self._held = Spool[Located]()

    def add(self, located: Located) -> None:
        """Keep a snapshot until the end."""
        self._held.add(located)

    def steps(self) -> Iterator[Step]:
        """What is to be written once all else is, step by step; refused as a whole where it is too much."""
        with self._held:
            counts = {of: Missing(0, 0, 0) for of in SnapshotKind}
            first: dict[SnapshotKind, Located] = {}
            told: list[Problem] = []
            closing: Counter[int] = Counter()
            for number, (located, snapshot) in enumerate(self._kept()):
                missing = self._store.snapshots.missing(snapshot)
                told += _doubts(snapshot, missing, located)
                if snapshot.certain:
                    before = counts[snapshot.of]
                    counts[snapshot.of] = Missing(before.held + missing.held, before.gone + missing.gone, 0)
                    closing[number] = missing.gone
                    if missing.gone:
                        first.setdefault(snapshot.of, located)
            refused = {of for of, missing in counts.items() if not self._accepted and too_many(of, missing)}
            told += [_refusal(of, counts[of], first[of]) for of in SnapshotKind if of in refused]
            yield Step((), tuple(told))
            yield from self._closed(refused, closing)

    def _closed(self, refused: set[SnapshotKind], closing: Counter[int]) -> Iterator[Step]:
        snapshots: list[Snapshot] = []
        notes: list[Problem] = []
        for number, (located, snapshot) in enumerate(self._kept()):
            if snapshot.certain and snapshot.of not in refused:
                snapshots.append(snapshot)
                if count := closing[number]:
                    notes.append(_closed(snapshot, count, located))
            if len(snapshots) == TOGETHER:
                yield Step(tuple(snapshots), tuple(notes))
                snapshots, notes = [], []
        yield Step(tuple(snapshots), tuple(notes))

    def _kept(self) -> Iterator[tuple[Located, Snapshot]]:
        for located in self._held:
            assert isinstance(located.record, Snapshot)
            yield located, located.record


def _closed(snapshot: Snapshot, count: int, located: Located) -> Problem:
    kind, what, became = WHAT[snapshot.of]
    return Problem(
        kind=kind,
        file=located.file,
        line=located.line,
        message=f"No longer there, and {became}: {counted(count, what)} of {snapshot.container}.",
        count=count,
        note=True,
    )


def _doubts(snapshot: Snapshot, missing: Missing, located: Located) -> Iterator[Problem]:
    _, what, _ = WHAT[snapshot.of]
    if missing.newer:
        yield Problem(
            kind="older_snapshot",
            file=located.file,
            line=located.line,
            message=f"Known from later, and kept: {counted(missing.newer, what)} of {snapshot.container}.",
            count=missing.newer,
            note=True,
        )
    if missing.gone and not snapshot.certain:
        yield Problem(
            kind="perhaps_gone",
            file=located.file,
            line=located.line,
            message=f"Deleted perhaps, or outside of what was read, and kept: {counted(missing.gone, what)}"
            f" of {snapshot.container}.",
            count=missing.gone,
            note=True,
        )


def _refusal(of: SnapshotKind, missing: Missing, located: Located) -> Problem:
    _, what, became = WHAT[of]
    return Problem(
        kind="mass_removal",
        file=located.file,
        line=located.line,
        message=f"No longer there: {missing.gone:,} of {counted(missing.held, what)}; none was {became}.",
        remedy="If the export is whole and that is right, read it again and accept it: --accept-removals.",
        count=missing.gone,
    )
