"""The embedded engine: reads by many processes, writes by one, rebuilds aside."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock

from indexer.embedded.build import Build, BuildWriter
from indexer.embedded.folder import REBUILD, IndexFolder, signature
from indexer.embedded.rebuild import EmbeddedRebuild
from indexer.embedded.schema import LAYOUT
from indexer.embedded.snapshot import Snapshot
from indexer.engine import Answer, Bucket, Entry, Fingerprint, Frequencies, Question, Removal, TextField
from models.errors import EngineUnavailable, PostsRefused, StaleIndex
from models.file_lock import OwnedLock
from models.scope import Scope

ATTEMPTS = 5  # at opening files that a publisher replaces at the same moment


class EmbeddedEngine:
    """An `Engine` in one folder. Readers see a new generation at their next question."""

    name = "embedded"

    def __init__(
        self, folder: IndexFolder, fingerprint: Fingerprint, build: Build, lock: OwnedLock | None
    ) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._build = build
        self._publisher_lock = lock
        self._current = signature(folder.current)
        self._opening = Lock()
        self._counting = ThreadPoolExecutor(thread_name_prefix="counting")
        self._writer: BuildWriter | None = None
        if lock and _fits(build, fingerprint):
            self._writer = BuildWriter(build, vectors=build.fingerprint.shares_vectors(fingerprint))

    @classmethod
    def open(
        cls, folder: Path, fingerprint: Fingerprint, *, writable: bool, stale_ok: bool = False
    ) -> "EmbeddedEngine":
        """Open the index in `folder`; a writable one is made if missing, and swept of what a crash left.

        Raises `PublisherRunning` if another process writes to it, `StaleIndex` if another analyser built it,
        and `EngineUnavailable` if it is missing or damaged. `stale_ok` is for rebuilding: a stale index opens
        (and takes no writes until it is rebuilt), and an empty one takes the place of a damaged one.
        """
        names = IndexFolder(folder)
        lock = names.lock() if writable else None
        try:
            build = cls._live(names, fingerprint, writable=writable, stale_ok=stale_ok)
            if not stale_ok:
                _check(build, fingerprint)
            if writable:
                names.sweep()
            return cls(names, fingerprint, build, lock)
        except BaseException:
            if lock:
                lock.release()
            raise

    @staticmethod
    def _live(names: IndexFolder, fingerprint: Fingerprint, *, writable: bool, stale_ok: bool) -> Build:
        try:
            path = names.live()
            if path:
                build = Build(path)
                build.snapshot()
                return build
        except EngineUnavailable:
            if not (writable and stale_ok):
                raise
        if not writable:
            raise EngineUnavailable(
                f"There is no index at {names.path}.", remedy="Run `dure publish` to make it from the store."
            )
        build = Build.create(names.new_build(), fingerprint)
        names.swap_in(build.path)
        return build

    @property
    def identity(self) -> str:
        """The name of the live build."""
        return self._snapshot()[0].name

    @property
    def generation(self) -> str:
        """The live build and the number of its newest commit."""
        build, snapshot = self._snapshot()
        return f"{build.name}:{snapshot.generation}"

    @property
    def embedder(self) -> str | None:
        """The revision of the encoder of the live build's vectors."""
        return self._snapshot()[0].fingerprint.embedder

    @property
    def vectors_current(self) -> bool:
        """Whether the live build's vectors are of this engine's encoder."""
        return self._snapshot()[0].fingerprint.shares_vectors(self._fingerprint)

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
        # Counting is half of the work, and tantivy lets go of the interpreter meanwhile.
        tallies = [
            self._counting.submit(snapshot.tally, question, scope, question.facets)
            if question.count or question.facets
            else None
            for question in questions
        ]
        answers = []
        for question, tally in zip(questions, tallies, strict=True):
            # Of the build that is asked, whichever it is by now: it may have been swapped in a moment ago.
            vector = question.vector_by(build.fingerprint.embedder)
            match = snapshot.match(question, scope, question.match)
            near = snapshot.near(vector, question.filters, scope, question.near)
            count, facets = tally.result() if tally else (0, {})
            total = count if question.count else None
            answers.append(Answer(match=match, near=near, count=total, facets=facets))
        return answers

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
        self._publishing()
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
        replaced, old = self._writer, self._build
        with self._opening:
            self._folder.swap_in(writer.build.path)
            self._build, self._writer = writer.build, writer
            self._fingerprint = writer.build.fingerprint
            self._current = signature(self._folder.current)
        if replaced:
            replaced.close()
        old.remove()

    def _snapshot(self) -> tuple[Build, Snapshot]:
        for _ in range(ATTEMPTS - 1):
            with suppress(EngineUnavailable):
                return self._newest()
        return self._newest()

    def _newest(self) -> tuple[Build, Snapshot]:
        with self._opening:
            current = signature(self._folder.current)
            if current != self._current:
                self._build, self._current = self._reopened(), current
            build = self._build
        return build, build.snapshot()

    def _reopened(self) -> Build:
        path = self._folder.live()
        if path is None:
            raise EngineUnavailable(f"The index at {self._folder.path} is gone.", remedy=REBUILD)
        build = Build(path)
        _check(build, self._fingerprint)
        return build

    def _publishing(self) -> None:
        if not self._publisher_lock:
            raise EngineUnavailable(
                f"The index at {self._folder.path} is open for reading only.",
                remedy="Publish from one process.",
            )

    def _writable(self) -> BuildWriter:
        self._publishing()
        if not self._writer:
            raise _stale(self._build, self._fingerprint)
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
