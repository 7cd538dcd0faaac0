"""Fuses what both lanes found into one ranking: words decide, meaning adds what they cannot find."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).parent / "fusion_weights.json"
"""Found on development data, and written with what was measured there, by `python -m benchmarks.fusion`."""

CROWD = 30
"""So many neighbours are a crowd: its last one is as near as any text of the company is to any question."""


TINY = 1e-9


class FusionWeights(NamedTuple):
    """How much each sign counts against the words of the question, all of them found once.

    `meaning` and `nearness` are for posts in the language of the question. Across languages words find next
    to nothing, and what means the same is less alike than in one language: there `foreign_meaning` and
    `foreign_nearness` count beside them.
    """

    meaning: float
    nearness: float
    foreign_meaning: float
    foreign_nearness: float


def read_weights(path: Path = WEIGHTS) -> FusionWeights:
    """The weights in a file that `benchmarks.fusion` wrote."""
    return FusionWeights(**json.loads(path.read_text(encoding="utf-8"))["weights"])


FOUND = read_weights()


class Sign(NamedTuple):
    """A candidate, the passage that a lane found, and what speaks for it.

    `words` and `meaning` say how much of the question the passage says, as typed and in other words, 1 being
    all of it. `cosine` is that of the vectors, 0 if they did not find it. `foreign` is how much of the post
    is in the other language than the question: 0, .5 (mixed) or 1.
    """

    post: str
    passage: int
    words: float
    meaning: float
    cosine: float
    foreign: float


class Fused(NamedTuple):
    """A candidate: post, passage to show, and score, comparable within one question only."""

    post: str
    passage: int
    score: float


def fuse(signs: Sequence[Sign], weights: FusionWeights = FOUND) -> list[Fused]:
    """Best first, ties by post id: a weighted sum of the signs (CombSUM, Fox & Shaw 1994)."""
    scores = (features(signs) @ (1.0, *weights)).tolist() if signs else []
    fused = [Fused(sign.post, sign.passage, score) for sign, score in zip(signs, scores, strict=True)]
    return sorted(fused, key=lambda candidate: (-candidate.score, candidate.post))


def features(signs: Sequence[Sign]) -> npt.NDArray[np.float64]:
    """What is weighed, shape (len(signs), 5): the words, and what each of the `FusionWeights` weighs.

    Of a cosine counts the nearness, what rises above the floor, (cosine - floor) / (1 - floor): the floor is
    the last of a crowd, or 0 where there is none.
    """
    words, meanings, cosines, foreign = (
        np.array([sign[column] for sign in signs], dtype=float) for column in range(2, 6)
    )
    near = cosines[cosines > 0]
    floor = min(float(near.min()), 1 - TINY) if len(near) >= CROWD else 0.0
    nearness = np.maximum(0.0, cosines - floor) / (1 - floor)
    return np.stack([words, meanings, nearness, foreign * meanings, foreign * nearness], axis=1)
