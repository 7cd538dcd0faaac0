"""Completes vectors while a server runs: a thread that gives posts the part that takes long to make."""

import logging
import threading
from collections.abc import Callable

from models.errors import DureError
from models.language.annotator import Annotator, AnnotatorSpec
from models.store import Store
from pipelines.annotating import Reader, changed_annotations

AT_ONCE = 100
"""Posts completed together, a fifth of a second: what is published meanwhile waits for none of them."""
POLL_SECONDS = 1.0
"""What comes in a trickle is completed together: to write and publish each post by itself costs several times
as much, and readers wait for it."""
RETRY_SECONDS = 30.0
TOLD_EVERY = 10_000
"""Posts between two lines in the log: a trickle is not told, a bulk load a few times."""

log = logging.getLogger("dure.vectors")


class BackgroundCompleter:
    """Looks for posts that lack a part of their vectors, in a thread while inside; a failure is never fatal.

    Where several servers share a store, each takes what it finds: the store keeps what comes first.
    """

    def __init__(
        self, store: Store, annotator: Annotator, spec: AnnotatorSpec, wake: Callable[[], None]
    ) -> None:
        """`wake` tells the publisher that completed posts are to be put again."""
        self._store = store
        self._annotator = annotator
        self._reader = Reader(annotator, spec, workers=1, complete=True)
        self._wake = wake
        self._after = ""
        self._completed = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="completer", daemon=True)

    def __enter__(self) -> "BackgroundCompleter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def step(self) -> bool:
        """Complete some posts; whether more were there."""
        partial = self._annotator.partial_embedder
        if partial is None:
            return False
        page = self._store.kept_annotations.lacking_vectors(partial, self._after, AT_ONCE)
        more = len(page) == AT_ONCE
        # What came in behind is found on the next way through.
        self._after = page[-1].id if more else ""
        for read in self._reader.read([page] if page else []):
            self._tell(self._store.kept_annotations.complete_vectors(changed_annotations(read)))
            self._wake()
        return more

    def _tell(self, completed: int) -> None:
        before, self._completed = self._completed, self._completed + completed
        if before // TOLD_EVERY < self._completed // TOLD_EVERY:
            left = self._store.kept_annotations.number_lacking_vectors()
            log.warning("The vectors of %d posts are complete; %d are to come.", self._completed, left)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = 0.0 if self.step() else POLL_SECONDS
            except DureError as error:
                log.error("%s Vectors are completed in %.0f s.", error, RETRY_SECONDS)
                pause = RETRY_SECONDS
            except Exception:
                log.exception("Vectors cannot be completed; trying again in %.0f s.", RETRY_SECONDS)
                pause = RETRY_SECONDS
