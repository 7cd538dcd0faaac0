"""What a process that only answers learns of others while it runs: names, a dictionary, an encoder."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.engine import Engine
from models.errors import DureError
from models.language.annotator import Annotator, AnnotatorSpec
from models.language.dictionary import Dictionary
from models.store import Store
from pipelines.background import POLL_SECONDS, changed_at
from pipelines.people_names import NameFollower

log = logging.getLogger("dure.server")


class Follower:
    """Keeps an annotator reading as the publisher's does, in a thread while inside.

    Where another encoder is going to be used, questions are read by both until the index has changed over.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        annotator: Annotator,
        spec: AnnotatorSpec,
        next_spec: Callable[[], AnnotatorSpec],
    ) -> None:
        """`spec` is the annotator's own; `next_spec` tells how posts are read from the next rebuild on."""
        self._engine = engine
        self._annotator = annotator
        self._next_spec = next_spec
        self._names = NameFollower(store, annotator.analyzer)
        self._changed: float | None = None
        self._encoder = spec.encoder, spec.paired
        self._successor: Annotator | None = None
        self._awaiting = ExitStack()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def __enter__(self) -> Self:
        # Before the first question: this process may have been made from one that is older than the change.
        self._attempt()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._awaiting.close()

    def follow(self) -> None:
        """Look once what has changed."""
        self._names.learn()
        spec = self._next_spec()
        self._follow_dictionary(spec.dictionary)
        self._follow_encoder(spec.encoder, paired=spec.paired)

    def _run(self) -> None:
        while not self._stopping.wait(POLL_SECONDS):
            self._attempt()

    def _attempt(self) -> None:
        try:
            self.follow()
        except DureError as error:
            log.error("%s What is in use stays.", error)
        except Exception:
            log.exception("A change cannot be followed.")

    def _follow_dictionary(self, path: Path | None) -> None:
        changed = changed_at(path)
        if path is None or changed is None or changed == self._changed:
            return
        self._changed = changed
        dictionary = Dictionary.load(path)
        if dictionary.revision != self._annotator.analyzer.dictionary_revision:
            self._annotator.analyzer.use(dictionary)

    def _follow_encoder(self, encoder: Path | None, *, paired: bool) -> None:
        if (encoder, paired) != self._encoder:
            self._encoder = encoder, paired
            self._awaiting.close()
            successor = self._annotator.with_encoder(encoder, paired=paired)
            self._successor = None
            if successor.embedder != self._annotator.embedder:
                self._awaiting.enter_context(self._annotator.awaiting(successor))
                self._successor = successor
        if self._successor and self._engine.embedder == self._successor.embedder:
            self._annotator.take_over(self._successor)
            self._awaiting.close()
            self._successor = None
