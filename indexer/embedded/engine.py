"""The embedded engine: reads by many processes, writes by one, rebuilds aside."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock

from indexer.embedded.build import Build, BuildWriter
from indexer.embedded.folder import HEALING, REBUILD, IndexFolder, signature
from indexer.embedded.rebuild import EmbeddedRebuild
from indexer.embedded.schema import LAYOUT
from indexer.embedded.snapshot import Snapshot
from indexer.engine import (
    Answer,
    Bucket,
    Entry,
    Fingerprint,
    Frequencies,
    Question,
    Removal,
    TextField,
    nothing_counted,
)
from models.errors import EngineUnavailable, IndexLost, PostsRefused, StaleIndex
from models.file_lock import OwnedLock
from models.scope import Scope

ATTEMPTS = 5  # at opening files that a publisher replaces at the same moment


class EmbeddedEngine:
    """An `Engine` in one folder. Readers see a new generation at their next question."""

    name = "embedded"

    def __init__(
        self, folder: IndexFolder, fingerprint: Fingerprint, build: Build | None, lock: OwnedLock | None
    ) -> None:
        """Without a build the index is lost until another one is swapped in."""
        self._folder = folder
        self._fingerprint = fingerprint
        self._build = build
        self._publisher_lock = lock
        self._current = signature(folder.current)
        self._opening = Lock()
        self._counting = ThreadPoolExecutor(thread_name_prefix="counting")
        self._writer: BuildWriter | None = None
        if lock and build and _fits(build, fingerprint):
            self._writer = BuildWriter(build, vectors=build.fingerprint.shares_vectors(fingerprint))

    @classmethod
    def open(
        cls,
        folder: Path,
        fingerprint: Fingerprint,
        *,
        writable: bool,
        lost_ok: bool = False,
        stale_ok: bool = False,
    ) -> "EmbeddedEngine":
        """Open the index in `folder`; a writable one is made if missing, and swept of what a crash left.

        Raises `PublisherRunning` if another process writes to it, `StaleIndex` if another analyser built it,
        and `IndexLost` if it is missing or damaged. With `lost_ok` such an index opens as it is, and every
        read and write raises that until it is rebuilt; with `stale_ok`, for rebuilding, a stale one does too.
        """
        names = IndexFolder(folder)
        lock = names.lock() if writable else None
        try:
            build = cls._live(names, fingerprint, writable=writable, lost_ok=lost_ok or stale_ok)
            if build and not stale_ok:
                _check(build, fingerprint)
            if writable and build:
                names.sweep()
            return cls(names, fingerprint, build, lock)
        except BaseException:
            if lock:
                lock.release()
            raise

    @staticmethod
    def _live(names: IndexFolder, fingerprint: Fingerprint, *, writable: bool, lost_ok: bool) -> Build | None:
        try:
            path = names.live()
            if path:
                build = Build(path)
                build.snapshot()
                return build
        except IndexLost:
            if not lost_ok:
                raise
        if lost_ok:
            return None
        if not writable:
            raise IndexLost(
                f"There is no index at {names.path}.", remedy="Run `dure publish` to make it from the store."
            )
        build = Build.create(names.new_build(), fingerprint)
        names.swap_in(build.path)
        return build

    @property
    def identity(self) -> str:
        """The name of the live build; who writes to it looks whether it is whole."""
        build, _ = self._snapshot()
        if self._publisher_lock:
            build.check()
        return build.name

    @property
    def generation(self) -> str:
        """The live build and the number of its newest commit."""
        build, snapshot = self._snapshot()
        return f"{build.name}:{snapshot.generation}"

    @property
    def embedder(self) -> str | None:
        """The revision of the encoder of the live build's vectors; None of a lost one."""
        try:
            return self._snapshot()[0].fingerprint.embedder
        except IndexLost:
            return None

    @property
    def vectors_current(self) -> bool:
        """Whether the live build's vectors are of this engine's encoder, or would be if it were not lost."""
        try:
            return self._snapshot()[0].fingerprint.shares_vectors(self._fingerprint)
        except IndexLost:
            return True

    def put(self, entries: Iterable[Entry]) -> None:
        """Index posts, replacing earlier revisions; raises `PostsRefused` at the end."""
        if refused := self._writable().put(entries):
            raise PostsRefused(refused)

    def drop(self, removals: Iterable[Removal]) -> None:
        """Take posts out with all their passages."""
        self._writable().drop(removals)

    def commit(self) -> None:
        """Make all writes so far visible and durable."""
        self._writable().commit()

    def ask_all(self, questions: Sequence[Question], scope: Scope) -> list[Answer]:
        """Everything that each question wants, from one generation."""
        build, snapshot = self._snapshot()
        # Of the build that is asked, whichever it is by now: it may have been swapped in a moment ago.
        vectors = [question.vector_by(build.fingerprint.embedder) for question in questions]
        # Counting is half of the work, tantivy lets go of the interpreter meanwhile, and counts are wanted
        # last. Finding neighbours beside it as well gains 1 ms when idle, and loses more under load.
        counted = [
            self._counting.submit(snapshot.counts, question, scope).result
            if question.count or question.facets
            else nothing_counted
            for question in questions
        ]
        return [
            Answer(
                match=snapshot.match(question, scope, question.match),
                near=snapshot.near(vector, question.filters, scope, question.near),
                counted=counts,
            )
            for question, vector, counts in zip(questions, vectors, counted, strict=True)
        ]

    def frequencies(self, terms: Collection[tuple[TextField, str]]) -> Frequencies:
        """How common these terms are in what everyone may read."""
        return self._snapshot()[1].frequencies(terms)

    def suggest(self, prefix: str, scope: Scope, limit: int) -> tuple[Bucket, ...]:
        """Suggestions of visible posts that begin with `prefix`."""
        return self._snapshot()[1].suggest(prefix, scope, limit)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Every indexed post and its revision."""
        return self._snapshot()[1].revisions()

    def begin_rebuild(self, fingerprint: Fingerprint | None = None) -> EmbeddedRebuild:
        """Start a new build aside; reads and writes of this one go on."""
        lock = self._publishing()
        if not lock.in_place():
            self._publisher_lock = self._folder.lock()
            lock.release()
        build = Build.create(self._folder.new_build(), fingerprint or self._fingerprint)
        return EmbeddedRebuild(self._folder, BuildWriter(build), self._swap_in)

    def close(self) -> None:
        """Release files and the lock; writes since the last commit are lost."""
        self._counting.shutdown()
        if self._writer:
            self._writer.close()
            self._writer = None
        if self._publisher_lock:
            self._publisher_lock.release()
            self._publisher_lock = None

    def _swap_in(self, writer: BuildWriter) -> None:
        replaced = self._writer
        with self._opening:
            self._folder.swap_in(writer.build.path)
            self._build, self._writer = writer.build, writer
            self._fingerprint = writer.build.fingerprint
            self._current = signature(self._folder.current)
        if replaced:
            replaced.close()
        self._folder.sweep()

    def _snapshot(self) -> tuple[Build, Snapshot]:
        for _ in range(ATTEMPTS - 1):
            with suppress(EngineUnavailable):
                return self._newest()
        return self._newest()

    def _newest(self) -> tuple[Build, Snapshot]:
        with self._opening:
            current = signature(self._folder.current)
            if self._build is None or current != self._current:
                self._build, self._current = self._reopened(), current
            build = self._build
        return build, build.snapshot()

    def _reopened(self) -> Build:
        path = self._folder.live()
        if path is None:
            raise IndexLost(f"The index at {self._folder.path} is gone.", remedy=HEALING)
        build = Build(path)
        _check(build, self._fingerprint)
        return build

    def _publishing(self) -> OwnedLock:
        if not self._publisher_lock:
            raise EngineUnavailable(
                f"The index at {self._folder.path} is open for reading only.",
                remedy="Publish from one process.",
            )
        return self._publisher_lock

    def _writable(self) -> BuildWriter:
        self._publishing()
        if not self._writer:
            raise _stale(self._snapshot()[0], self._fingerprint)
        return self._writer


def _fits(build: Build, fingerprint: Fingerprint) -> bool:
    return (build.layout, build.fingerprint.analyzer) == (LAYOUT, fingerprint.analyzer)


def _check(build: Build, fingerprint: Fingerprint) -> None:
    if not _fits(build, fingerprint):
        raise _stale(build, fingerprint)


def _stale(build: Build, fingerprint: Fingerprint) -> StaleIndex:
    return StaleIndex(
        f"The index was built with {build.fingerprint.analyzer} (layout {build.layout}), not with "
        f"{fingerprint.analyzer} (layout {LAYOUT}).",
        remedy=REBUILD,
    )
