"""Orders candidates: by what their texts say, and by what people did with them."""

import math
from collections.abc import Iterable, Sequence

from models.stored import Signals
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
    return [candidate for _, candidate in _scored(candidates)]


def by_thread(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates of each thread, best first; threads by their best text and the most that people did.

    What solved a question speaks for its thread, whichever of its posts says it in the words that were asked.
    """
    threads: dict[str, list[Candidate]] = {}
    texts: dict[str, float] = {}
    for text, candidate in _scored(candidates):
        thread = candidate.ranking.thread
        threads.setdefault(thread, []).append(candidate)
        texts[thread] = max(text, texts.get(thread, text))

    def rank(thread: list[Candidate]) -> tuple[float, str]:
        best = thread[0]
        deeds = max(bonus(candidate.ranking.signals) for candidate in thread)
        return -(texts[best.ranking.thread] + deeds), best.post

    return sorted(threads.values(), key=rank)


def bonus(signals: Signals) -> float:
    """What people's deeds add to a fused score, 0 to .17."""
    return (
        ACCEPTED_BONUS * signals.accepted
        + VERIFIED_BONUS * signals.verified
        + REACTIONS_BONUS * popularity(signals)
    )


def popularity(signals: Signals) -> float:
    """How many others reacted, 0 to 1, by the logarithm of their number."""
    return min(1.0, math.log1p(signals.reactors) / math.log1p(MANY_REACTORS))


def _scored(candidates: Sequence[Candidate]) -> Iterable[tuple[float, Candidate]]:
    scores = fused([candidate.features for candidate in candidates])
    scored = list(zip(scores, candidates, strict=True))
    scored.sort(key=lambda pair: (-(pair[0] + bonus(pair[1].ranking.signals)), pair[1].post))
    return scored
