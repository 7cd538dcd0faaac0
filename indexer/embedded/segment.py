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

EXACT_ROWS = (
    100_000  # rows that are scanned exactly: about 3 ms of 256 dimensions; beyond, clusters are probed
)
PROBED_PART = 16  # one cluster in 16 is probed: recall@100 about that of a full 8-bit scan
RESCORED = 4  # candidates a hit that are scored again by their full vectors
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
        self._clustered = isinstance(self._index, faiss.IndexRefine)
        self._flat: Any = faiss.downcast_index(self._index.refine_index) if self._clustered else self._index
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

    def nearest(self, vector: Vector, allowed: Bits, limit: int) -> list[tuple[float, int]]:
        """The allowed rows with the largest inner products, best first, as pairs of score and row."""
        within = number_of(allowed)
        limit = min(limit, within)
        if not limit:
            return []
        # A second thread gains one question nothing, and waits long on a busy machine (6 → 16 ms).
        faiss.omp_set_num_threads(1)
        selector = faiss.IDSelectorBitmap(allowed)
        query = np.ascontiguousarray(vector[np.newaxis], np.float32)
        exact = not self._clustered or within <= EXACT_ROWS
        if not exact:
            lists = faiss.downcast_index(self._index.base_index).nlist
            probing = faiss.SearchParametersIVF(sel=selector, nprobe=max(1, lists // PROBED_PART))
            parameters = faiss.IndexRefineSearchParameters(k_factor=RESCORED, base_index_params=probing)
            scores, rows = self._index.search(query, limit, params=parameters)
            exact = bool((rows[0] < 0).any())  # the probed clusters hold too few of the allowed rows
        if exact:
            scores, rows = self._flat.search(query, limit, params=faiss.SearchParameters(sel=selector))
        return list(zip(scores[0].tolist(), rows[0].tolist(), strict=True))

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
