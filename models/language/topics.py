"""Topics: the tags under which a post is filed, by what it says and by where it stands, its thread and channel."""

from collections.abc import Sequence
from math import log
from operator import mul

from models.language.annotation import Tag
from models.language.relevance import IMPLIED, MARKED, probability

TOPIC_WEIGHT = 0.4
"""The least weight of a topic: of those tried, best on the development half of `pipelines/judgements/topics.jsonl`."""
MARKS = frozenset(("source", "hashtag"))
"""Kinds of tags that people set on purpose."""
NAMES = frozenset(("vocabulary", "product", "error_code", "ticket"))
"""Kinds of tags that a text names. (A phrase, link or mention is something to find a post by, and no topic.)"""
THREAD = "thread"
"""The kind of a topic that only the opener of the thread names."""
TOPIC_KINDS = MARKS | NAMES | {IMPLIED}

UNSAID = -2.2
"""The logit of a subject that a post has no tag of: that of the least weight kept, 0.1."""
SUREST = 0.998
SUBSTANCE = 80
"""Characters from which a reply is certainly about something: thanks and jokes are short."""

WEIGHTS = {
    "bias": -0.4,
    "own": 1.4,
    "opener": 0.75,
    "lead": 0.6,
    "substance": 1.3,
    "answer": 0.4,
    "channel": 0.7,
    "reply": -0.4,
}
"""Of a logistic regression on the development half, as those of `models.language.relevance`."""
_WEIGHTS = tuple(WEIGHTS.values())


def features(
    own: float, opener: float | None, best: float, channel: float, *, length: int, answers: bool
) -> tuple[float, ...]:
    """The values that `WEIGHTS` weigh, in its order.

    `own` and `opener` are the logits of a subject in the post and in the opener of its thread, None for the opener
    itself; `best` is the opener's largest, `channel` the weight in the channel's name and description.
    """
    if opener is None:
        return (1.0, own, 0.0, 0.0, 0.0, 0.0, channel, 0.0)
    said = opener > UNSAID
    return (
        1.0,
        own,
        opener - UNSAID,
        opener - best if said else 0.0,
        min(1.0, length / SUBSTANCE) if said else 0.0,
        float(answers and said),
        channel,
        1.0,
    )


def topics(
    tags: Sequence[Tag],
    *,
    channel: Sequence[Tag] = (),
    opener: Sequence[Tag] | None = None,
    length: int = 0,
    answers: bool = False,
) -> tuple[Tag, ...]:
    """The topics of a post, the surest first, those that people marked before all.

    `channel` are the tags of its channel's name and description. Of a reply, `opener` are those tags of the thread's
    first post that it may inherit, `length` is its own in characters, and `answers` says that it is an answer.
    """
    own = {tag.key: tag for tag in tags if tag.kind in TOPIC_KINDS}
    opening = {tag.key: tag for tag in opener or () if tag.kind in TOPIC_KINDS}
    place = {tag.key: tag.weight for tag in channel if tag.kind in TOPIC_KINDS}
    best = max(map(logit_of, opening.values()), default=UNSAID)
    found: list[Tag] = []
    for key in own.keys() | opening.keys():
        tag = own.get(key) or opening[key]
        marked = key in own and tag.kind in MARKS
        said = None if opener is None else logit_of(opening.get(key))
        values = features(
            logit_of(own.get(key)), said, best, place.get(key, 0.0), length=length, answers=answers
        )
        weight = probability(sum(map(mul, _WEIGHTS, values)))
        if marked:
            weight = max(weight, MARKED)
        if weight >= TOPIC_WEIGHT:
            kind = tag.kind if key in own else THREAD
            found.append(Tag(key=key, name=tag.name, kind=kind, weight=round(weight, 3)))
    found.sort(key=lambda tag: (tag.kind not in MARKS, -tag.weight, tag.key))
    return tuple(found)


def logit_of(tag: Tag | None) -> float:
    """The evidence that a tag's weight stands for."""
    if tag is None:
        return UNSAID
    weight = min(SUREST, tag.weight)
    return max(UNSAID, log(weight / (1.0 - weight)))
