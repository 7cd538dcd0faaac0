"""An immutable file of vectors with what it takes to filter them before the search rather than after it."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import faiss as untyped
import numpy as np
import numpy.typing as npt

from indexer.embedded.folder import readable
from indexer.embedded.schema import microseconds
from indexer.engine import FILTER_FIELDS, Filters
from models.language.annotation import Vector
from models.scope import Scope

Bits = npt.NDArray[np.uint8]
"""A bit a row, lowest first, as FAISS reads bitmaps."""
Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

Codebook = npt.NDArray[np.float32]
"""The centroids of product-quantized codes, of all parts of a vector in a row."""

QUICK_ROWS = 4_096
"""Rows from which a segment has codes beside its vectors; as many are scanned in as long as by codes."""
SPARE = 1.2
"""Asked for beyond what the share of the allowed rows calls for: that share is of all, not of the near."""
MORE = 8
"""At most so much more is asked for where the allowed rows turn out to be among the far ones; and of what is
more than one row in so many the sorting costs more than a scan of the allowed rows alone."""
SCOPES_KEPT = 32  # visible rows kept by scope: a bit a row each

faiss: Any = untyped  # its stubs miss the keyword arguments that its Python layer adds


def key(field: str, value: str) -> int:
    """A 64-bit name of a field's value: 8 bytes a distinct value instead of its text.

    The chance that any two of a million values share one is 1 in 30 million; the store checks again.
    """
    return int.from_bytes(blake2b(f"{field}\0{value}".encode(), digest_size=8).digest(), "little")


common_key = lru_cache(100_000)(key)
"""`key` for values that many posts share."""


def bits(rows: npt.NDArray[np.bool_]) -> Bits:
    """Pack a boolean a row."""
    return np.packbits(rows, bitorder="little")


def number_of(rows: Bits) -> int:
    """How many rows are set."""
    return int(np.bitwise_count(rows).sum(dtype=np.int64))


def _query(vector: Vector) -> npt.NDArray[np.float32]:
    """The vector as FAISS takes questions, shape (1, dimensions)."""
    return np.ascontiguousarray(vector[np.newaxis], np.float32)


class Segment:
    """Rows of vectors, each a passage; `keys`, `starts` and `rows` are postings: which rows carry a value."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        with readable(folder / f"{name}.npz"), np.load(folder / f"{name}.npz", allow_pickle=False) as columns:
            self.keys: npt.NDArray[np.uint64] = columns["keys"]
            self.starts: npt.NDArray[np.int64] = columns["starts"]
            self.rows: npt.NDArray[np.uint32] = columns["rows"]
            self.passages: npt.NDArray[np.uint32] = columns["passages"]
            self.created: npt.NDArray[np.int64] = columns["created"]
            self._posts: npt.NDArray[np.uint8] = columns["posts"]
            self._post_ends: npt.NDArray[np.int64] = columns["post_ends"]
        with readable(folder / f"{name}.faiss"):
            # Mapped, not read: memory is the page cache's to give and take.
            self._index: Any = faiss.read_index(str(folder / f"{name}.faiss"), faiss.IO_FLAG_MMAP_IFC)
        refined = isinstance(self._index, faiss.IndexRefine)
        self._flat: Any = faiss.downcast_index(self._index.refine_index) if refined else self._index
        base = faiss.downcast_index(self._index.base_index) if refined else None
        # What an earlier version has written besides is scanned exactly until it is merged.
        self._codes = base if isinstance(base, faiss.IndexPQFastScan) else None
        self._visible: dict[Scope, Bits] = {}

    def __len__(self) -> int:
        return len(self.passages)

    def post(self, row: int) -> str:
        """The post of a row."""
        start = self._post_ends[row - 1] if row else 0
        return self._posts[start : self._post_ends[row]].tobytes().decode()

    def posts(self) -> list[str]:
        """The post of each row."""
        return [self.post(row) for row in range(len(self))]

    def vectors(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        """The vectors of rows [start, stop)."""
        vectors: npt.NDArray[np.float32] = self._flat.reconstruct_n(start, stop - start)
        return vectors

    @property
    def codebook(self) -> Codebook | None:
        """What its vectors are coded by, if they are.

        None where it was learnt from vectors that said nothing in some dimensions: when these come to say
        something, it could not tell what.
        """
        if self._codes is None:
            return None
        learnt = self._codes.pq
        centroids: Codebook = faiss.vector_to_array(learnt.centroids)
        differ = np.ptp(centroids.reshape(learnt.M, learnt.ksub, learnt.dsub), axis=1) > 0
        return centroids if differ.all() else None

    def carrying(self, keys: Iterable[int]) -> Bits:
        """The rows that carry one of the keys."""
        mask = np.zeros(len(self), np.bool_)
        wanted = np.fromiter(keys, np.uint64)
        found = np.searchsorted(self.keys, wanted)
        present = found < len(self.keys)
        present[present] = self.keys[found[present]] == wanted[present]
        for index in found[present]:
            mask[self.rows[self.starts[index] : self.starts[index + 1]]] = True
        return bits(mask)

    def allowed(self, scope: Scope, filters: Filters) -> Bits:
        """The rows that a scope sees and the filters leave."""
        rows = self._seen_by(scope)
        for name, field in FILTER_FIELDS.items():
            if values := getattr(filters, name):
                rows = rows & self.carrying(common_key(field, value) for value in values)
        if filters.since:
            rows = rows & bits(self.created >= microseconds(filters.since))
        if filters.until:
            rows = rows & bits(self.created < microseconds(filters.until))
        return rows

    def nearest(self, vector: Vector, allowed: Bits, limit: int) -> tuple[Scores, Rows]:
        """The allowed rows with the largest inner products, best first, by scanning them."""
        limit = min(limit, number_of(allowed))
        if not limit:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        # A second thread gains one question nothing, and waits long on a busy machine (6 → 16 ms).
        faiss.omp_set_num_threads(1)
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(allowed))
        scores, rows = self._flat.search(_query(vector), limit, params=parameters)
        return scores[0], rows[0]

    def nearest_by_codes(
        self, vector: Vector, allowed: Bits, limit: int, compared: int
    ) -> tuple[Scores, Rows] | None:
        """As `nearest`, among the allowed rows that their codes put first, at least `compared` of them.

        None where there are no codes, or so few rows are allowed that `nearest` is faster.
        """
        within = number_of(allowed)
        if self._codes is None or within < compared:
            return None
        faiss.omp_set_num_threads(1)
        # The scan of codes takes no filter: so many more are asked for that enough are left.
        fetched = int(compared * SPARE * len(self) / within)
        while fetched < len(self) // MORE:
            # An `IndexRefine`: what the codes find comes with the products of the vectors, and by these.
            scores, rows = self._index.search(_query(vector), fetched)
            kept = (allowed[rows[0] >> 3] >> (rows[0] & 7)) & 1 == 1
            found = int(np.count_nonzero(kept))
            if found >= compared:
                return scores[0][kept][:limit], rows[0][kept][:limit]
            # Among the nearest fewer are allowed than among all.
            fetched = 1 + int(fetched * min(MORE, SPARE * compared / max(found, 1)))
        return None

    def _seen_by(self, scope: Scope) -> Bits:
        visible = self._visible.get(scope)
        if visible is None:
            seen = self.carrying(common_key("audience", token) for token in scope.tokens)
            denied = self.carrying(common_key("containers", container) for container in scope.denied)
            visible = seen & ~denied
            # Other threads do the same: what is returned is never looked up again.
            if len(self._visible) >= SCOPES_KEPT:
                self._visible = {}
            self._visible[scope] = visible
        return visible
