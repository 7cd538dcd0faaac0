"""Evidence: what one post says for the knowledge of the person who wrote it.

Its weight is the text's score for the question times what the post is: an answer to somebody else, accepted,
verified, thanked for, recent, outdated. All factors are set by judgement and kept honest by tests; none was
learned.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from models.moments import days_since
from models.ranking_features import RankingFeatures
from models.records import PostKind
from search_api.ranking.ordering import popularity
from search_api.ranking.remarks import NOTED_REACTORS

OPENING_WEIGHTS = {
    PostKind.DOCUMENT: 0.8,  # written to be relied on
    PostKind.BLOG: 0.8,
    PostKind.IDEA: 0.3,
    PostKind.POST: 0.2,  # to mention a thing is not to know it
    PostKind.QUESTION: 0.0,  # to ask about it even less
}
REPLYING_WEIGHTS = {
    PostKind.ANSWER: 1.0,
    PostKind.REPLY: 0.7,
    PostKind.COMMENT: 0.5,  # remarks more often than answers
}
OTHER_REPLY_WEIGHT = 0.5
OWN_THREAD_WEIGHT = 0.1
"""Who replies in the thread that they opened mostly thanks or adds to the question."""

ACCEPTED_FACTOR = 2.5
"""The asker says that it solved the question: worth more than several answers about which nobody said so."""
VERIFIED_FACTOR = 1.5
REACTIONS_SHARE = 0.5
"""What many reactions add; they come as easily to a joke as to an answer, so their logarithm counts."""

OUTDATED_FACTOR = 0.3
"""A guess that was put right, or a rule that holds no longer: who knew better knows more."""

NEXT_SHARE = 0.7
"""What each further piece of evidence counts of the one before: all together, 3.3 times the best at most."""

RECENCY_DAYS = 180.0
"""How fast recency fades. 60 days predict best who answers next on Stack Exchange; knowledge lasts longer."""
LASTING_SHARE = 0.4
"""What an answer is worth however old: who knew it then is still worth asking."""
RECENT_DAYS = 90


class Reason(StrEnum):
    """Why a post is evidence, as told to people."""

    ACCEPTED = "accepted"
    VERIFIED = "verified"
    ANSWERED = "answered"
    DOCUMENTED = "documented"
    REACTIONS = "reactions"
    RECENT = "recent"


def evidence_weight(score: float, post: RankingFeatures, opener: str | None, at: datetime) -> float:
    """How much a post counts for its author; `score` is its text's, `opener` who opened its thread."""
    signals = post.signals
    accepted = ACCEPTED_FACTOR if signals.accepted else 1.0
    verified = VERIFIED_FACTOR if signals.verified else 1.0
    outdated = OUTDATED_FACTOR if post.succeeded_by else 1.0
    recency = LASTING_SHARE + (1 - LASTING_SHARE) * math.exp(-days_since(post.created, at) / RECENCY_DAYS)
    part = _part(post, opener)
    thanked = 1 + REACTIONS_SHARE * popularity(signals)
    return score * part * accepted * verified * thanked * outdated * recency


def summed(weights: Iterable[float]) -> float:
    """What all evidence of one person comes to, given the heaviest first: each further one counts less."""
    return sum(weight * NEXT_SHARE**place for place, weight in enumerate(weights))


def reasons(post: RankingFeatures, at: datetime) -> tuple[Reason, ...]:
    """What speaks for the post, the strongest first."""
    found = {
        Reason.ACCEPTED: post.signals.accepted,
        Reason.VERIFIED: post.signals.verified,
        Reason.ANSWERED: post.replies_to and not post.signals.accepted,
        Reason.DOCUMENTED: post.kind in (PostKind.DOCUMENT, PostKind.BLOG),
        Reason.REACTIONS: post.signals.reactors >= NOTED_REACTORS,
        Reason.RECENT: days_since(post.created, at) <= RECENT_DAYS,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _part(post: RankingFeatures, opener: str | None) -> float:
    kind = PostKind(post.kind)
    if not post.replies_to:
        return OPENING_WEIGHTS.get(kind, OTHER_REPLY_WEIGHT)
    # An accepted answer to one's own question is an answer.
    if post.author == opener and not post.signals.accepted:
        return OWN_THREAD_WEIGHT
    return REPLYING_WEIGHTS.get(kind, OTHER_REPLY_WEIGHT)
