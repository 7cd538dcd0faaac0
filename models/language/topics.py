"""Topics: what a post is filed under, by what it says and by its place, the thread and the channel."""

from collections.abc import Iterable
from math import log
from operator import mul

from models.language.annotation import TagRow
from models.language.relevance import IMPLIED, MARKED, probability

TOPIC_WEIGHT = 0.42
"""The least weight of a topic: best on the development half of `pipelines/judgements/topics.jsonl`."""
MARKS = frozenset(("source", "hashtag"))
"""Kinds of tags that people set on purpose."""
NAMES = frozenset(("vocabulary", "product", "error_code", "ticket"))
"""Kinds of tags that a text names. (A phrase is something to find a post by, and no topic.)"""
PHRASE = "phrase"
THREAD = "thread"
"""The kind of a topic that only the opener of the thread names."""
TOPIC_KINDS = MARKS | NAMES | {IMPLIED}

UNSAID = -2.2
"""The logit of a subject that a post has no tag of: that of the least weight kept, 0.1."""
SUREST = 0.998
SUBSTANCE = 80
"""Characters from which a reply is certainly about something: thanks and jokes are short."""

WEIGHTS = {
    "bias": -0.9,
    "own": 1.4,
    "opener": 0.75,
    "lead": 0.6,
    "substance": 1.35,
    "answer": 0.45,
    "channel": 0.7,
    "written_up": 0.8,
}
"""Near those of a logistic regression, as the weights of `models.language.relevance`."""
_WEIGHTS = tuple(WEIGHTS.values())


def features(
    own: float,
    opener: float | None,
    best: float,
    channel: float,
    *,
    length: int = 0,
    answers: bool = False,
    written_up: bool = False,
) -> tuple[float, ...]:
    """The values that `WEIGHTS` weigh, in its order.

    `own` and `opener` are the logits of a subject in the post and in the opener of its thread, None for the
    opener itself; `best` is the opener's largest, `channel` the weight in the channel's name and description.
    """
    if opener is None:
        return (1.0, own, 0.0, 0.0, 0.0, 0.0, channel, float(written_up))
    said = opener > UNSAID
    return (
        1.0,
        own,
        opener - UNSAID,
        opener - best if said else 0.0,
        min(1.0, length / SUBSTANCE) if said else 0.0,
        float(answers and said),
        channel,
        0.0,
    )


def topics(
    tags: Iterable[TagRow],
    *,
    channel: Iterable[TagRow] = (),
    opener: Iterable[TagRow] | None = None,
    length: int = 0,
    answers: bool = False,
    written_up: bool = False,
) -> list[TagRow]:
    """The topics of a post, the surest first, those that people marked before all.

    `channel` are the tags of its channel's name and description. Of a reply, `opener` are the tags of the
    thread's first post, `length` is its own in characters, and `answers` says that it is an answer. The
    opener itself has none; `written_up` says that it is more than a remark: a question or a document.
    """
    own = {tag[0]: tag for tag in tags if tag[2] in TOPIC_KINDS}
    opening = {tag[0]: tag for tag in opener or () if tag[2] in TOPIC_KINDS}
    place = {key: weight for key, _, kind, weight in channel if kind in TOPIC_KINDS}
    best = max([logit_of(tag[3]) for tag in opening.values()], default=UNSAID)
    found: list[TagRow] = []
    for key in own.keys() | opening.keys():
        said, opened = own.get(key), opening.get(key)
        values = features(
            logit_of(said[3] if said else None),
            None if opener is None else logit_of(opened[3] if opened else None),
            best,
            place.get(key, 0.0),
            length=length,
            answers=answers,
            written_up=written_up,
        )
        weight = probability(sum(map(mul, _WEIGHTS, values)))
        if said and said[2] in MARKS:
            weight = max(weight, MARKED)
        if weight >= TOPIC_WEIGHT:
            _, name, kind, _ = said or opened or ("", "", "", 0.0)
            found.append((key, name, kind if said else THREAD, round(weight, 3)))
    found.sort(key=lambda tag: (tag[2] not in MARKS, -tag[3], tag[0]))
    return found


def logit_of(weight: float | None) -> float:
    """The evidence that a tag's weight stands for; without a tag there is next to none."""
    if weight is None:
        return UNSAID
    weight = min(SUREST, weight)
    return max(UNSAID, log(weight / (1.0 - weight)))
