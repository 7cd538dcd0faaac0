"""Retrieval: what the index proposes for a question, read back from the store under the same scope.

Nothing else asks an engine for what answers a question: search, experts, topic pages and similar questions
all come through this file, in whose transaction (`Store.one_moment`) the store is then read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from indexer.engine import Answer, Bucket, Filters, Frequencies, Question
from indexer.frequencies import terms_of
from models.ranking_features import Conversations, RankingFeatures
from models.records import PostKind
from models.scope import Scope
from search_api.query.analyzed import AnalyzedQuery
from search_api.retrieval.alike import facets_among, number_among
from search_api.retrieval.candidate import Candidate, left_open
from search_api.retrieval.facets import known_filters, may_narrow
from search_api.retrieval.features import candidates_of
from search_api.retrieval.thread_cosines import thread_cosines, with_cosines
from search_api.services import Services

MATCHES = 60
"""Candidates by words: 100 are no better on any development set, and reading them back takes time. With 40
KorQuAD's sentences in threads lose .002 nDCG@10."""
NEIGHBOURS = 30
"""Candidates by vector: those beyond are chance. nDCG@10 of the sample's judged questions of `dev` with 20,
30, 40 and 50: .803, .809, .805, .798; of KorQuAD's sentences in threads .892 with 30, .893 with 50."""
EVIDENCE = 200
"""Posts that speak for people: many weak ones tell people apart, where one answer would do for a search."""
REPLIES = 100
"""As many again among questions and replies, where chatter may have filled all places."""
REPLYING = frozenset({PostKind.QUESTION, PostKind.ANSWER, PostKind.REPLY, PostKind.COMMENT})
WHOLE_THREADS = 20
"""Threads that are read whole for experts: an answer need not repeat the words of its question."""
THREAD_POSTS = 50
COMPARED_POSTS = 20
"""Posts of a thread, the first, whose vectors together are that of the thread."""
NOTHING_AROUND = Conversations({}, {})


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """What could answer a question, all of it visible.

    `candidates` are for a search. `evidence` are the posts that may speak for somebody's knowledge, with
    features of their own, and only there if they were asked for. `around` is what stands in the threads of
    these, as far as it was read. `listed` says what ranking needs of further posts that were to be looked up.
    `frequencies` say how common the words are in what everyone may read. `count` is of the posts that say all
    that was asked, as the engine tells in `search`, and waits for that.
    `facets` and `narrowed` are of the same posts or, where there is none, of the candidates; `narrowed` has a
    number for each of the `periods`, filters that were to be counted `beside` the question's own.
    """

    query: AnalyzedQuery
    candidates: tuple[Candidate, ...]
    evidence: tuple[Candidate, ...]
    around: Conversations
    listed: Mapping[str, RankingFeatures]
    frequencies: Frequencies
    search: Answer
    periods: tuple[Filters, ...]
    beside: tuple[Answer, ...]

    @property
    def count(self) -> int:
        """How many posts say all that was asked."""
        return self.search.count or 0

    @cached_property
    def facets(self) -> Mapping[str, tuple[Bucket, ...]]:
        """How many posts carry each value."""
        return self.search.facets if self.count else facets_among(self.candidates, self.search.facets)

    @property
    def narrowed(self) -> tuple[int, ...]:
        """How many posts were written in each of the periods."""
        if self.count:
            return tuple(answer.count or 0 for answer in self.beside)
        return tuple(number_among(self.candidates, filters) for filters in self.periods)


