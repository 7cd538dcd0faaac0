"""Publishes to a home in processes that end, as by kill -9, before the n-th step that leaves a trace.

A step is a call that commits a transaction or an index, or that makes, writes, renames or removes a file: what
lies between two steps is the same on disk. Python's own profiler counts them (`sys.setprofile`), so the product
knows nothing of it. Run as a script it takes a JSON object a line, `{"home", "exports", "work"}`, and answers each
with `{"ended", "steps"}`; every piece of work runs in a fork, which costs nothing to start. With a `step` its steps
are counted, to their end where it is null.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.language.encoders import SHIPPED
from models.store import Store
from pipelines import ingest, publish
from pipelines.problems import ProblemReport
from pipelines.sources import SOURCES

SPEC = AnnotatorSpec(encoder=SHIPPED)

TRACES = {"commit", "mkdir", "rename", "replace", "rmdir", "unlink", "write_index"}
SWEPT = 3
"""Files of a folder that is removed, before each of which a step is counted: how many there are, is tantivy's."""

INGEST, PUBLISH, REBUILD = "ingest", "publish", "rebuild"


class Steps:
    """Counts the steps of this process, and ends it before the one that is told."""

    def __init__(self, last: int | None) -> None:
        self.names: list[str] = []
        self._last = last
        self._changes: dict[int, int] = {}
        self._swept = 0
        self._counting = threading.Lock()

    def count(self) -> None:
        """Begin, in this thread and in those that begin from now on."""
        threading.setprofile(self._seen)
        sys.setprofile(self._seen)

    def stop(self) -> None:
        """Count no more."""
        threading.setprofile(None)
        sys.setprofile(None)

    def _seen(self, frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call" or called.__name__ not in TRACES or not self._leaves_a_trace(frame, called):
            return
        with self._counting:
            self.names.append(f"{type(called.__self__).__name__}.{called.__name__}")
            if len(self.names) == self._last:
                os.kill(os.getpid(), signal.SIGKILL)

    def _leaves_a_trace(self, frame: FrameType, called: Any) -> bool:
        if frame.f_code.co_filename.endswith("shutil.py"):
            self._swept += 1
            return self._swept <= SWEPT
        self._swept = 0
        if isinstance(called.__self__, str):
            return False
        if isinstance(called.__self__, sqlite3.Connection):
            # A transaction that only reads commits nothing.
            before = self._changes.get(id(called.__self__), 0)
            after = self._changes[id(called.__self__)] = called.__self__.total_changes
            return before != after
        return True


def work_on(home: Path, exports: Sequence[Path], work: str, annotator: Annotator) -> None:
    """Do the work in small transactions, so that there are many steps.

    A rebuild is of the first export; the others arrive while it goes on.
    """
    ingest.BATCH, publish.PAGE, publish.COMMIT_EVERY = 15, 8, 12
    store = Store.open(f"sqlite:///{home / 'dure.db'}")
    first, *later = [arriving(store, export) for export in exports]
    if work == INGEST:
        deque(chain(first, *later), maxlen=0)
    else:
        engine = EmbeddedEngine.open(home / "index", fingerprint(annotator), writable=True)
        publisher = publish.Publisher(store, engine, annotator, SPEC)
        if work == PUBLISH:
            publisher.publish(arriving=chain(first, *later))
        else:
            publisher.publish(arriving=first)
            waiting = [chain(*later)]
            publisher.rebuild(meanwhile=lambda: publisher.publish(arriving=waiting.pop() if waiting else ()))
        engine.close()
    store.close()


def arriving(store: Store, export: Path) -> ingest.Ingest:
    return ingest.Ingest(store, SOURCES["jsonl"](export), ProblemReport(strict=True))


def fingerprint(annotator: Annotator) -> Fingerprint:
    revision = annotator.revision
    return Fingerprint(
        analyzer=revision.analyzer, embedder=revision.embedder, dimensions=annotator.dimensions
    )


def in_a_fork(do: Callable[[], object]) -> int:
    """How the fork ended: 0, or the negative number of the signal."""
    child = os.fork()
    if child == 0:
        try:
            do()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    sys.dont_write_bytecode = True
    annotator = SPEC.build()
    # What is loaded with the first post and the first records, every fork would load again.
    annotator.annotate([PostText(title=None, text="설비 점검", source_tags=())])
    with TemporaryDirectory() as folder:
        first = Path(folder) / "first.jsonl"
        first.write_text('{"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"}\n')
        work_on(Path(folder), [first], INGEST, annotator)
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()

        def work(asked: dict[str, Any] = asked, writing: int = writing) -> None:
            steps = Steps(asked.get("step"))
            if "step" in asked:
                steps.count()
            exports = [Path(export) for export in asked["exports"]]
            work_on(Path(asked["home"]), exports, asked["work"], annotator)
            steps.stop()
            os.write(writing, json.dumps(steps.names).encode())

        ended = in_a_fork(work)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            names = told.read()
        print(json.dumps({"ended": ended, "steps": json.loads(names) if names else []}), flush=True)


if __name__ == "__main__":
    main()
