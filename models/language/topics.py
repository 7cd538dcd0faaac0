"""Topics: the tags under which a post is filed, those of a reply also by what its thread opened with."""

from collections.abc import Sequence
from math import log

from models.language.annotation import Tag
from models.language.relevance import probability

TOPIC_WEIGHT = 0.38
"""The least weight of a topic: best micro-F1 on the development half of `pipelines/judgements/topics.jsonl`."""
TOPIC_KINDS = frozenset(("source", "hashtag", "vocabulary", "product", "error_code", "ticket", "implied", "thread"))
"""Kinds of tags that name a topic; a version, phrase, link or mention names something else to find a post by."""
INHERITED = frozenset(("source", "hashtag", "vocabulary", "product", "implied"))
UNSAID = -2.2
"""The logit of a subject that a post has no tag of: that of the least weight kept, 0.1."""
SUBSTANCE = 80
"""Characters from which a reply is certainly about something: thanks and jokes are short."""

WEIGHTS = {"bias": 0.4, "own": 1.15, "opener": 0.56, "opener_lead": 0.42, "substance": 1.7, "answer": 0.85}
"""Of a logistic regression on the replies of the development half, as those of `models.language.relevance`."""


def is_topic(tag: Tag) -> bool:
    """Whether a tag is a topic of its post, taken by itself."""
    return tag.kind in TOPIC_KINDS and tag.weight >= TOPIC_WEIGHT


def topics(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The topics of a post that opens a thread."""
    return tuple([tag for tag in tags if is_topic(tag)])


def reply_features(own: float, opener: float, best: float, length: int, is_answer: bool) -> tuple[float, ...]:
    """The values that `WEIGHTS` weigh, in its order: logits of a subject in the reply and in the opener.

    `best` is the largest logit of the opener, `length` that of the reply's text.
    """
    said = opener > UNSAID
    return (
        1.0,
        own,
        opener,
        opener - best if said else 0.0,
        min(1.0, length / SUBSTANCE) if said else 0.0,
        float(is_answer and said),
    )


def reply_topics(tags: Sequence[Tag], opener: Sequence[Tag], length: int, *, is_answer: bool) -> tuple[Tag, ...]:
    """The topics of a reply of `length` characters, given its tags and those of the thread's first post."""
    own = {tag.key: tag for tag in tags if tag.kind in TOPIC_KINDS}
    opening = {tag.key: tag for tag in opener if tag.kind in INHERITED}
    best = max(map(_logit, opening.values()), default=UNSAID)
    found = []
    for key in own.keys() | opening.keys():
        said, opened = own.get(key), opening.get(key)
        values = reply_features(_logit(said), _logit(opened), best, length, is_answer)
        weight = probability(sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True)))
        if weight >= TOPIC_WEIGHT or (said and said.kind == "source"):
            tag = said or opened
            assert tag is not None
            found.append(Tag(key=key, name=tag.name, kind=said.kind if said else "thread", weight=round(weight, 3)))
    found.sort(key=lambda tag: (-tag.weight, tag.key))
    return tuple(found)


def _logit(tag: Tag | None) -> float:
    return UNSAID if tag is None else max(UNSAID, log(tag.weight / (1.0 - min(tag.weight, 0.998))))


_WEIGHTS = tuple(WEIGHTS.values())
