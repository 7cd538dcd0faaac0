"""Votes: what one post says for the knowledge of the person who wrote it.

A vote is the text's score for the question times what the post is: an answer to somebody else, accepted,
verified, thanked for, recent. All weights are set by judgement and kept honest by tests; none was learned.
"""

import math
from datetime import datetime
from enum import StrEnum

from models.moments import days_since
from models.records import PostKind
from models.stored import Signals, StoredPost

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
MANY_REACTORS = 30

RECENCY_DAYS = 180.0
"""How fast recency fades. 60 days predict best who answers next on Stack Exchange; knowledge lasts longer."""
LASTING_SHARE = 0.4
"""What an answer is worth however old: who knew it then is still worth asking."""
RECENT_DAYS = 90
NOTED_REACTORS = 3
LAUGHTER = frozenset({"haha", "joy", "laughing", "rofl", "lol", "grin", "😂", "🤣", "😄", "😆"})
"""Reactions to a joke, as networks call them."""


class Reason(StrEnum):
    """Why a post is evidence, as told to people."""

    ACCEPTED = "accepted"
    VERIFIED = "verified"
    ANSWERED = "answered"
    DOCUMENTED = "documented"
    REACTIONS = "reactions"
    RECENT = "recent"


def vote(score: float, post: StoredPost, signals: Signals, opener: str | None, at: datetime) -> float:
    """The weight of a post's vote; `score` is its text's, `opener` the key of who opened its thread."""
    accepted = ACCEPTED_FACTOR if signals.accepted else 1.0
    verified = VERIFIED_FACTOR if signals.verified else 1.0
    popularity = min(1.0, math.log1p(signals.reactors) / math.log1p(MANY_REACTORS))
    recency = LASTING_SHARE + (1 - LASTING_SHARE) * math.exp(-days_since(post.created, at) / RECENCY_DAYS)
    part = _part(post, signals, opener)
    return score * part * accepted * verified * (1 + REACTIONS_SHARE * popularity) * recency


def reasons(post: StoredPost, signals: Signals, at: datetime) -> tuple[Reason, ...]:
    """What speaks for the post, the strongest first."""
    found = {
        Reason.ACCEPTED: signals.accepted,
        Reason.VERIFIED: signals.verified,
        Reason.ANSWERED: post.parent is not None and not signals.accepted,
        Reason.DOCUMENTED: post.kind in (PostKind.DOCUMENT, PostKind.BLOG),
        Reason.REACTIONS: signals.reactors >= NOTED_REACTORS,
        Reason.RECENT: days_since(post.created, at) <= RECENT_DAYS,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def is_remark(post: StoredPost, signals: Signals) -> bool:
    """Whether nothing but its words makes a post an answer: neither its kind nor what others did with it."""
    # Applause makes a reply an answer, but no more than a mention of what opens a thread.
    thanked = post.parent is not None and signals.reactors >= NOTED_REACTORS and not _is_laughed_at(signals)
    if signals.accepted or signals.verified or thanked:
        return False
    return post.kind not in (PostKind.ANSWER, PostKind.DOCUMENT, PostKind.BLOG)


def _is_laughed_at(signals: Signals) -> bool:
    """Whether at least half of the reactions are laughter: a good joke has many."""
    laughter = sum(number for kind, number in signals.reactions.items() if kind in LAUGHTER)
    return laughter * 2 >= sum(signals.reactions.values())


def author_key(post: StoredPost) -> str | None:
    """Who wrote it: the person, or the account of nobody known. None if anonymous, a bot or unknown."""
    if post.anonymous or post.author is None or post.author.bot:
        return None
    return f"person:{post.author.person}" if post.author.person else f"account:{post.author.account}"


def _part(post: StoredPost, signals: Signals, opener: str | None) -> float:
    kind = PostKind(post.kind)
    if post.parent is None:
        return OPENING_WEIGHTS.get(kind, OTHER_REPLY_WEIGHT)
    # An accepted answer to one's own question is an answer.
    if author_key(post) == opener and not signals.accepted:
        return OWN_THREAD_WEIGHT
    return REPLYING_WEIGHTS.get(kind, OTHER_REPLY_WEIGHT)
