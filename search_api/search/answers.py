"""The best answer of a thread, chosen among the replies that the viewer may see."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from models.ranking_features import RankingFeatures
from models.records import PostKind
from models.stored import StoredPost
from search_api.ranking.ordering import popularity
from search_api.ranking.remarks import is_laughed_at, is_remark

REPLIES = frozenset({PostKind.ANSWER, PostKind.REPLY, PostKind.COMMENT})
"""Kinds of posts that open no thread."""

_QUESTION_MARK = re.compile(r"[?？](?![\w=&/])")
"""One that ends a sentence: addresses hold others."""


class Why(StrEnum):
    """What makes a reply the best answer, as told to people.

    `accepted` by who asked; `verified` by a curator; `thanked`: no reply of the thread has more reactions;
    `match`: it says what was asked; `given`: as an answer, of which nothing more is known.
    """

    ACCEPTED = "accepted"
    VERIFIED = "verified"
    THANKED = "thanked"
    MATCH = "match"
    GIVEN = "given"


class BestAnswer(NamedTuple):
    """The id of a reply, and why it is the best answer."""

    post: str
    why: Why


def best_answer(
    replies: Mapping[str, RankingFeatures], asker: str | None, places: Mapping[str, int]
) -> BestAnswer | None:
    """The best answer among the replies of a thread, if any answers.

    `asker` is the author of what opened the thread, `places` are those of the replies that were found for the
    question, 0 for the best text. What was accepted is the answer, or else what a curator verified. Of others
    come first those that are more than remarks, then those that most people reacted to, then those that say
    what was asked, then the earliest: all answer the one question of their thread, so that what people did
    with them tells more than the words they share with ours. Laughter counts for nothing.

    Not among them are: what was put right, what the asker added, questions, and a remark that was laughed at
    or that says nothing of what was asked.
    """
    answering = {id_: post for id_, post in replies.items() if _answers(post, asker, found=id_ in places)}
    if not answering:
        return None

    def worth(id_: str) -> tuple[bool, bool, bool, float, int]:
        post = answering[id_]
        signals = post.signals
        place = places.get(id_, len(places))
        return signals.accepted, signals.verified, not is_remark(post), _thanks(post), -place

    best = max(sorted(answering, key=lambda id_: (answering[id_].created, id_)), key=worth)
    return BestAnswer(best, _why(replies[best], replies, found=best in places))


def answers_it(why: Why, opener: StoredPost) -> bool:
    """Whether a reply is an answer to what opened its thread, or only stands below it: what was neither
    accepted nor verified answers a question, or a post that asks.
    """
    asks = opener.kind == PostKind.POST and _QUESTION_MARK.search(opener.text) is not None
    return asks or opener.kind == PostKind.QUESTION or why in (Why.ACCEPTED, Why.VERIFIED)


def _answers(post: RankingFeatures, asker: str | None, *, found: bool) -> bool:
    if not post.replies_to:
        return False
    if post.signals.accepted or post.signals.verified:
        return True
    if post.succeeded_by:
        return False
    if post.kind == PostKind.QUESTION or (asker is not None and post.author == asker):
        return False
    return not is_remark(post) or (found and not is_laughed_at(post.signals))


def _thanks(post: RankingFeatures) -> float:
    return 0.0 if is_laughed_at(post.signals) else popularity(post.signals)


def _why(best: RankingFeatures, replies: Mapping[str, RankingFeatures], *, found: bool) -> Why:
    if best.signals.accepted:
        return Why.ACCEPTED
    if best.signals.verified:
        return Why.VERIFIED
    reactors = best.signals.reactors
    others = [post.signals.reactors for post in replies.values() if post is not best]
    if _thanks(best) and reactors > max(others, default=reactors):
        return Why.THANKED
    return Why.MATCH if found else Why.GIVEN
