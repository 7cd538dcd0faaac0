"""Orders candidates: by what their texts say, and by what people did with them."""

import math
from collections.abc import Sequence

from models.stored import NO_SIGNALS, Signals
from search_api.ranking.fusion import fused
from search_api.retrieval.candidate import Candidate

# What people did with a post decides between texts that answer about equally well: a fused score is 1 or more
# for the best match, and all of these together reach .17, so that a clearly better text always leads.
ACCEPTED_BONUS = 0.10  # the asker says that it solved the question; .06 puts one answer of `dev` less first
VERIFIED_BONUS = 0.04  # a curator vouches for it
REACTIONS_BONUS = 0.03  # popular is not right: the least, and damped
MANY_REACTORS = 30  # the whole bonus; more readers do not make a text truer


def ordered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best first, ties by id."""
    return [candidate for _, _, candidate in _scored(candidates)]


def by_thread(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates of each thread, best first; threads by their best text and the most that people did.

    What solved a question speaks for its thread, whichever of its posts says it in the words that were asked.
    """
    threads: dict[str, list[Candidate]] = {}
    texts: dict[str, float] = {}
    deeds: dict[str, float] = {}
    for text, deed, candidate in _scored(candidates):
        thread = candidate.ranking.thread
        threads.setdefault(thread, []).append(candidate)
        texts[thread] = max(text, texts.get(thread, text))
        deeds[thread] = max(deed, deeds.get(thread, deed))
    return sorted(
        threads.values(),
        key=lambda them: (-(texts[them[0].ranking.thread] + deeds[them[0].ranking.thread]), them[0].post),
    )


def bonus(signals: Signals) -> float:
    """What people's deeds add to a fused score, 0 to .17."""
    if signals is NO_SIGNALS:  # of most posts
        return 0.0
    return (
        ACCEPTED_BONUS * signals.accepted
        + VERIFIED_BONUS * signals.verified
        + REACTIONS_BONUS * popularity(signals)
    )


def popularity(signals: Signals) -> float:
    """How many others reacted, 0 to 1, by the logarithm of their number."""
    return min(1.0, math.log1p(signals.reactors) / math.log1p(MANY_REACTORS))


def _scored(candidates: Sequence[Candidate]) -> list[tuple[float, float, Candidate]]:
    """Each with the score of its text and its bonus, best first."""
    scores = fused([candidate.features for candidate in candidates])
    scored = [
        (score, bonus(candidate.ranking.signals), candidate)
        for score, candidate in zip(scores, candidates, strict=True)
    ]
    scored.sort(key=lambda one: (-(one[0] + one[1]), one[2].post))
    return scored
