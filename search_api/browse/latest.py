"""What is there when nothing was asked: open questions, fresh solutions, topics of the day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from indexer.engine import Bucket, Filters, Question
from models.moments import FUTURE, clamped, day_begins, day_of, now
from models.records import PostKind
from models.scope import Scope
from models.stored import NO_SIGNALS
from search_api.browse.topics import NAMED_KINDS, RatedPost, Topic, named_topics
from search_api.services import Services

OPENING = frozenset({PostKind.POST, PostKind.IDEA, PostKind.BLOG, PostKind.DOCUMENT})
"""What is worth reading on a morning; questions have a place of their own."""
ASKED = 100
"""Questions that are looked through for those without an answer."""
OPEN = 6
SOLVED = 6
TRENDS = 12

RECENT = 5
NOW_DAYS = timedelta(days=30)
NOW_POSTS = 60
"""Now is so long a time up to the newest post, or longer, until it holds so many posts."""
BEFORE_TIMES = 4
"""A topic trends if it is carried more often now than in the time before, which is so many times as long."""
LEAST_POSTS = 2
PRIOR = 2.0
"""Posts that every topic is taken to have had before: what is new once is no trend yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A question and the answer that solved it."""

    question: RatedPost
    answer: RatedPost


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """What a viewer finds before asking; all of it visible to them. `recent` opened their threads."""

    unanswered: tuple[RatedPost, ...]
    solved: tuple[Solved, ...]
    recent: tuple[RatedPost, ...]
    trending: tuple[Topic, ...]


def latest(services: Services, scope: Scope) -> Latest:
    """The latest questions without an answer, solutions and trends as far as the scope sees.

    What is dated in the future is not the latest: nobody knows when it was written.
    """
    until = now() + FUTURE
    with services.store.one_moment():
        return Latest(
            unanswered=_unanswered(services, scope, until),
            solved=_solved(services, scope),
            recent=_recent(services, scope, until),
            trending=tuple(_trending(services, scope, until)),
        )


def _unanswered(services: Services, scope: Scope, until: datetime) -> tuple[RatedPost, ...]:
    asked = Question(browse=True, filters=Filters(kinds=frozenset({PostKind.QUESTION}), until=until))
    found = [hit.post for hit in services.engine.match(asked, scope, ASKED)]
    answered = services.store.browsing.answered(found, scope)
    rated = _rated(services, [post for post in found if post not in answered][:OPEN], scope)
    return tuple(rated.values())


def _solved(services: Services, scope: Scope) -> tuple[Solved, ...]:
    solutions = services.store.browsing.solved_lately(scope, SOLVED)
    rated = _rated(services, [id_ for one in solutions for id_ in (one.question, one.answer)], scope)
    return tuple(
        Solved(question=rated[solution.question], answer=rated[solution.answer])
        for solution in solutions
        if solution.question in rated and solution.answer in rated
    )


def _recent(services: Services, scope: Scope, until: datetime) -> tuple[RatedPost, ...]:
    opened = Question(browse=True, filters=Filters(kinds=OPENING, until=until))
    found = [hit.post for hit in services.engine.match(opened, scope, RECENT)]
    return tuple(_rated(services, found, scope).values())


def _rated(services: Services, ids: Collection[str], scope: Scope) -> dict[str, RatedPost]:
    posts = services.store.posts(ids, scope)
    signals = services.store.signals(ids, scope)
    return {
        id_: RatedPost(post=posts[id_], signals=signals.get(id_, NO_SIGNALS)) for id_ in ids if id_ in posts
    }


def _trending(services: Services, scope: Scope, until: datetime) -> list[Topic]:
    dated = Question(browse=True, filters=Filters(until=until))
    newest = [hit.post for hit in services.engine.match(dated, scope, NOW_POSTS)]
    created = [clamped(post.created) for post in services.store.posts(newest, scope).values()]
    if not created:
        return []
    timezone = services.store.timezone
    since = day_begins(day_of(min(max(created) - NOW_DAYS, min(created)), timezone), timezone)
    lately = Question(browse=True, filters=Filters(since=since, until=until))
    present = services.engine.facets(lately, scope, ("topic",))["topic"]
    tags = services.store.browsing.topics(newest, scope)
    named = {tag.key for found in tags.values() for tag in found if tag.kind in NAMED_KINDS}
    counted = [
        bucket
        for bucket in present
        if bucket.posts >= LEAST_POSTS
        and (bucket.value in named or services.annotator.subject(bucket.value) is not None)
    ]
    before = _before(services, counted, since, max(created) - since, scope)
    ranked = sorted(
        counted,
        key=lambda bucket: (-bucket.posts / (before.get(bucket.value, 0.0) + PRIOR), bucket.value),
    )
    return named_topics(services, ranked[:TRENDS], tags)


def _before(
    services: Services, topics: Collection[Bucket], until: datetime, length: timedelta, scope: Scope
) -> dict[str, float]:
    """How often posts carried the topics, on an average, in as long a time before."""
    if not topics:
        return {}
    filters = Filters(
        topics=frozenset(bucket.value for bucket in topics), since=until - BEFORE_TIMES * length, until=until
    )
    counted = services.engine.facets(Question(browse=True, filters=filters), scope, ("topic",))["topic"]
    return {bucket.value: bucket.posts / BEFORE_TIMES for bucket in counted}
