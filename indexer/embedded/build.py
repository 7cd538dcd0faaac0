"""One build of the index in its own folder: read as snapshots, written by one writer."""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TypeVar

from tantivy import Document, Index, IndexWriter

from indexer.embedded.folder import readable, signature, writing
from indexer.embedded.queries import MANIFEST_QUERY
from indexer.embedded.schema import LAYOUT, SCHEMA, documents, manifest, tombstone
from indexer.embedded.segment_writer import SegmentDraft
from indexer.embedded.snapshot import Snapshot, read_manifest
from indexer.embedded.vectors import Vectors
from indexer.engine import Entry, Fingerprint, Removal
from models.durable import sync, write_durably

HEAP = 100_000_000  # bytes that tantivy's indexing thread fills before it writes a segment
BATCH = 1_000  # posts whose present revisions are looked up by one query

T = TypeVar("T", Entry, Removal)


class Build:
    """The folder of one build: `build.json`, `words/`, `vectors/`. Opened for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with readable(path / "build.json"):
            built_with = json.loads((path / "build.json").read_text("utf-8"))
            # The first layout was not noted down.
            self.layout: int = built_with.pop("layout", 1)
            self.fingerprint = Fingerprint(**built_with)
        with readable(path / "words"):
            self.index = Index.open(str(path / "words"))
            self.index.config_reader("manual")
        self._lock = Lock()
        self._meta = path / "words" / "meta.json"
        self._seen: tuple[int, int, int] | None = None
        self._snapshot: Snapshot | None = None
        self._whole: tuple[tuple[int, int, int] | None, ...] = ()

    @classmethod
    def create(cls, path: Path, fingerprint: Fingerprint) -> "Build":
        """Make an empty build, durably; it is nobody's until a folder names it."""
        with writing(path):
            for folder in (path / "words", path / "vectors"):
                folder.mkdir(parents=True)
            Index(SCHEMA, str(path / "words"))
            write_durably(path / "build.json", json.dumps({"layout": LAYOUT, **asdict(fingerprint)}).encode())
            sync(path.parent)
        return cls(path)

    @property
    def name(self) -> str:
        """Its identity: no two builds ever share it."""
        return self.path.name

    def snapshot(self) -> Snapshot:
        """The newest committed generation; costs one `stat` when nothing has changed."""
        with self._lock, readable(self._meta):
            seen = signature(self._meta)
            if seen is None:
                raise FileNotFoundError("the file is gone")
            if self._snapshot is None or seen != self._seen:
                self.index.reload()
                searcher = self.index.searcher()
                content = read_manifest(searcher) or {"generation": 0, "segments": []}
                known = self._snapshot.vectors if self._snapshot else None
                vectors = Vectors.open(self.path / "vectors", content["segments"], known)
                self._snapshot = Snapshot(searcher, content["generation"], vectors)
                self._seen = seen
            return self._snapshot

    def check(self) -> None:
        """Raises `IndexLost` if a file of the newest generation is gone, also one that is still open here.

        Costs three `stat`s while nothing is added to the folders or taken away.
        """
        folders = self.path, self.path / "words", self.path / "vectors"
        if tuple(map(signature, folders)) == self._whole:
            return
        with readable(self.path):
            Build(self.path).index.searcher()
            if missing := self.snapshot().vectors.files() - {path.name for path in folders[-1].iterdir()}:
                raise FileNotFoundError(f"{min(missing)} is gone")
        self._whole = tuple(map(signature, folders))

    def remove(self) -> None:
        """Take the build off the disk; a reader that still has it open goes on with it."""
        shutil.rmtree(self.path, ignore_errors=True)


