"""What is there when nothing was asked: open questions, fresh solutions, topics of the day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from indexer.engine import Answer, Bucket, Filters
from models.language.packing import tags
from models.moments import FUTURE, clamped, day_begins, day_of, now
from models.records import PostKind
from models.scope import Scope
from search_api.browse.topics import NAMED_KINDS, RatedPost, Topic, named_topics, rated_posts
from search_api.retrieval.listing import Listing, listed
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
        asked, opened, newest = listed(
            services,
            [
                Listing(filters=Filters(kinds=frozenset({PostKind.QUESTION}), until=until), posts=ASKED),
                Listing(filters=Filters(kinds=OPENING, until=until), posts=RECENT),
                Listing(filters=Filters(until=until), posts=NOW_POSTS),
            ],
            scope,
        )
        questions = [hit.post for hit in asked.match]
        answered = services.store.browsing.answered(questions, scope)
        unanswered = [post for post in questions if post not in answered][:OPEN]
        solutions = services.store.browsing.solved_lately(scope, SOLVED)
        solved = [id_ for one in solutions for id_ in (one.question, one.answer)]
        recent = [hit.post for hit in opened.match]
        rated = rated_posts(services, [*unanswered, *solved, *recent], scope)
        return Latest(
            unanswered=tuple(rated[id_] for id_ in unanswered if id_ in rated),
            solved=tuple(
                Solved(question=rated[one.question], answer=rated[one.answer])
                for one in solutions
                if one.question in rated and one.answer in rated
            ),
            recent=tuple(rated[id_] for id_ in recent if id_ in rated),
            trending=tuple(_trending(services, newest, scope, until)),
        )


def _trending(services: Services, newest: Answer, scope: Scope, until: datetime) -> list[Topic]:
    known = services.store.ranking_features({hit.post: hit.passage for hit in newest.match}, scope)
    if not known:
        return []
    created = [clamped(ranking.created) for ranking in known.values()]
    timezone = services.store.timezone
    since = day_begins(day_of(min(max(created) - NOW_DAYS, min(created)), timezone), timezone)
    lately = Filters(since=since, until=until)
    [counts] = listed(services, [Listing(filters=lately, facets=("topic",))], scope)
    present = counts.facets["topic"]
    carried = {id_: tags(ranking.topics) for id_, ranking in known.items()}
    named = {tag.key for found in carried.values() for tag in found if tag.kind in NAMED_KINDS}
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
    return named_topics(services, ranked[:TRENDS], carried)


def _before(
    services: Services, topics: Collection[Bucket], until: datetime, length: timedelta, scope: Scope
) -> dict[str, float]:
    """How often posts carried the topics, on an average, in as long a time before."""
    if not topics:
        return {}
    filters = Filters(
        topics=frozenset(bucket.value for bucket in topics), since=until - BEFORE_TIMES * length, until=until
    )
    [counted] = listed(services, [Listing(filters=filters, facets=("topic",))], scope)
    return {bucket.value: bucket.posts / BEFORE_TIMES for bucket in counted.facets["topic"]}
