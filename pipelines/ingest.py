"""Writes what a source yields into the store, batch by batch, and counts what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from models.errors import BadInput
from models.snapshot import Snapshot
from models.store import Store
from models.stored import Change, Outcome
from pipelines.batching import batches, characters_of
from pipelines.problems import Problem, ProblemReport
from pipelines.removals import Removals
from pipelines.sources.source import Located
from pipelines.unmatched_denials import UnmatchedDenials

BATCH = 2_000
"""Records written in one transaction: a killed run loses at most these, and the next one brings them back."""


class Ingest:
    """One run over one source. Iterating writes: each step is one batch, committed when it is yielded.

    What the source says to be complete is compared at the end, and only if the end is reached. Should far
    more be missing than goes in a day, nothing is closed and a problem tells so, unless that is accepted.
    Whether a denial closes something is also judged when all that was read has been written.
    """

    def __init__(
        self,
        store: Store,
        source: Iterable[Located | Problem],
        report: ProblemReport,
        *,
        accept_removals: bool = False,
    ) -> None:
        self._store = store
        self._source = source
        self._report = report
        self._removals = Removals(store, accepted=accept_removals)
        self._unmatched = UnmatchedDenials(store)
        self._stopped: BadInput | None = None
        self.changes: Counter[Change] = Counter()

    def __iter__(self) -> Iterator[int]:
        """Write batch by batch; yields the number of records in each. Raises `BadInput` if strict."""
        for batch in batches(self._records(), BATCH, lambda located: characters_of(located.record)):
            yield self._write(batch)
        for located, outcome in self._unmatched.told():
            self._tell(located, outcome)
        if self._stopped:
            raise self._stopped
        for step in self._removals.steps():
            for problem in step.problems:
                self._report.add(problem)
            if step.snapshots:
                self._store.write(step.snapshots)
            yield len(step.snapshots)

    def _records(self) -> Iterator[Located]:
        """The records up to the end, or to the first problem that stops a strict run."""
        for item in self._source:
            if isinstance(item, Problem):
                try:
                    self._report.add(item)
                except BadInput as error:
                    self._stopped = error
                    return
            elif isinstance(item.record, Snapshot):
                self._removals.add(item)
            else:
                yield item

    def _write(self, batch: Sequence[Located]) -> int:
        outcomes = self._store.write([located.record for located in batch])
        self.changes.update(outcome.change for outcome in outcomes)
        for located, outcome in zip(batch, outcomes, strict=True):
            self._tell(located, self._unmatched.hold(located, outcome))
        return len(batch)

    def _tell(self, located: Located, outcome: Outcome) -> None:
        if not outcome.problem:
            return
        self._report.add(
            Problem(
                kind=outcome.problem,
                file=located.file,
                line=located.line,
                message=outcome.detail or outcome.problem.replace("_", " "),
                remedy=outcome.remedy or "",
                # An overlapping export is no mistake of anybody's: it does not stop a strict run.
                note=outcome.note or outcome.change is Change.OLDER,
            )
        )
