"""Writes vector segments: from freshly put posts, or from older segments that are merged."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from indexer.embedded.schema import microseconds
from indexer.embedded.segment import QUICK_ROWS, Bits, Codebook, Segment, common_key, key
from indexer.engine import Entry
from models.durable import sync
from models.language.annotation import Vector
from models.scope import thread_token

CHUNK = 50_000  # vectors decoded at a time while merging: 50 MB of 256 dimensions
DIMENSIONS_A_CODE = 2
CODE_BITS = 4
"""64 bytes a vector of 256 dimensions. With four dimensions a code a fiftieth of the nearest is lost."""
TRAINING_ROWS = 4_096  # 256 for each of 16 centroids, as FAISS advises; 20,000 are no better
TRAINING_ROUNDS = 10


class SegmentDraft:
    """The vectors of posts put since the last commit, and what their rows carry."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._posts: list[str] = []
        self._passages: list[int] = []
        self._created: list[int] = []
        self._vectors: list[Vector] = []
        self._keys: list[int] = []
        self._key_rows: list[int] = []
        self._rows_of: dict[str, range] = {}
        self._dead: list[int] = []

    def check(self, entry: Entry) -> None:
        """Raise `ValueError` if a vector of the post is of another length than the index holds."""
        for passage in entry.passages:
            if passage.vector is not None and passage.vector.shape != (self.dimensions,):
                raise ValueError(f"a vector of {len(passage.vector)} dimensions, not of {self.dimensions}")

    def add(self, entry: Entry) -> None:
        """Add the vectors of a post that passed `check`."""
        start = len(self._posts)
        keys = None
        for number, passage in enumerate(entry.passages):
            # A vector of zeros says nothing and is as near to every question.
            if passage.vector is None or not passage.vector.any():
                continue
            keys = keys or _keys(entry)
            self._keys += keys
            self._key_rows += [len(self._posts)] * len(keys)
            self._posts.append(entry.post)
            self._passages.append(number)
            self._created.append(microseconds(entry.created))
            self._vectors.append(passage.vector)
        if keys:
            self._rows_of[entry.post] = range(start, len(self._posts))

    def drop(self, post: str) -> None:
        """Take back what was added of a post."""
        self._dead += self._rows_of.pop(post, ())

    @property
    def rows(self) -> int:
        """How many vectors there are to write."""
        return len(self._posts) - len(self._dead)

    def write(self, folder: Path, name: str, codebook: Codebook | None) -> bool:
        """Write a segment durably, by a codebook where one is given; False if there is nothing to write."""
        if not self._rows_of:
            return False
        alive = np.ones(len(self._posts), np.bool_)
        alive[self._dead] = False
        columns = _Columns(
            posts=self._posts,
            passages=np.array(self._passages, np.uint32),
            created=np.array(self._created, np.int64),
            keys=np.array(self._keys, np.uint64),
            key_rows=np.array(self._key_rows, np.uint32),
        ).only(alive)
        vectors = np.stack(self._vectors).astype(np.float32, copy=False)[alive]
        _write(folder, name, columns, [vectors], self.dimensions, codebook)
        return True


