"""How good an encoder is: likeness of sentences, finding translations, finding passages; with intervals."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from models.errors import BadInput
from models.language.embedder import Embedder
from models.language.training.rows import Row

RESAMPLES = 1_000
PAIRS = 2_000
FEW = 10
QUESTIONS_AT_A_TIME = 2_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value with its 95 % bootstrap interval, and over how many rows."""

    name: str
    value: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A pair of sentences, and how alike people find them."""

    a: str
    b: str
    score: float


def read_likeness(path: Path) -> list[Likeness]:
    """KorSTS's TSV (columns sentence1, sentence2, score) or KLUE-STS's JSON. `BadInput` for anything else."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return [
                Likeness(a=row["sentence1"], b=row["sentence2"], score=float(row["labels"]["real-label"]))
                for row in json.loads(text)
            ]
        header, *lines = (line.split("\t") for line in text.rstrip("\n").split("\n"))
        a, b, score = (header.index(name) for name in ("sentence1", "sentence2", "score"))
        return [Likeness(a=line[a], b=line[b], score=float(line[score])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadInput(
            f"{path}: no sentence pairs with scores ({error}).",
            remedy="Give a TSV with sentence1, sentence2 and score, or KLUE-STS's JSON.",
        ) from error


def likeness_figure(name: str, embedder: Embedder, rows: Sequence[Likeness]) -> Figure:
    """Spearman's rank correlation of cosines with people's scores."""
    cosines = (embedder.embed([row.a for row in rows]) * embedder.embed([row.b for row in rows])).sum(axis=1)
    scores = np.array([row.score for row in rows])
    return _figure(
        name,
        len(rows),
        lambda drawn: float(spearmanr(cosines[drawn], scores[drawn]).statistic),
    )


def drawn_pairs(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """The same `PAIRS` pairs whatever was trained, no text twice: either of two twins would be right."""
    left: set[str] = set()
    right: set[str] = set()
    pairs: list[tuple[str, str]] = []
    for place in np.random.default_rng(0).permutation(len(rows)):
        a, b, _ = rows[place]
        if a not in left and b not in right and len(pairs) < PAIRS:
            left.add(a)
            right.add(b)
            pairs.append((a, b))
    return pairs


def pair_figures(name: str, embedder: Embedder, pairs: Sequence[tuple[str, str]]) -> list[Figure]:
    """How often the other half of a pair is the nearest (@1) or among the ten nearest, from both sides."""
    left, right = (embedder.embed(texts) for texts in zip(*pairs, strict=True))
    figures = []
    for way, a, b in (("a>b", left, right), ("b>a", right, left)):
        ranks = _ranks(a, b, np.arange(len(pairs)))
        figures += [_share(f"{name}, {way} @{depth}", ranks < depth) for depth in (1, FEW)]
    return figures


Article = Sequence[tuple[str, Sequence[str]]]
"""Paragraphs, each with the questions that it answers."""


def read_articles(path: Path) -> list[Article]:
    """KorQuAD's articles in their order. `BadInput` for anything else."""
    try:
        return [
            [
                (paragraph["context"], [qa["question"] for qa in paragraph["qas"]])
                for paragraph in article["paragraphs"]
            ]
            for article in json.loads(path.read_text(encoding="utf-8"))["data"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path}: is not KorQuAD ({error}).", remedy="Give KorQuAD's published file."
        ) from error


def passage_figures(name: str, embedder: Embedder, articles: Sequence[Article]) -> list[Figure]:
    """Recall@10 of questions among all paragraphs: of even articles, of odd ones, of all."""
    numbers: dict[str, int] = {}
    asked = [
        (question, numbers.setdefault(paragraph, len(numbers)), place % 2)
        for place, article in enumerate(articles)
        for paragraph, questions in article
        for question in questions
    ]
    questions = embedder.embed([question for question, _, _ in asked])
    found = _ranks(questions, embedder.embed(list(numbers)), np.array([right for _, right, _ in asked])) < FEW
    odd = np.array([parity for _, _, parity in asked], dtype=bool)
    return [
        _share(f"{name}, {which} articles, recall@10", found[rows])
        for which, rows in (("even", ~odd), ("odd", odd), ("all", np.ones_like(odd)))
        if rows.any()
    ]


def _ranks(
    questions: npt.NDArray[np.float32], texts: npt.NDArray[np.float32], right: npt.NDArray[np.int64]
) -> Floats:
    """How many other texts are as near as the right one or nearer."""
    ranks = []
    for start in range(0, len(questions), QUESTIONS_AT_A_TIME):
        chosen = right[start : start + QUESTIONS_AT_A_TIME]
        scores = questions[start : start + QUESTIONS_AT_A_TIME] @ texts.T
        wanted = scores[np.arange(len(chosen)), chosen][:, None]
        ranks.append((scores >= wanted).sum(axis=1) - 1)
    return np.concatenate(ranks)


def _share(name: str, hits: npt.NDArray[np.bool_]) -> Figure:
    return _figure(name, len(hits), lambda drawn: float(hits[drawn].mean()))


def _figure(name: str, rows: int, measure: Callable[[npt.NDArray[np.int64]], float]) -> Figure:
    random = np.random.default_rng(0)
    values = [measure(random.integers(0, rows, rows)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Figure(name=name, value=measure(np.arange(rows)), low=float(low), high=float(high), rows=rows)
