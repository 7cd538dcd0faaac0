"""All writing of one process goes through one queue: a writer waits there, not for the database's lock.

One thread takes what has gathered and commits it together: a commit costs a write through to the disk, and
twenty that wait cost one.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

from models.errors import StoreBusy, StoreUnavailable
from models.store.faults import translated

TOGETHER = 64
"""Jobs in one transaction: a commit shared by so many costs each next to nothing."""
WAITING = 256
"""Jobs that may wait before an impatient one is refused: about a second of work."""
RETRY_SECONDS = 2
"""After which a refused one may try again: by then the queue has been worked off."""

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


class _Job(NamedTuple, Generic[Result]):
    """What is to be done in a transaction, perhaps twice, and who waits for it."""

    work: Work[Result]
    future: "Future[Result]"

    def begin(self) -> bool:
        """Whether it is still wanted; from now on it cannot be withdrawn."""
        return self.future.set_running_or_notify_cancel()


class WriteQueue:
    """Runs jobs in the order in which they came, each in a transaction, and answers once that is durable.

    The jobs of a group share a transaction. One that raises changes nothing and fails alone.
    """

    def __init__(self, writer: Engine, reads: Callable[[], bool]) -> None:
        """`reads` tells whether who calls has a transaction for reading open."""
        self._writer, self._reads = writer, reads
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None
        self._closed = False

    def run(self, work: Work[Result]) -> Result:
        """Have work done in its turn and wait for it, however long the queue is; raises what it raises."""
        return self.submit(work, patient=True).result()

    def submit(self, work: Work[Result], *, patient: bool = False) -> "Future[Result]":
        """Have work done without waiting here. Raises `StoreBusy` where too much waits, unless `patient`."""
        # Nobody in the queue, however long it is, keeps a connection from readers and the log from its end.
        assert not self._reads(), "who waits to write must have ended reading"
        if not patient and self._jobs.qsize() >= WAITING:
            raise StoreBusy(
                "More is being written than the store can take at the moment.",
                remedy=f"Send it again in {RETRY_SECONDS} seconds.",
                retry_seconds=RETRY_SECONDS,
            )
        future: Future[Result] = Future()
        with self._starting:
            if self._closed:
                raise StoreUnavailable("The store has been closed.")
            # Begun by the first one who writes: most commands only read.
            if self._thread is None:
                self._thread = Thread(target=self._work_off, name="store writer", daemon=True)
                self._thread.start()
            self._jobs.put(_Job(work, future))
        return future

    def close(self) -> None:
        """Do what waits, then end."""
        with self._starting:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread:
            self._jobs.put(None)
            thread.join()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A writing transaction of its own, beside the queue."""
        with translated(), self._writer.begin() as connection:
            yield connection

    def _work_off(self) -> None:
        ended = False
        while not ended:
            gathered = [self._jobs.get(), *self._waiting()]
            ended = gathered[-1] is None
            group = [job for job in gathered if job is not None and job.begin()]
            if group:
                self._do(group)

    def _waiting(self) -> Iterator[_Job[Any] | None]:
        for _ in range(TOGETHER - 1):
            try:
                yield self._jobs.get_nowait()
            except Empty:
                return

    def _do(self, group: Sequence[_Job[Any]]) -> None:
        try:
            with self.transaction() as connection:
                results = [job.work(connection) for job in group]
        except Exception as error:
            # That the database cannot be used is true for all; else one is at fault, and each stands alone.
            if len(group) == 1 or isinstance(error, StoreUnavailable):
                for job in group:
                    job.future.set_exception(error)
            else:
                for job in group:
                    self._do([job])
        else:
            for job, result in zip(group, results, strict=True):
                job.future.set_result(result)
