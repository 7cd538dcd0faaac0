"""Checks an encoder by itself: likeness of sentences as people see it, and the other half of a pair."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.language.embedder import Embedder
from models.language.training.evaluation import Figure, Likeness, likeness_figure, pair_figures
from pipelines.progress import Advance
from search_api.evaluation.collection import Faults, read_lines, read_objects

COLUMNS = ("sentence1", "sentence2", "score")
AT_A_TIME = 1_000
"""Texts embedded between two steps of the progress bar."""


def read_likeness(path: Path) -> list[Likeness]:
    """Rows of a TSV whose header names `COLUMNS` and perhaps others; `BadInput` names file and line."""
    faults = Faults()
    lines = read_lines(path, faults)
    first, line = next(lines, (None, ""))
    faults.check()
    header = line.split("\t")
    if missing := [name for name in COLUMNS if name not in header]:
        faults.add(
            path, first, f"the first line must name the columns {', '.join(missing)}, with tabs between"
        )
        faults.check()
    places = [header.index(name) for name in COLUMNS]
    rows = []
    for number, line in lines:
        values = line.split("\t")
        if len(values) <= max(places):
            faults.add(path, number, f"{len(values)} columns in place of {len(header)}, with tabs between")
            continue
        a, b, given = (values[place] for place in places)
        try:
            score = float(given)
        except ValueError:
            score = np.nan
        if np.isfinite(score):
            rows.append(Likeness(a=a, b=b, score=score))
        else:
            faults.add(path, number, f"the score must be a number, not {given!r}")
    if len(rows) < 2:
        faults.add(path, None, "fewer than two pairs of sentences")
    faults.check()
    return rows


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """JSON lines of `a` and `b`; raises `BadInput` with file and line."""
    faults = Faults()
    pairs = []
    for number, values in read_objects(path, faults):
        a, b = values.get("a"), values.get("b")
        if isinstance(a, str) and isinstance(b, str):
            pairs.append((a, b))
        else:
            faults.add(path, number, "`a` and `b` must be strings")
    if not pairs:
        faults.add(path, None, "no pairs")
    faults.check()
    return pairs


def likeness(embedder: Embedder, rows: Sequence[Likeness], advance: Advance) -> list[Figure]:
    """`spearman`, the rank correlation of cosines with people's scores; `advance` is told of texts."""
    return [likeness_figure("spearman", _Watched(embedder, advance), rows)]


def halves(embedder: Embedder, pairs: Sequence[tuple[str, str]], advance: Advance) -> list[Figure]:
    """`a>b@1` and so on: how often the other half is nearest, or among ten; `advance` is told of texts."""
    figures = pair_figures("", _Watched(embedder, advance), pairs)
    return [replace(figure, name=figure.name.strip(" ,").replace(" ", "")) for figure in figures]


class _Watched:
    """An embedder whose progress is told."""

    def __init__(self, embedder: Embedder, advance: Advance) -> None:
        self.revision = embedder.revision
        self.dimensions = embedder.dimensions
        self._embedder = embedder
        self._advance = advance

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """As the embedder does, some texts at a time."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), AT_A_TIME):
            end = start + AT_A_TIME
            some = texts[start:end]
            vectors[start:end] = self._embedder.embed(some, forms[start:end] if forms else None)
            self._advance(len(some))
        return vectors
