"""The vector lane of one generation: a few segments, each with the rows that are still alive."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.embedded.folder import readable
from indexer.embedded.segment import Bits, Codebook, Rows, Scores, Segment, bits, key, number_of
from indexer.embedded.segment_writer import SegmentDraft, merge
from indexer.engine import Filters, Hit
from models.durable import write_durably
from models.language.annotation import Vector
from models.scope import Scope

COMPARED = 500
COMPARED_A_HIT = 6
"""Rows of all segments whose full vectors are compared, of those that their codes put first. Of short
questions to 100,000 and to 694,000 reviews 500 found .998 and .999 of the nearest 50, 300 .997 and .990."""
FAN_IN = 4
"""Segments of one size are merged when there are so many: each row is rewritten once a fourfold. A question
takes .1 ms for each segment, whatever its size."""
LIKE = 2
"""A codebook serves segments of up to so many times the rows of the one that it was learnt from: learning it
takes seconds, and what a company writes about changes slowly."""
SMALLEST_TIER = 1_000  # segments of fewer rows than FAN_IN times this are of one size
DEAD_PART = 0.5  # a segment with more dead rows than this is rewritten


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A segment, its rows that are still alive, and the file that says so (none: all are)."""

    segment: Segment
    alive: Bits
    bitmap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """The segments of one generation, oldest first, in a folder."""

    folder: Path
    parts: tuple[Part, ...] = ()

    @classmethod
    def open(
        cls, folder: Path, manifest: Iterable[tuple[str, str | None]], known: "Vectors | None"
    ) -> "Vectors":
        """The segments that a manifest lists, each with its bitmap; `known` ones are not read again."""
        kept = {part.segment.name: part.segment for part in known.parts} if known else {}
        parts = []
        for name, bitmap in manifest:
            segment = kept.get(name) or Segment(folder, name)
            alive = bits(np.ones(len(segment), np.bool_))
            if bitmap:
                with readable(folder / bitmap):
                    alive = np.load(folder / bitmap, allow_pickle=False)
            parts.append(Part(segment=segment, alive=alive, bitmap=bitmap))
        return cls(folder=folder, parts=tuple(parts))

    def manifest(self) -> list[tuple[str, str | None]]:
        """What `open` takes."""
        return [(part.segment.name, part.bitmap) for part in self.parts]

    def files(self) -> set[str]:
        """The names of all files in use."""
        segments = {part.segment.name + suffix for part in self.parts for suffix in (".npz", ".faiss")}
        return segments | {part.bitmap for part in self.parts if part.bitmap}

    def nearest(self, vector: Vector, scope: Scope, filters: Filters, limit: int) -> list[Hit]:
        """The `limit` passages with the largest inner products among the allowed ones, best first."""
        allowed = [part.segment.allowed(scope, filters) & part.alive for part in self.parts]
        numbers = [number_of(rows) for rows in allowed]
        share = max(COMPARED, COMPARED_A_HIT * limit) / max(1, sum(numbers))
        found: list[_Found] = []
        for part, rows, number in zip(self.parts, allowed, numbers, strict=True):
            segment = part.segment
            # All that is near may lie in one segment.
            compared = limit + int(share * number)
            by_codes = segment.nearest_by_codes(vector, rows, limit, compared)
            found.append(_Found(segment, *(by_codes or segment.nearest(vector, rows, limit))))
        return _hits(found, limit)

    def next(self, generation: int, draft: SegmentDraft, dropped: Collection[str]) -> "Vectors":
        """Write what the next generation adds and takes away; it shows when a manifest lists it."""
        names = (f"{generation}-{number}" for number in count())
        parts = list(self._without(dropped, generation))
        name = next(names)
        if draft.write(self.folder, name, _codebook(parts, draft.rows)):
            parts.append(_whole(Segment(self.folder, name)))
        for start, stop in _worn(parts):
            name = next(names)
            merged = [(part.segment, part.alive) for part in parts[start:stop]]
            codebook = _codebook(parts, sum(number_of(alive) for _, alive in merged))
            written = merge(merged, self.folder, name, draft.dimensions, codebook)
            parts[start:stop] = [_whole(Segment(self.folder, name))] if written else []
        return Vectors(folder=self.folder, parts=tuple(parts))

    def _without(self, dropped: Collection[str], generation: int) -> Iterator[Part]:
        keys = [key("post", post) for post in dropped]
        for part in self.parts:
            alive = part.alive & ~part.segment.carrying(keys)
            if np.array_equal(alive, part.alive):
                yield part
                continue
            bitmap = f"{part.segment.name}.{generation}.npy"
            content = BytesIO()
            np.save(content, alive)
            write_durably(self.folder / bitmap, content.getvalue())
            yield Part(segment=part.segment, alive=alive, bitmap=bitmap)


class _Found(NamedTuple):
    """Rows of a segment with their inner products, best first."""

    segment: Segment
    scores: Scores
    rows: Rows


def _hits(found: Sequence[_Found], limit: int) -> list[Hit]:
    """The best `limit` rows of all, best first."""
    if not found:
        return []
    scores = np.concatenate([one.scores for one in found])
    rows = np.concatenate([one.rows for one in found])
    of = np.repeat(np.arange(len(found)), [len(one.rows) for one in found])
    best = np.argsort(-scores, kind="stable")[:limit]
    segments = [found[number].segment for number in of[best].tolist()]
    return [
        Hit(segment.post(row), int(segment.passages[row]), score)
        for segment, row, score in zip(segments, rows[best].tolist(), scores[best].tolist(), strict=True)
    ]


def _codebook(parts: Sequence[Part], rows: int) -> Codebook | None:
    """One that was learnt from enough of the like, so that a segment of so many rows may be coded by it."""
    largest = max((part.segment for part in parts), key=len, default=None)
    return largest.codebook if largest and rows <= LIKE * len(largest) else None


def _whole(segment: Segment) -> Part:
    return Part(segment=segment, alive=bits(np.ones(len(segment), np.bool_)))


def _worn(parts: list[Part]) -> Iterator[tuple[int, int]]:
    """The runs of parts to merge, last first; `parts` is changed between the steps."""
    while True:
        start = len(parts)
        while start and _tier(parts[start - 1]) <= _tier(parts[-1]):
            start -= 1
        if len(parts) - start < FAN_IN:
            break
        yield start, len(parts)
    for index in reversed(range(len(parts))):
        if number_of(parts[index].alive) < (1 - DEAD_PART) * len(parts[index].segment):
            yield index, index + 1


def _tier(part: Part) -> int:
    return max(0, int(log(max(1, len(part.segment) / SMALLEST_TIER), FAN_IN)))
