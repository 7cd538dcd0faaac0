"""Fuses what speaks for each candidate into one score: words decide, meaning adds what they cannot find."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search_api.retrieval.candidate import CandidateFeatures

WEIGHTS = Path(__file__).parent / "fusion_weights.json"
"""Found on development data, and written with what was measured there, by `python -m benchmarks.fusion`."""

CROWD = 30
"""So many neighbours are a crowd: its last one is as near as any text of the company is to any question."""


TINY = 1e-9


class FusionWeights(NamedTuple):
    """How much each feature counts against the words of the question, all of them found once.

    `semantic` and `nearness` are for posts in the language of the question. Across languages words find next
    to nothing, and what means the same is less alike than in one language: there `foreign_semantic` and
    `foreign_nearness` count beside them.
    """

    semantic: float
    nearness: float
    foreign_semantic: float
    foreign_nearness: float


def read_weights(path: Path = WEIGHTS) -> FusionWeights:
    """The weights in a file that `benchmarks.fusion` wrote."""
    return FusionWeights(**json.loads(path.read_text(encoding="utf-8"))["weights"])


FOUND = read_weights()


def fused(features: Sequence[CandidateFeatures], weights: FusionWeights = FOUND) -> list[float]:
    """The score of each candidate, comparable within one question only: a weighted sum of its features
    (CombSUM, Fox & Shaw 1994).
    """
    scores: list[float] = (weighed(features) @ (1.0, *weights)).tolist() if features else []
    return scores


def weighed(features: Sequence[CandidateFeatures]) -> npt.NDArray[np.float64]:
    """What is weighed, shape (len(features), 5): the words, and what each of the `FusionWeights` weighs.

    Of a cosine counts the nearness, what rises above the floor, (cosine - floor) / (1 - floor): the floor is
    the last of a crowd, or 0 where there is none.
    """
    _, words, semantic, cosines, foreign = np.array(features, dtype=float).reshape(-1, 5).T
    near = cosines[cosines > 0]
    floor = min(float(near.min()), 1 - TINY) if len(near) >= CROWD else 0.0
    nearness = np.maximum(0.0, cosines - floor) / (1 - floor)
    return np.stack([words, semantic, nearness, foreign * semantic, foreign * nearness], axis=1)
