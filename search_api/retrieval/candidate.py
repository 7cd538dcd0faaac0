"""The one record of a post that could answer, on its way from the engine to every kind of answer."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from models.ranking_features import RankingFeatures


class CandidateFeatures(NamedTuple):
    """What speaks for a candidate; a feature of 0 says nothing.

    `bm25` is the engine's score, comparable within one question only, 0 if words did not find it. `words` and
    `semantic` say how much of the question the passage says, as typed and in other words, 1 being all of it.
    `cosine` is that of the vectors, 0 if they did not find it. `foreign` is how much of the post is in the
    other language than the question: 0, .25 (mixed) or 1. `opener` and `thread` are cosines of the question
    with the vector of what opened the thread, and with that of the thread as a whole.
    """

    bm25: float
    words: float
    semantic: float
    cosine: float
    foreign: float
    opener: float
    thread: float


UNFOUND = CandidateFeatures(*(0.0 for _ in CandidateFeatures._fields))
"""Of what is shown without having been found."""


class Candidate(NamedTuple):
    """A visible post that could answer, the number of the passage to show, and what its rank depends on."""

    post: str
    passage: int
    features: CandidateFeatures
    ranking: RankingFeatures


def left_open(words: Iterable[float]) -> float:
    """How far the words of candidates leave a question open, 0 to 1: the root of what the best does not say.

    With what is left itself instead of its root the sample's judged questions of `dev` and the paraphrases
    gain somewhat less (nDCG@10 .801 and .807, each with the weights that are best for it).
    """
    return math.sqrt(max(0.0, 1.0 - max(words, default=0.0)))