def merge(
    parts: Sequence[tuple[Segment, Bits]], folder: Path, name: str, dimensions: int, codebook: Codebook | None
) -> bool:
    """Write the rows of several segments that are still alive as one segment, coded by a codebook where one
    is given; False if there are none.
    """
    alive = [
        np.unpackbits(bits, count=len(segment), bitorder="little").astype(np.bool_) for segment, bits in parts
    ]
    merged = [_columns_of(segment).only(rows) for (segment, _), rows in zip(parts, alive, strict=True)]
    starts = np.cumsum([0, *(len(columns.posts) for columns in merged)])
    if not starts[-1]:
        return False
    columns = _Columns(
        posts=[post for columns in merged for post in columns.posts],
        passages=np.concatenate([columns.passages for columns in merged]),
        created=np.concatenate([columns.created for columns in merged]),
        keys=np.concatenate([columns.keys for columns in merged]),
        key_rows=np.concatenate(
            [columns.key_rows + np.uint32(start) for columns, start in zip(merged, starts[:-1], strict=True)]
        ),
    )
    vectors = (
        segment.vectors(start, stop)[rows[start:stop]]
        for (segment, _), rows in zip(parts, alive, strict=True)
        for start in range(0, len(segment), CHUNK)
        for stop in [min(start + CHUNK, len(segment))]
    )
    _write(folder, name, columns, vectors, dimensions, codebook)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The columns of a segment while it is made; `keys` and `key_rows` are pairs."""

    posts: list[str]
    passages: npt.NDArray[np.uint32]
    created: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    key_rows: npt.NDArray[np.uint32]

    def only(self, alive: npt.NDArray[np.bool_]) -> "_Columns":
        """The same without the dead rows."""
        if alive.all():
            return self
        renumbered = np.cumsum(alive, dtype=np.uint32) - np.uint32(1)
        kept = alive[self.key_rows]
        return _Columns(
            posts=list(compress(self.posts, alive)),
            passages=self.passages[alive],
            created=self.created[alive],
            keys=self.keys[kept],
            key_rows=renumbered[self.key_rows[kept]],
        )


def _columns_of(segment: Segment) -> _Columns:
    return _Columns(
        posts=segment.posts(),
        passages=segment.passages,
        created=segment.created,
        keys=np.repeat(segment.keys, np.diff(segment.starts)),
        key_rows=segment.rows,
    )


def _keys(entry: Entry) -> list[int]:
    """What a row of this post can be found, filtered and dropped by."""
    single = {
        "channel": entry.channel,
        "network": entry.network,
        "kind": entry.kind,
        "language": entry.language,
        "company": entry.company,
        "unit": entry.unit,
    }
    thread = thread_token(entry.thread)
    return [
        key("post", entry.post),
        *(common_key("audience", token) for token in entry.audience),
        # A thread is met a few times only: it would push the common values out of the cache.
        *(
            (key if container == thread else common_key)("containers", container)
            for container in entry.containers
        ),
        *(common_key("topic", topic) for topic in entry.topics),
        *(common_key(field, value) for field, value in single.items() if value is not None),
    ]


def _write(
    folder: Path,
    name: str,
    columns: _Columns,
    vectors: Iterable[npt.NDArray[np.float32]],
    dimensions: int,
    codebook: Codebook | None,
) -> None:
    order = np.argsort(columns.keys, kind="stable")
    keys, starts = np.unique(columns.keys[order], return_index=True)
    posts = [post.encode() for post in columns.posts]
    with (folder / f"{name}.npz").open("wb") as file:
        np.savez(
            file,
            keys=keys,
            starts=np.append(starts, len(order)),
            rows=columns.key_rows[order],
            passages=columns.passages,
            created=columns.created,
            posts=np.frombuffer(b"".join(posts), np.uint8),
            post_ends=np.cumsum([len(post) for post in posts], dtype=np.int64),
        )
    faiss.write_index(_index(vectors, dimensions, codebook), str(folder / f"{name}.faiss"))
    for path in (folder / f"{name}.npz", folder / f"{name}.faiss", folder):
        sync(path)


def _index(vectors: Iterable[npt.NDArray[np.float32]], dimensions: int, codebook: Codebook | None) -> Any:
    """Half floats, scanned exactly; before many rows go product-quantized codes (Jégou et al. 2011), which a
    processor compares in its registers (André et al. 2015): their best are scored again.
    """
    flat = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    flat.is_trained = True  # half floats need no training
    for chunk in vectors:
        flat.add(np.ascontiguousarray(chunk))
    if flat.ntotal < QUICK_ROWS:
        return flat
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    codes = faiss.IndexPQFastScan(dimensions, _parts(dimensions), CODE_BITS, faiss.METRIC_INNER_PRODUCT)
    if codebook is None:
        codes.pq.cp.niter = TRAINING_ROUNDS
        sample = np.random.default_rng(0).choice(flat.ntotal, min(flat.ntotal, TRAINING_ROWS), replace=False)
        codes.train(flat.reconstruct_batch(np.sort(sample)))
    else:
        faiss.copy_array_to_vector(codebook, codes.pq.centroids)
        codes.is_trained = True
    for start in range(0, flat.ntotal, CHUNK):
        codes.add(flat.reconstruct_n(start, min(CHUNK, flat.ntotal - start)))
    return faiss.IndexRefine(codes, flat)


def _parts(dimensions: int) -> int:
    """How many parts of a vector have a code of their own."""
    return dimensions // DIMENSIONS_A_CODE if dimensions % DIMENSIONS_A_CODE == 0 else dimensions
