"""Orders candidates: by what their texts say, and by what people did with them."""

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from models.stored import NO_SIGNALS, Signals
from search_api.ranking.fusion import FOUND, FusionWeights, fused
from search_api.retrieval.candidate import Candidate

MANY_REACTORS = 30  # the whole bonus; more readers do not make a text truer
DIGITS = 9
"""What stands behind them of a score tells nothing: equal texts may be scored unequally there."""


class DeedWeights(NamedTuple):
    """How much what people did with a post adds to its fused score.

    It decides between texts that answer about equally well: a fused score is 1 or more for the best match,
    and all of these together reach .17, so that a clearly better text always leads.
    """

    accepted: float = (
        0.10  # the asker says that it solved the question; .06 puts one answer of `dev` less first
    )
    verified: float = 0.04  # a curator vouches for it
    reactions: float = 0.03  # popular is not right: the least, and damped


DEEDS = DeedWeights()


def ordered(
    candidates: Sequence[Candidate], weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
) -> list[Candidate]:
    """The best first, ties by id."""
    return [candidate for _, _, candidate in _scored(candidates, weights, deeds)]


def scored_threads(
    candidates: Sequence[Candidate], weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
) -> list[tuple[float, list[Candidate]]]:
    """The candidates of each thread, best first, with the fused score of its best text; threads by that and
    the most that people did, of equal ones the earliest.

    What solved a question speaks for its thread, whichever of its posts says it in the words that were asked.
    """
    threads: dict[str, list[tuple[float, float, Candidate]]] = {}
    for one in _scored(candidates, weights, deeds):
        threads.setdefault(one[2].ranking.thread, []).append(one)
    placed = []
    for scored in threads.values():
        text, deed, lead = scored[0]
        if len(scored) > 1:
            text, deed = max(one[0] for one in scored), max(one[1] for one in scored)
        place = -round(text + deed, DIGITS), lead.ranking.created, lead.post
        placed.append((place, text, [candidate for _, _, candidate in scored]))
    placed.sort(key=itemgetter(0))
    return [(text, candidates) for _, text, candidates in placed]


def bonus(signals: Signals, deeds: DeedWeights = DEEDS) -> float:
    """What people's deeds add to a fused score, 0 to .17."""
    if signals is NO_SIGNALS:  # of most posts
        return 0.0
    return (
        deeds.accepted * signals.accepted
        + deeds.verified * signals.verified
        + deeds.reactions * popularity(signals)
    )


def popularity(signals: Signals) -> float:
    """How many others reacted, 0 to 1, by the logarithm of their number."""
    return min(1.0, math.log1p(signals.reactors) / math.log1p(MANY_REACTORS))


def _scored(
    candidates: Sequence[Candidate], weights: FusionWeights, deeds: DeedWeights
) -> list[tuple[float, float, Candidate]]:
    """Each with the score of its text and its bonus, best first."""
    scores = fused([candidate.features for candidate in candidates], weights)
    scored = [
        (score, bonus(candidate.ranking.signals, deeds), candidate)
        for score, candidate in zip(scores, candidates, strict=True)
    ]
    scored.sort(key=lambda one: (-(one[0] + one[1]), one[2].post))
    return scored
