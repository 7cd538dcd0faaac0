"""The server's publisher: a thread that publishes, rebuilds on request and follows the dictionary."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from models.errors import BadInput, DureError, IndexLost, PostsRefused, PublisherRunning
from models.language.analyzer import Analyzer
from models.store import Store
from pipelines.company_words import follow_dictionary
from pipelines.publish import Publisher

POLL_SECONDS = 0.5
"""Posts written by another process are found this soon; those of the API wake the publisher at once."""

GATHER_SECONDS = 0.2
"""Between two runs at least: what comes thick and fast shares generations, each of which every reader has to
open; a post that comes alone is published at once."""

RETRY_SECONDS = 10.0
"""Pause after a failure, so that a broken disk or cluster is not hammered nor the log flooded."""

REBUILD_STATE = "rebuild"
"""`requested`, `running <done>/<all>`, `done` or `failed: …`: how another process asks for one."""

TOLD_PARTS = 10
"""Times that the log tells how far a rebuild is."""

log = logging.getLogger("dure.publisher")


class BackgroundPublisher:
    """Runs one `Publisher` in a thread until stopped. A failure is logged and tried again, never fatal.

    An index that is lost (deleted, damaged) is made anew from the store, as is one that is asked for.
    """

    def __init__(
        self, publisher: Publisher, store: Store, analyzer: Analyzer, dictionary: Path | None
    ) -> None:
        self._publisher = publisher
        self._store = store
        self._analyzer = analyzer
        self._dictionary = dictionary
        # What is there at the start has been followed before the server was.
        self._dictionary_seen = changed_at(dictionary)
        self._lost = False
        self._stopping = threading.Event()
        self._work = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Begin; posts that were pending before are published first."""
        self._thread.start()

    def wake(self) -> None:
        """Something is pending: look now rather than at the next poll."""
        self._work.set()

    def stop(self) -> None:
        """Finish the page at hand and end. What is unpublished stays pending."""
        self._stopping.set()
        self._work.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = POLL_SECONDS
            for step in (self._follow_dictionary, self._rebuild_if_needed, self._publish):
                pause = max(pause, self._attempt(step))
            ended = time.monotonic()
            self._work.wait(pause)
            self._stopping.wait(max(0.0, ended + GATHER_SECONDS - time.monotonic()))
            self._work.clear()

    def _attempt(self, step: Callable[[], object]) -> float:
        try:
            step()
        except _Stopped:
            return 0.0
        except DureError as error:
            log.error("%s Trying again in %.0f s.", error, RETRY_SECONDS)
            return RETRY_SECONDS
        except Exception:
            log.exception("The publisher failed; trying again in %.0f s.", RETRY_SECONDS)
            return RETRY_SECONDS
        return 0.0

    def _publish(self) -> None:
        if self._lost:
            return  # what is pending is in the index that is being made
        try:
            self._publisher.publish(self._advance)
        except PostsRefused as error:
            # All others are in, and these are remembered: no pause, and no end of a rebuild.
            log.error("%s", error)
        except IndexLost as error:
            log.error("%s", error)  # the next round makes it anew

    def _follow_dictionary(self) -> None:
        changed = changed_at(self._dictionary)
        if changed is None or changed == self._dictionary_seen:
            return
        try:
            reread = follow_dictionary(self._store, self._analyzer, self._dictionary)
        except BadInput as error:
            log.error("%s The words in use stay.", error)
        else:
            log.info("The company dictionary changed: %d posts are read again.", reread)
        self._dictionary_seen = changed

    def _rebuild_if_needed(self) -> None:
        lost = self._publisher.lost()
        self._lost = lost is not None
        if not lost and not (self._store.get_state(REBUILD_STATE) or "").startswith(("requested", "running")):
            return
        total, done, told = self._store.status().posts, 0, 0

        def advance(amount: int) -> None:
            nonlocal done, told
            self._advance(amount)
            done += amount
            self._store.set_state(REBUILD_STATE, f"running {done}/{total}")
            if done * TOLD_PARTS // max(total, 1) > told:
                told = done * TOLD_PARTS // max(total, 1)
                log.warning("The index is made anew: %d of %d posts.", done, total)

        if lost:
            log.error("%s It is made anew from the store: %d posts.", lost.message, total)
            self._store.set_state(REBUILD_STATE, f"running 0/{total}")
        try:
            self._publisher.rebuild(advance, meanwhile=self._publish)
        except PublisherRunning:
            return  # another server is at it; should it end before its time, we go on
        except _Stopped:
            raise
        except Exception as error:
            # Where only some posts were refused, all others are in.
            self._lost = self._publisher.lost() is not None
            self._store.set_state(REBUILD_STATE, f"failed: {error}")
            raise
        self._lost = False
        self._store.set_state(REBUILD_STATE, "done")
        log.warning("The index has been made anew.")

    def _advance(self, amount: int) -> None:
        if self._stopping.is_set():
            raise _Stopped


def changed_at(dictionary: Path | None) -> float | None:
    """When the file was last changed; None where there is none."""
    return dictionary.stat().st_mtime if dictionary and dictionary.exists() else None


class _Stopped(Exception):
    """The server is going down: leave the work where it is; it is pending or requested still."""
