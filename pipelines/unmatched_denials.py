"""Denials that close nothing yet: whether they ever do is judged when all that was read has been written."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from models.records import Denial
from models.store import Store
from models.stored import Outcome
from pipelines.batching import batches, characters_of
from pipelines.sources.source import Located
from pipelines.spool import Spool

PROBLEM = "denial_unmatched"
TOGETHER = 500
"""Looked up by one query."""


class UnmatchedDenials:
    """Those of one run, in a file of their own."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        """`folder` takes what is too much for memory."""
        self._store = store
        self._held = Spool[tuple[Located, Outcome]](folder)

    def hold(self, located: Located, outcome: Outcome) -> Outcome:
        """What can be said of a record at once: of a denial that closes nothing yet, only that it is kept."""
        if outcome.problem != PROBLEM:
            return outcome
        self._held.add((located, outcome))
        return Outcome(change=outcome.change)

    def told(self) -> Iterator[tuple[Located, Outcome]]:
        """At the end: those whose company, channel, post or person has not come, and what is said of them."""
        with self._held:
            for batch in batches(self._denials(), TOGETHER, lambda one: characters_of(one[1])):
                found = self._store.denials.unmatched([denial for _, denial, _ in batch])
                for located, denial, outcome in batch:
                    if detail := found.get(denial):
                        yield located, replace(outcome, detail=detail)

    def _denials(self) -> Iterator[tuple[Located, Denial, Outcome]]:
        for located, outcome in self._held:
            assert isinstance(located.record, Denial)
            yield located, located.record, outcome