def retrieve(
    services: Services,
    query: AnalyzedQuery,
    scope: Scope,
    *,
    facets: tuple[str, ...] = (),
    count: bool = False,
    narrowed: Sequence[Filters] = (),
    answers: bool = True,
    evidence: bool = False,
    matches: int = MATCHES,
    neighbours: int = NEIGHBOURS,
    deeper: int = 0,
    listed: Collection[str] = (),
    around: bool = True,
) -> Retrieved:
    """Ask the engine how common the words are, and then all at once; let the store confirm what it proposes.

    `answers` are candidates for a search, `matches` of them by words and `neighbours` by vectors, and
    `deeper` more of each where some were shown before; `evidence` are those for experts, whom the question's
    filters do not narrow. `listed` are further posts to look up with them; without `around` nothing of their
    threads is read.

    Raises `Forbidden` where the scope may not narrow by a filter.
    """
    may_narrow(query.filters, scope)
    query, narrowed = _as_known(services, query, narrowed, scope)
    frequencies = services.engine.frequencies(terms_of((*query.words, *query.expanded)))
    matches, neighbours = matches + deeper, neighbours + deeper
    asked = _questions(query, frequencies, facets, count, narrowed, answers, evidence, matches, neighbours)
    found = dict(zip(asked, services.engine.ask_all(list(asked.values()), scope), strict=True))
    nothing = Answer()
    search = found.get("search", nothing)
    speaking = found.get("evidence", nothing), found.get("replies", nothing)
    passages = dict.fromkeys(listed, 0) | {
        hit.post: hit.passage
        for answer in (*reversed(speaking), search)
        for hit in (*answer.near, *answer.match)
    }
    known = services.store.ranking_features(passages, scope, placed=answers)
    vectors = services.annotator.word_vectors
    candidates = candidates_of(query, search.match, search.near, known, frequencies, vectors)
    candidates = _compared(services, query, candidates, scope)
    everything, replies = speaking
    first = {hit.post for hit in everything.match}
    match = (*everything.match, *(hit for hit in replies.match if hit.post not in first))
    proofs = candidates_of(query, match, everything.near, known, frequencies, vectors)
    retrieved = Retrieved(
        query=query,
        candidates=candidates,
        evidence=proofs,
        around=NOTHING_AROUND,
        listed={post: known[post] for post in listed if post in known},
        frequencies=frequencies,
        search=search,
        periods=tuple(narrowed),
        beside=tuple(found[f"narrowed {number}"] for number in range(len(narrowed))),
    )
    return surrounded(services, retrieved, scope) if around else retrieved


def surrounded(
    services: Services,
    found: Retrieved,
    scope: Scope,
    *,
    threads: Collection[str] = (),
    whole: Collection[str] = (),
) -> Retrieved:
    """With what stands around the evidence: who opened its threads, and the best of these whole. The same of
    further `threads`, and of their openers that are to be `whole`.
    """
    named = {one.ranking.thread for one in found.evidence} | {*threads}
    best = sorted(
        (one for one in found.evidence if _opens(one)),
        key=lambda one: (-one.features.words - one.features.semantic, one.post),
    )
    read = {*(one.post for one in best[:WHOLE_THREADS]), *whole}
    around = services.store.conversations(named, scope, whole=read, most=THREAD_POSTS)
    return replace(found, around=around)


def _compared(
    services: Services, query: AnalyzedQuery, candidates: tuple[Candidate, ...], scope: Scope
) -> tuple[Candidate, ...]:
    """The candidates, their threads compared with the question. Where words say all of it that counts
    nothing, and nothing is read.
    """
    if not query.vector or not left_open(one.features.words for one in candidates):
        return candidates
    alone = {one.post for one in candidates if one.ranking.alone}
    threads = {one.ranking.thread for one in candidates} - alone
    kept = services.store.browsing.thread_vectors(threads, scope, COMPARED_POSTS, alone=alone)
    return with_cosines(candidates, thread_cosines(query.vector, kept))


def _as_known(
    services: Services, query: AnalyzedQuery, narrowed: Sequence[Filters], scope: Scope
) -> tuple[AnalyzedQuery, list[Filters]]:
    """The filters of a question, and those to count by, as far as the viewer may know of what they name."""
    channels = frozenset[str]().union(*(filters.channels for filters in (query.filters, *narrowed)))
    names = services.store.names({"channel": channels}, scope)["channel"] if channels else {}
    filters = known_filters(query.filters, names, scope)
    return replace(query, filters=filters), [known_filters(each, names, scope) for each in narrowed]


def _questions(
    query: AnalyzedQuery,
    frequencies: Frequencies,
    facets: tuple[str, ...],
    count: bool,
    narrowed: Sequence[Filters],
    answers: bool,
    evidence: bool,
    matches: int,
    neighbours: int,
) -> dict[str, Question]:
    asked: dict[str, Question] = {}
    if answers or count or facets:
        asked["search"] = Question(
            words=query.expanded,
            required=query.required,
            frequencies=frequencies,
            vector=query.vector,
            filters=query.filters,
            match=matches if answers else 0,
            near=neighbours if answers else 0,
            facets=facets,
            # Facets are of what is counted.
            count=count or bool(facets),
        )
    if evidence:
        speaking = Question(
            words=tuple(query.subject.values()),
            frequencies=frequencies,
            vector=query.vector,
            match=EVIDENCE,
            near=NEIGHBOURS,
        )
        asked["evidence"] = speaking
        replying = Filters(kinds=REPLYING)
        asked["replies"] = replace(speaking, match=REPLIES, vector={}, near=0, filters=replying)
    for number, filters in enumerate(narrowed):
        asked[f"narrowed {number}"] = Question(required=query.required, filters=filters, count=True)
    return asked


def _opens(candidate: Candidate) -> bool:
    """Whether it opened a thread in which somebody replied."""
    return candidate.post == candidate.ranking.thread and candidate.ranking.signals.replies > 0
