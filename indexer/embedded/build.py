"""One build of the index in its own folder: read as snapshots, written by one writer."""

import json
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TypeVar

from tantivy import Index

from indexer.embedded.folder import readable, signature, sync, write_durably, writing
from indexer.embedded.queries import MANIFEST_QUERY
from indexer.embedded.schema import SCHEMA, documents, manifest, tombstone
from indexer.embedded.segment_writer import SegmentDraft
from indexer.embedded.snapshot import Snapshot, read_manifest
from indexer.embedded.vectors import Vectors
from indexer.engine import Entry, Fingerprint, Removal

HEAP = 100_000_000  # bytes that tantivy's indexing thread fills before it writes a segment
BATCH = 1_000  # posts whose present revisions are looked up by one query

T = TypeVar("T", Entry, Removal)


class Build:
    """The folder of one build: `build.json`, `words/`, `vectors/`. Opened for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with readable(path / "build.json"):
            self.fingerprint = Fingerprint(**json.loads((path / "build.json").read_text("utf-8")))
        with readable(path / "words"):
            self.index = Index.open(str(path / "words"))
            self.index.config_reader("manual")
        self._lock = Lock()
        self._meta = path / "words" / "meta.json"
        self._seen: tuple[int, int, int] | None = None
        self._snapshot: Snapshot | None = None

    @classmethod
    def create(cls, path: Path, fingerprint: Fingerprint) -> "Build":
        """Make an empty build, durably; it is nobody's until a folder names it."""
        for folder in (path / "words", path / "vectors"):
            folder.mkdir(parents=True)
        Index(SCHEMA, str(path / "words"))
        content = {"analyzer": fingerprint.analyzer, "dimensions": fingerprint.dimensions}
        write_durably(path / "build.json", json.dumps(content).encode())
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

    def remove(self) -> None:
        """Take the build off the disk; a reader that still has it open goes on with it."""
        shutil.rmtree(self.path, ignore_errors=True)


class BuildWriter:
    """Writes to one build. What it writes shows at `commit`, which is tantivy's own.

    Tantivy's manifest document names the vector segments: words and vectors change in one atomic step.
    """

    def __init__(self, build: Build) -> None:
        self.build = build
        with readable(build.path / "words"):
            self._writer = build.index.writer(HEAP, 1)
            self._writer.garbage_collect_files()
        self._committed()

    @property
    def uncommitted(self) -> int:
        """How many posts were written since the last commit."""
        return len(self._written)

    def put(self, entries: Iterable[Entry]) -> None:
        """Index posts, each in place of its earlier revision."""
        for batch in batches(entries):
            with writing(self.build.path):
                for entry in self._newer(batch):
                    if self._draft:
                        self._draft.add(entry)
                    for document in documents(entry):
                        self._writer.add_document(document)

    def drop(self, removals: Iterable[Removal]) -> None:
        """Take posts out; each leaves a tombstone."""
        for batch in batches(removals):
            with writing(self.build.path):
                for removal in self._newer(batch):
                    self._writer.add_document(tombstone(removal.post, removal.revision))

    def commit(self) -> None:
        """Make everything written so far visible and durable."""
        if not self._written:
            return
        snapshot = self.build.snapshot()
        generation = snapshot.generation + 1
        with writing(self.build.path):
            vectors = snapshot.vectors
            if self._draft:
                vectors = vectors.next(generation, self._draft, self._replaced)
            content = {"generation": generation, "segments": vectors.manifest()}
            self._writer.delete_documents_by_query(MANIFEST_QUERY)
            self._writer.add_document(manifest(json.dumps(content)))
            self._writer.commit()
        self._committed()

    def close(self) -> None:
        """Let merges end and release the files; what was not committed is lost."""
        self._writer.wait_merging_threads()

    def _committed(self) -> None:
        self._written: dict[str, int] = {}
        self._replaced: set[str] = set()
        dimensions = self.build.fingerprint.dimensions
        self._draft = SegmentDraft(dimensions) if dimensions else None
        vectors = self.build.snapshot().vectors
        for path in vectors.folder.iterdir():
            if path.name not in vectors.files():
                path.unlink(missing_ok=True)

    def _newer(self, batch: list[T]) -> Iterator[T]:
        """Those above the present revision; what they replace is taken out."""
        present = self.build.snapshot().present({change.post for change in batch})
        for change in batch:
            revision = self._written.get(change.post, present.get(change.post))
            if revision is not None:
                if change.revision <= revision:
                    continue
                self._writer.delete_documents_by_term("post", change.post)
                self._replaced.add(change.post)
                if self._draft:
                    self._draft.drop(change.post)
            self._written[change.post] = change.revision
            yield change


def batches(changes: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most `BATCH`."""
    remaining = iter(changes)
    while batch := list(islice(remaining, BATCH)):
        yield batch
