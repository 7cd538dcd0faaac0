"""Fuses what speaks for each candidate into one score: words decide, meaning adds what they cannot find."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search_api.retrieval.candidate import CandidateFeatures, left_open

WEIGHTS = Path(__file__).parent / "fusion_weights.json"
"""Found on development data, and written with what was measured there, by `python -m benchmarks.fusion`."""


class FusionWeights(NamedTuple):
    """How much each feature counts against the words of the question, all of them found once.

    `semantic` is for posts in the language of the question. Across languages words find next to nothing, and
    what means the same is less alike than in one language: there `foreign_semantic` and `foreign_nearness`,
    of the cosine, count beside it. `opener` and `thread`, of the cosines with these, count as far as words
    leave the question open.
    """

    semantic: float
    foreign_semantic: float
    foreign_nearness: float
    opener: float
    thread: float


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
    """What is weighed, shape (len(features), 6): the words, and what each of the `FusionWeights` weighs.

    If somebody says all of the question in its own words, words order best: KorQuAD's sentences, whose
    questions repeat them, lost .006 nDCG@10 by cosines that were not held back so. If nobody says much of it,
    what threads are about does.
    """
    _, words, semantic, cosines, foreign, openers, threads = (
        np.array(features, dtype=float).reshape(-1, len(CandidateFeatures._fields)).T
    )
    share = left_open(words)
    return np.stack(
        [
            words,
            semantic,
            foreign * semantic,
            foreign * cosines,
            share * openers,
            share * threads,
        ],
        axis=1,
    )
