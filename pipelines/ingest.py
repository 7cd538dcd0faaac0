"""Writes what a source yields into the store, batch by batch, and counts what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from models.errors import BadInput
from models.store import Store
from models.stored import Change
from pipelines.problems import Problem, ProblemReport
from pipelines.sources.source import Located

BATCH = 2_000
"""Records written in one transaction: a killed run loses at most these, and the next one brings them back."""

BATCH_CHARACTERS = 8_000_000
"""A batch also ends here, so that memory does not grow with the length of posts."""


class Ingest:
    """One run over one source. Iterating writes: each step is one batch, committed when it is yielded."""

    def __init__(self, store: Store, source: Iterable[Located | Problem], report: ProblemReport) -> None:
        self._store = store
        self._source = source
        self._report = report
        self.changes: Counter[Change] = Counter()

    def __iter__(self) -> Iterator[int]:
        """Write batch by batch; yields the number of records in each. Raises `BadInput` if strict."""
        batch: list[Located] = []
        characters = 0
        for item in self._source:
            if isinstance(item, Problem):
                try:
                    self._report.add(item)
                except BadInput:
                    self._write(batch)
                    raise
                continue
            batch.append(item)
            characters += len(getattr(item.record, "text", ""))
            if len(batch) == BATCH or characters > BATCH_CHARACTERS:
                yield self._write(batch)
                batch, characters = [], 0
        yield self._write(batch)

    def _write(self, batch: Sequence[Located]) -> int:
        outcomes = self._store.write([located.record for located in batch])
        self.changes.update(outcome.change for outcome in outcomes)
        for located, outcome in zip(batch, outcomes, strict=True):
            if outcome.problem:
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
        return len(batch)
