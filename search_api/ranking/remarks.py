"""What a reply is by what people did with it: an answer, a remark, a joke."""

from models.ranking_features import RankingFeatures
from models.records import PostKind
from models.stored import Signals

NOTED_REACTORS = 3
LAUGHTER = frozenset({"haha", "joy", "laughing", "rofl", "lol", "grin", "😂", "🤣", "😄", "😆"})
"""Reactions to a joke, as networks call them."""


def is_remark(post: RankingFeatures) -> bool:
    """Whether nothing but its words makes a post an answer: neither its kind nor what others did with it."""
    signals = post.signals
    # Applause makes a reply an answer, but no more than a mention of what opens a thread.
    thanked = post.replies_to and signals.reactors >= NOTED_REACTORS and not is_laughed_at(signals)
    if signals.accepted or signals.verified or thanked:
        return False
    return post.kind not in (PostKind.ANSWER, PostKind.DOCUMENT, PostKind.BLOG)


def is_laughed_at(signals: Signals) -> bool:
    """Whether at least half of the reactions, of which there are some, are laughter: a good joke has many."""
    laughter = sum(number for kind, number in signals.reactions.items() if kind in LAUGHTER)
    return laughter > 0 and laughter * 2 >= sum(signals.reactions.values())
