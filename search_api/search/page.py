"""Search: match and near, fused, confirmed by the store, ranked, one hit a thread, with snippets."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.engine import FACETS, Bucket, Filters
from models.records import PostKind
from models.scope import Scope
from models.stored import Signals, StoredPost
from search_api.query.weighing import asked_forms
from search_api.retrieval.candidates import Candidate, Ranked, propose
from search_api.retrieval.facets import may_narrow, told
from search_api.search.cursors import binding, issue, redeem
from search_api.search.snippets import Snippet, marked_title, snippet
from search_api.services import Services

# What people did with a post decides between texts that answer about equally well: a fused score is 1 or more
# for the best match, and all of these together reach .17, so that a clearly better text always leads.
ACCEPTED_BONUS = 0.10  # the asker says that it solved the question; .06 answers one judged question less
VERIFIED_BONUS = 0.04  # a curator vouches for it
REACTIONS_BONUS = 0.03  # popular is not right: the least, and damped
MANY_REACTORS = 30  # the whole bonus; more readers do not make a text truer

MAX_LIMIT = 50
QUICK_FACETS = tuple(field for field in FACETS if field != "topic")
"""Counted unless told otherwise. Topics have so many values that counting them takes longer than the rest."""
NAMED_FACETS = frozenset({"company", "unit", "channel"})
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
        """One page of `limit` threads.

        Raises:
            BadInput: an empty question or a bad cursor.
            Forbidden: a guest narrows by what guests are not told.
        """
        filters = filters or Filters()
        may_narrow(filters, scope)
        bound = binding(text, filters, scope, self._services.engine.generation)
        offset = redeem(cursor, bound) if cursor else 0
        with self._services.store.one_moment():
            proposal = propose(self._services, text, scope, filters=filters, facets=facets, count=True)
            threads = _by_thread(proposal.ranked)
            shown = threads[offset : offset + limit]
            more = offset + limit < len(threads)
            return SearchPage(
                hits=self._hits(shown, asked_forms(proposal.words), scope),
                posts=proposal.answer.count or 0,
                facets=self._facets(proposal.answer.facets, scope),
                cursor=issue(offset + limit, bound) if more else None,
            )

    def _hits(
        self, threads: Sequence[list[Ranked]], forms: dict[str, float], scope: Scope
    ) -> tuple[SearchHit, ...]:
        leading, answers = self._read(threads, scope)
        posts = [candidate.post.id for candidate in (*leading.values(), *answers.values())]
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
                if (answer := answers.get(thread[0].thread))
                else None,
            )
            for thread in threads
            # What was deleted since it was ranked is not shown.
            if (best := leading.get(thread[0].thread))
        )

    def _read(
        self, threads: Sequence[list[Ranked]], scope: Scope
    ) -> tuple[dict[str, Candidate], dict[str, Candidate]]:
        """By thread: its best post, and the accepted answer unless that is it, as far as the scope sees."""
        shown = [thread[0] for thread in threads]
        accepted = [
            next((ranked for ranked in thread[1:] if ranked.signals.accepted), None)
            for thread in threads
            if not thread[0].signals.accepted
        ]
        wanted = [*shown, *(ranked for ranked in accepted if ranked)]
        posts = self._services.store.posts([ranked.post for ranked in wanted], scope)
        read = {
            ranked.post: Candidate(posts[ranked.post], ranked.signals, ranked.passage, ranked.score)
            for ranked in wanted
            if ranked.post in posts
        }
        leading = {ranked.thread: read[ranked.post] for ranked in shown if ranked.post in read}
        answers = {ranked.thread: read[ranked.post] for ranked in accepted if ranked and ranked.post in read}
        unread: dict[str, tuple[str, StoredPost]] = {}
        for thread, best in leading.items():
            # The answer may share no word with its question: only the thread knows it.
            if thread not in answers and best.post.kind == PostKind.QUESTION and best.signals.replies:
                members = self._services.store.thread(thread, scope)
                unread |= {post.id: (thread, post) for post in members}
        for id_, signals in self._services.store.signals(unread.keys(), scope).items() if unread else ():
            thread, post = unread[id_]
            if signals.accepted and not leading[thread].signals.accepted:
                answers.setdefault(thread, Candidate(post, signals, 0, 0.0))
        return leading, answers

    def _facets(
        self, facets: Mapping[str, tuple[Bucket, ...]], scope: Scope
    ) -> dict[str, tuple[FacetValue, ...]]:
        shown = told(self._services, facets, scope)
        return {field: self._named(field, buckets, scope) for field, buckets in shown.items()}

    def _named(self, field: str, buckets: Sequence[Bucket], scope: Scope) -> tuple[FacetValue, ...]:
        names: dict[str, str] = {}
        if buckets and field in NAMED_FACETS:
            names = self._services.store.names(field, [bucket.value for bucket in buckets], scope)
        return tuple(
            FacetValue(value=bucket.value, name=names.get(bucket.value, bucket.value), posts=bucket.posts)
            for bucket in buckets
        )


def by_rank(ranked: Ranked) -> tuple[float, str]:
    """Sorts what answers, the best first, by its text and by what people did with it; ties by id."""
    return -(ranked.score + bonus(ranked.signals)), ranked.post


def bonus(signals: Signals) -> float:
    """What people's deeds add to a fused score, 0 to .17; reactions by the logarithm of their number."""
    popularity = min(1.0, math.log1p(signals.reactors) / math.log1p(MANY_REACTORS))
    return (
        ACCEPTED_BONUS * signals.accepted + VERIFIED_BONUS * signals.verified + REACTIONS_BONUS * popularity
    )


def _by_thread(ranked: Iterable[Ranked]) -> list[list[Ranked]]:
    """The posts of each thread, best first; threads by the best text and the most that people did in them.

    What solved a question speaks for its thread, whichever of its posts says it in the words that were asked.
    """
    threads: dict[str, list[Ranked]] = {}
    for one in sorted(ranked, key=by_rank):
        threads.setdefault(one.thread, []).append(one)

    def rank(thread: list[Ranked]) -> tuple[float, str]:
        text = max(one.score for one in thread)
        return -(text + max(bonus(one.signals) for one in thread)), thread[0].post

    return sorted(threads.values(), key=rank)
