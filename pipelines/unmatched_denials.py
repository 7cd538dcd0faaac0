"""Denials that close nothing yet: whether they ever do is judged when all that was read has been written."""

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from models.records import Denial
from models.store import Store
from models.stored import Outcome
from pipelines.batching import batches, characters_of
from pipelines.sources.source import Located

PROBLEM = "denial_unmatched"
MEMORY_BYTES = 1 << 20
"""They are kept on disk beyond this: a run may bring any number."""
TOGETHER = 500
"""Looked up by one query."""


class UnmatchedDenials:
    """Those of one run, in a file of their own."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        """`folder` takes what is too much for memory; without one, it goes where such files usually do."""
        self._store = store
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by `told`)
            MEMORY_BYTES, dir=str(folder) if folder else None
        )
        self._count = 0

    def hold(self, located: Located, outcome: Outcome) -> Outcome:
        """What can be said of a record at once: of a denial that closes nothing yet, only that it is kept."""
        if outcome.problem != PROBLEM:
            return outcome
        pickle.dump((located, outcome), self._file)
        self._count += 1
        return Outcome(change=outcome.change)

    def told(self) -> Iterator[tuple[Located, Outcome]]:
        """At the end: those whose company, channel, post or person has not come, and what is said of them."""
        with self._file:
            for batch in batches(self._held(), TOGETHER, lambda one: characters_of(one[1])):
                found = self._store.denials.unmatched([denial for _, denial, _ in batch])
                for located, denial, outcome in batch:
                    if detail := found.get(denial):
                        yield located, replace(outcome, detail=detail)

    def _held(self) -> Iterator[tuple[Located, Denial, Outcome]]:
        self._file.seek(0)
        for _ in range(self._count):
            located, outcome = pickle.load(self._file)
            assert isinstance(located.record, Denial)
            yield located, located.record, outcome
