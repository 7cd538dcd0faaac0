"""Search: a page of answers, one hit a thread, with snippets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.engine import FACETS, Bucket, Filters
from models.scope import Scope
from models.stored import NO_SIGNALS, Signals, StoredPost
from search_api.query.analyzed import EVERYTHING, analyze
from search_api.query.exactness import says_all
from search_api.ranking.ordering import by_thread
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.facets import is_told
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.search.cursors import MOST_MARKS, binding, issue, mark, marked, redeem
from search_api.search.snippets import Snippet, marked_title, snippet
from search_api.services import Services

MAX_LIMIT = 50
QUICK_FACETS = tuple(field for field in FACETS if field != "topic")
"""Counted unless told otherwise. Topics have so many values that counting them takes longer than the rest."""
NAMED_FACETS = frozenset({"company", "unit", "channel"})
"""Facets whose values are ids; those of the others speak for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One thread that answers, led by its best post.

    `exact` is one of whose posts says all that was asked. `answer` is the post of the thread that was
    accepted, where that is another one than `post`. `more_in_thread` counts the further posts of the thread
    that answer too.
    """

    post: StoredPost
    signals: Signals
    title: Snippet | None
    snippet: Snippet
    exact: bool
    more_in_thread: int
    answer: "AcceptedAnswer | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedAnswer:
    """The accepted answer of a thread, shown with the hit."""

    post: StoredPost
    signals: Signals
    snippet: Snippet


class FacetValue(NamedTuple):
    """A value of a facet, the name that people know it by, and how many of the counted posts carry it."""

    value: str
    name: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Hits best first, without scores: a shown score could tell a hidden word from an absent one.

    `posts` counts the visible posts that say all that was asked, as of the index's present generation;
    `facets` are of these or, where there is none, of what is alike, as far as it was looked at. `cursor` is
    absent on the last page, and behind a hundred threads.
    """

    hits: tuple[SearchHit, ...]
    posts: int
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
        return page_of(services, found, scope, limit=limit, cursor=cursor)


def page_of(
    services: Services,
    found: Retrieved,
    scope: Scope,
    *,
    limit: int = 10,
    cursor: str | None = None,
    also: Collection[str] = (),
) -> SearchPage:
    """The page of what was retrieved; raises `BadInput` for a bad cursor.

    `also` are further posts that are about to be shown beside it: what is read together costs less.
    """
    bound = binding(found.query.text, found.query.filters, scope)
    shown = redeem(cursor, bound) if cursor else frozenset()
    waiting = by_thread(found.candidates)
    if shown:
        waiting = [thread for thread in waiting if shown.isdisjoint(_marks(thread))]
    page = waiting[:limit]
    shown = shown.union(*(_marks(thread[:1]) for thread in page))
    more = len(waiting) > limit and len(shown) < MOST_MARKS
    return SearchPage(
        hits=_hits(services, page, found, scope, also),
        posts=found.count,
        facets=_named(services, found.facets, scope),
        cursor=issue(shown, bound) if more else None,
    )


def _marks(thread: Sequence[Candidate]) -> set[bytes]:
    """The thread and its posts: one that came to stand in another thread has been shown all the same."""
    return {mark(thread[0].ranking.thread), *(mark(candidate.post) for candidate in thread)}


def _hits(
    services: Services,
    threads: Sequence[list[Candidate]],
    found: Retrieved,
    scope: Scope,
    also: Collection[str],
) -> tuple[SearchHit, ...]:
    answers = {
        thread[0].post: accepted for thread in threads if (accepted := _accepted(thread, found)) is not None
    }
    shown = [thread[0].post for thread in threads]
    posts = services.store.posts({*shown, *(post for post, _, _ in answers.values()), *also}, scope)
    annotations = services.store.annotations(posts.keys(), scope)
    words = found.query.expanded

    def is_exact(candidate: Candidate) -> bool:
        passage = candidate.ranking.passage
        return passage is not None and says_all(found.query.required, candidate.ranking.terms, passage.text)

    def cut(post: str, passage: int) -> Snippet:
        return snippet(posts[post], annotations.get(post), passage, words)

    def answer_of(best: str) -> AcceptedAnswer | None:
        post, passage, signals = answers.get(best, ("", 0, NO_SIGNALS))
        if post not in posts:
            return None
        return AcceptedAnswer(post=posts[post], signals=signals, snippet=cut(post, passage))

    return tuple(
        SearchHit(
            post=posts[best.post],
            signals=best.ranking.signals,
            title=marked_title(posts[best.post], annotations.get(best.post), words),
            snippet=cut(best.post, best.passage),
            exact=any(map(is_exact, thread)),
            more_in_thread=len(thread) - 1,
            answer=answer_of(best.post),
        )
        for thread in threads
        # What was deleted since it was ranked is not shown.
        if (best := thread[0]).post in posts
    )


def _accepted(thread: Sequence[Candidate], found: Retrieved) -> tuple[str, int, Signals] | None:
    """The accepted answer of a thread, unless that leads it: its id, the passage to show, its signals."""
    if thread[0].ranking.signals.accepted:
        return None
    for candidate in thread[1:]:
        if candidate.ranking.signals.accepted:
            return candidate.post, candidate.passage, candidate.ranking.signals
    # It may share no word with its question: only the thread knows it.
    accepted = found.around.accepted.get(thread[0].ranking.thread)
    return (accepted, 0, found.around.members[accepted].signals) if accepted else None


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
