"""Search: match and near, fused, confirmed by the store, ranked, one hit a thread, with snippets."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.engine import FACETS, Bucket, Filters
from models.records import PostKind
from models.scope import Scope
from models.stored import Signals, StoredPost
from search_api.candidates import Candidate, propose
from search_api.cursors import binding, issue, redeem
from search_api.reading import asked_forms
from search_api.services import Services
from search_api.snippets import Snippet, marked_title, snippet

# What people did with a post decides between texts that answer about equally well: a fused score is 1 or more
# for the best match, and all of these together reach .13, so that a clearly better text always leads.
ACCEPTED_BONUS = 0.06  # the asker says that it solved the question
VERIFIED_BONUS = 0.04  # a curator vouches for it
REACTIONS_BONUS = 0.03  # popular is not right: the least, and damped
MANY_REACTORS = 30  # the whole bonus; more readers do not make a text truer

MAX_LIMIT = 50
QUICK_FACETS = tuple(field for field in FACETS if field != "topic")
"""Counted unless told otherwise. Topics have so many values that counting them takes longer than the rest."""
NAMED_FACETS = frozenset({"company", "unit", "channel", "topic"})
"""Facets whose values are ids; those of the others speak for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One thread that answers, led by its best post.

    `answer` is the post of the thread that was accepted, where that is another one than `post`.
    `more_in_thread` counts the further posts of the thread that answer too.
    """

    post: StoredPost
    signals: Signals
    title: Snippet | None
    snippet: Snippet
    more_in_thread: int
    answer: "AcceptedAnswer | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedAnswer:
    """The accepted answer of a thread, shown with the hit."""

    post: StoredPost
    signals: Signals
    snippet: Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet, the name that people know it by, and how many visible posts match and carry it."""

    value: str
    name: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Hits best first, without scores: a shown score could tell a hidden word from an absent one.

    `posts` and `facets` count the visible posts that match by words, as of the index's present generation.
    `cursor` is absent on the last page.
    """

    hits: tuple[SearchHit, ...]
    posts: int
    facets: dict[str, tuple[FacetValue, ...]]
    cursor: str | None


class Search:
    """Answers questions under a scope."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def search(
        self,
        text: str,
        scope: Scope,
        *,
        filters: Filters | None = None,
        facets: tuple[str, ...] = QUICK_FACETS,
        limit: int = 10,
        cursor: str | None = None,
    ) -> SearchPage:
        """One page of `limit` threads; raises `BadInput` for an empty question or a bad cursor."""
        filters = filters or Filters()
        bound = binding(text, filters, scope, self._services.engine.generation)
        offset = redeem(cursor, bound) if cursor else 0
        proposal = propose(self._services, text, scope, filters=filters, facets=facets, count=True)
        threads = _by_thread(sorted(proposal.candidates, key=_rank))
        shown = threads[offset : offset + limit]
        more = offset + limit < len(threads)
        return SearchPage(
            hits=self._hits(shown, asked_forms(proposal.words), scope),
            posts=proposal.answer.count or 0,
            facets=self._facets(proposal.answer.facets, scope),
            cursor=issue(offset + limit, bound) if more else None,
        )

    def _hits(
        self, threads: Sequence[list[Candidate]], forms: dict[str, float], scope: Scope
    ) -> tuple[SearchHit, ...]:
        answers = self._accepted_answers(threads, scope)
        posts = [thread[0].post.id for thread in threads] + [answer.post.id for answer in answers.values()]
        annotations = self._services.store.annotations(posts, scope)

        def cut(candidate: Candidate) -> Snippet:
            return snippet(candidate.post, annotations.get(candidate.post.id), candidate.passage, forms)

        return tuple(
            SearchHit(
                post=best.post,
                signals=best.signals,
                title=marked_title(best.post, annotations.get(best.post.id), forms),
                snippet=cut(best),
                more_in_thread=len(thread) - 1,
                answer=AcceptedAnswer(post=answer.post, signals=answer.signals, snippet=cut(answer))
                if (answer := answers.get(best.post.thread))
                else None,
            )
            for thread in threads
            for best in thread[:1]
        )

    def _accepted_answers(self, threads: Sequence[list[Candidate]], scope: Scope) -> dict[str, Candidate]:
        """By thread, the accepted answer that does not lead it already, as far as this scope sees it."""
        answers: dict[str, Candidate] = {}
        unread: dict[str, StoredPost] = {}
        for thread in threads:
            best, *others = thread
            if best.signals.accepted:
                continue
            if accepted := next((candidate for candidate in others if candidate.signals.accepted), None):
                answers[best.post.thread] = accepted
            elif best.post.kind == PostKind.QUESTION and best.signals.replies:
                # The answer may share no word with its question: only the thread knows it.
                unread |= {post.id: post for post in self._services.store.thread(best.post.thread, scope)}
        for id_, signals in self._services.store.signals(unread.keys(), scope).items() if unread else ():
            if signals.accepted:
                answers.setdefault(unread[id_].thread, Candidate(unread[id_], signals, 0, 0.0))
        return answers

    def _facets(
        self, facets: Mapping[str, tuple[Bucket, ...]], scope: Scope
    ) -> dict[str, tuple[FacetValue, ...]]:
        return {field: self._named(field, buckets, scope) for field, buckets in facets.items()}

    def _named(self, field: str, buckets: Sequence[Bucket], scope: Scope) -> tuple[FacetValue, ...]:
        names: dict[str, str] = {}
        if buckets and field in NAMED_FACETS:
            names = self._services.store.names(field, [bucket.value for bucket in buckets], scope)
        return tuple(
            FacetValue(value=bucket.value, name=names.get(bucket.value, bucket.value), posts=bucket.posts)
            for bucket in buckets
        )


def _rank(candidate: Candidate) -> tuple[float, str]:
    return -(candidate.score + bonus(candidate.signals)), candidate.post.id


def bonus(signals: Signals) -> float:
    """What people's deeds add to a fused score, 0 to .13; reactions by the logarithm of their number."""
    popularity = min(1.0, math.log1p(signals.reactors) / math.log1p(MANY_REACTORS))
    return (
        ACCEPTED_BONUS * signals.accepted + VERIFIED_BONUS * signals.verified + REACTIONS_BONUS * popularity
    )


def _by_thread(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """The candidates of each thread, in their order; threads in the order of their best."""
    threads: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        threads.setdefault(candidate.post.thread, []).append(candidate)
    return list(threads.values())
