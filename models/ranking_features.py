"""What ranking needs of posts that could answer, as the store gives it under a scope."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from models.stored import Signals


class PassageText(NamedTuple):
    """One passage of a post, as ranking reads it.

    Its text, its index terms in order, space-separated, and the language of the post: ko, en, mixed or und.
    """

    text: str
    terms: str
    language: str


class Placement(NamedTuple):
    """Where a post stands; of an anonymous author no company or unit is told."""

    channel: str
    company: str | None
    unit: str | None


class RankingFeatures(NamedTuple):
    """What the store knows of a post that could answer, as far as its rank depends on it.

    `thread` is as in `StoredPost`; `replies_to` says whether the post replies in a thread that another began.
    `author` is who wrote it, `person:…`, or `account:…` of nobody known; None if that is a bot, anonymous or
    not said. `terms` are the index terms of all its passages and `topics` what it is about, both as kept;
    from a change of the post until it has been read again they are empty, and there is no `passage`; likewise
    where texts were not asked for. The `placement`, and whether it is `alone`, are told where that was asked
    for. `succeeded_by` are the visible posts, and other threads, that supersede it, `opener_succeeded_by` and
    `answer_succeeded_by` those that supersede what opened its thread and what is accepted as its answer. An
    `alone` post began a thread in which no other visible one stands.
    """

    thread: str
    kind: str
    replies_to: bool
    created: datetime
    author: str | None
    signals: Signals
    passage: PassageText | None
    terms: str
    topics: str
    placement: Placement | None
    succeeded_by: tuple[str, ...] = ()
    opener_succeeded_by: tuple[str, ...] = ()
    answer_succeeded_by: tuple[str, ...] = ()
    alone: bool = False


Ranked = dict[str, RankingFeatures]
"""What ranking needs of posts, by post."""


class Conversations(NamedTuple):
    """What stands around posts that could answer, all of it visible.

    `openers` are the first posts of threads, by thread, `members` other posts of some threads, by id, among
    them all accepted answers.
    """

    openers: Mapping[str, RankingFeatures]
    members: Mapping[str, RankingFeatures]
