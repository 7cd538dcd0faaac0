"""Search: a page of answers, one hit a thread, with snippets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from indexer.engine import FACETS, Bucket, Filters
from models.scope import Scope
from search_api.query.analyzed import EVERYTHING, analyze
from search_api.ranking.relevance import Level
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.facets import is_told
from search_api.retrieval.retrieve import retrieve
from search_api.search.cursors import MOST_MARKS, Marks, binding, issue, mark, marked, redeem
from search_api.search.duplicates import folded
from search_api.search.hits import SearchHit, hits_of
from search_api.search.levels import LeveledAnswers, LeveledThread, leveled
from search_api.services import Services

MAX_LIMIT = 50
QUICK_FACETS = tuple(field for field in FACETS if field != "topic")
"""Counted unless told otherwise. Topics have so many values that counting them takes longer than the rest."""
NAMED_FACETS = frozenset({"company", "unit", "channel"})
"""Facets whose values are ids; those of the others speak for themselves."""


class FacetValue(NamedTuple):
    """A value of a facet, the name that people know it by, and how many of the counted posts carry it."""

    value: str
    name: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Hits best first, without scores: a shown score could tell a hidden word from an absent one.

    Exact ones come before similar ones, and these before related ones. `posts` counts the visible posts that
    say all that was asked, as of the index's present generation; `facets` are of these or, where there is
    none, of the other levels, as far as they were looked at. `similar` and `related` count the threads of
    these levels that were looked at. `relaxed` says whether so few posts say all of it that others are shown
    for a part; `missing` are the words that none of all these threads says. `cursor` is absent on the last
    page, and behind a hundred threads, copies and merged ones counted.
    """

    hits: tuple[SearchHit, ...]
    posts: int
    similar: int
    related: int
    relaxed: bool
    missing: tuple[str, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    cursor: str | None


def find_answers(
    services: Services,
    text: str,
    scope: Scope,
    *,
    filters: Filters = EVERYTHING,
    facets: tuple[str, ...] = QUICK_FACETS,
    limit: int = 10,
    cursor: str | None = None,
) -> SearchPage:
    """One page of `limit` threads.

    Raises `BadInput` for an empty question or a bad cursor, `Forbidden` where a guest narrows by a company.
    """
    query = analyze(services.annotator, text, filters=filters)
    with services.store.one_moment():
        found = retrieve(services, query, scope, facets=facets, count=True, deeper=marked(cursor))
        answers = leveled(services.annotator, found)
        return page_of(services, answers, scope, limit=limit, cursor=cursor)


def page_of(
    services: Services,
    answers: LeveledAnswers,
    scope: Scope,
    *,
    limit: int = 10,
    cursor: str | None = None,
    also: Collection[str] = (),
) -> SearchPage:
    """The page of what was retrieved, by level; raises `BadInput` for a bad cursor.

    `also` are further posts that are about to be shown beside it: what is read together costs less.
    """
    found = answers.found
    bound = binding(found.query.text, found.query.filters, scope)
    shown = redeem(cursor, bound) if cursor else frozenset()
    waiting = answers.threads
    if shown:
        waiting = tuple(left for thread in waiting if (left := _left(thread, shown)))
    # Among those that wait alone: what comes in behind, when more is looked at, is told there and not lost.
    hits = folded([thread.candidates for thread in waiting])
    page = [waiting[hit.best] for hit in hits[:limit]]
    copies = [[waiting[place].candidates for place in hit.others] for hit in hits[:limit]]
    merged = [
        [thread for place in (hit.best, *hit.others) for thread in waiting[place].merged]
        for hit in hits[:limit]
    ]
    told = (*(thread.candidates for thread in page), *chain.from_iterable((*copies, *merged)))
    shown = shown.union(*(_marks(thread[:1]) for thread in told))
    more = len(hits) > limit and len(shown) < MOST_MARKS
    return SearchPage(
        hits=hits_of(services, page, copies, merged, found, scope, also),
        posts=found.count,
        similar=answers.number(Level.SIMILAR),
        related=answers.number(Level.RELATED),
        relaxed=answers.is_relaxed,
        missing=answers.missing,
        facets=_named(services, found.facets, scope),
        cursor=issue(shown, bound) if more else None,
    )


def _left(thread: LeveledThread, shown: Marks) -> LeveledThread | None:
    """A thread that was not shown yet, with those merged into it that were not."""
    if not shown.isdisjoint(_marks(thread.candidates)):
        return None
    return thread._replace(merged=tuple(one for one in thread.merged if shown.isdisjoint(_marks(one))))


def _marks(thread: Sequence[Candidate]) -> set[bytes]:
    """The thread and its posts: one that came to stand in another thread has been shown all the same."""
    return {mark(thread[0].ranking.thread), *(mark(candidate.post) for candidate in thread)}


def _named(
    services: Services, facets: Mapping[str, Sequence[Bucket]], scope: Scope
) -> dict[str, tuple[FacetValue, ...]]:
    values = {field: [bucket.value for bucket in buckets] for field, buckets in facets.items()}
    names = services.store.names({field: values[field] for field in NAMED_FACETS & values.keys()}, scope)
    nothing: dict[str, str] = {}
    return {
        field: tuple(
            FacetValue(value, names.get(field, nothing).get(value, value), posts)
            for value, posts in buckets
            if is_told(field, value, names.get(field, nothing), scope)
        )
        for field, buckets in facets.items()
    }