class BuildWriter:
    """Writes to one build. What it writes shows at `commit`, which is tantivy's own.

    Tantivy's manifest document names the vector segments: words and vectors change in one atomic step.
    What raises undoes every write since the last commit, and the next write starts from there.
    """

    def __init__(self, build: Build, *, vectors: bool = True) -> None:
        """`vectors` False leaves the vectors of what is put out; what it replaces loses its own."""
        self.build = build
        self._vectors = vectors
        self._writer: IndexWriter | None = None
        self._begin()
        with self._or_undone():
            pass

    @property
    def uncommitted(self) -> int:
        """How many posts were written since the last commit."""
        return len(self._written)

    def put(self, entries: Iterable[Entry]) -> dict[str, str]:
        """Index posts, each in place of its earlier revision; returns why some cannot be taken, by post."""
        refused = {}
        with self._or_undone() as writer:
            for batch in batches(entries):
                for entry, replaces in self._newer(batch):
                    try:
                        ready = self._documents(entry)
                    except ValueError as reason:
                        refused[entry.post] = str(reason)
                        continue
                    with writing(self.build.path):
                        self._note(writer, entry, replaces=replaces)
                        if self._draft and self._vectors:
                            self._draft.add(entry)
                        for document in ready:
                            writer.add_document(document)
        return refused

    def drop(self, removals: Iterable[Removal]) -> None:
        """Take posts out; each leaves a tombstone."""
        with self._or_undone() as writer:
            for batch in batches(removals):
                for removal, replaces in self._newer(batch):
                    with writing(self.build.path):
                        self._note(writer, removal, replaces=replaces)
                        writer.add_document(tombstone(removal.post, removal.revision))

    def commit(self) -> None:
        """Make everything written so far visible and durable."""
        if not self._written:
            return
        with self._or_undone() as writer, writing(self.build.path):
            snapshot = self.build.snapshot()
            generation = snapshot.generation + 1
            vectors = snapshot.vectors
            if self._draft:
                vectors = vectors.next(generation, self._draft, self._replaced)
            content = {"generation": generation, "segments": vectors.manifest()}
            writer.delete_documents_by_query(MANIFEST_QUERY)
            writer.add_document(manifest(json.dumps(content)))
            writer.commit()
            self._begin()
            self._sweep()

    def close(self) -> None:
        """Let merges end and release the files; what was not committed is lost."""
        writer, self._writer = self._writer, None
        if writer:
            # It fails where writing has failed before, and releases the files all the same.
            with suppress(ValueError):
                writer.wait_merging_threads()

    @contextmanager
    def _or_undone(self) -> Iterator[IndexWriter]:
        """The writer. After an error it is given up: tantivy's may have lost its thread, and nobody knows
        which documents with it.
        """
        try:
            if self._writer is None:
                with readable(self.build.path / "words"):
                    self._writer = self.build.index.writer(HEAP, 1)
                    self._writer.garbage_collect_files()
                    self._sweep()
            yield self._writer
        except BaseException:
            self.close()
            self._begin()
            raise

    def _begin(self) -> None:
        """Nothing is written since the last commit."""
        self._written: dict[str, int] = {}
        self._replaced: set[str] = set()
        dimensions = self.build.fingerprint.dimensions
        self._draft = SegmentDraft(dimensions) if dimensions else None

    def _sweep(self) -> None:
        """Remove vector files that the last commit does not name."""
        vectors = self.build.snapshot().vectors
        for path in vectors.folder.iterdir():
            if path.name not in vectors.files():
                path.unlink(missing_ok=True)

    def _newer(self, batch: list[T]) -> Iterator[tuple[T, bool]]:
        """Those above the post's present revision, and whether there is one."""
        with writing(self.build.path):
            present = self.build.snapshot().present({change.post for change in batch})
        for change in batch:
            revision = self._written.get(change.post, present.get(change.post))
            if revision is None or change.revision > revision:
                yield change, revision is not None

    def _documents(self, entry: Entry) -> list[Document]:
        """Raises `ValueError` if the index cannot take the post."""
        if self._draft and self._vectors:
            self._draft.check(entry)
        return documents(entry)

    def _note(self, writer: IndexWriter, change: Entry | Removal, *, replaces: bool) -> None:
        """Note the revision of a change, and take out what it replaces."""
        if replaces:
            writer.delete_documents_by_term("post", change.post)
            self._replaced.add(change.post)
            if self._draft:
                self._draft.drop(change.post)
        self._written[change.post] = change.revision


def batches(changes: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most `BATCH`."""
    remaining = iter(changes)
    while batch := list(islice(remaining, BATCH)):
        yield batch
