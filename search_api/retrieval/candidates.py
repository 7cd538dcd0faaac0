"""Candidates: what the index proposes for a question, read back from the store under the same scope."""

from collections.abc import Mapping
from typing import NamedTuple

from indexer.engine import Answer, Filters, Hit, Question, Word
from models.errors import BadInput
from models.language.script import language_of
from models.scope import Scope
from models.stored import NO_SIGNALS, RankingFeatures, Signals, StoredPost
from search_api.query.expansion import translated
from search_api.query.weighing import MAX_CHARACTERS, neighbours, read
from search_api.ranking.fusion import Fused, Sign, fuse
from search_api.ranking.lexical import score
from search_api.ranking.semantic import meaning
from search_api.services import Services

MATCHES = 60
"""Candidates by words: 100 are no better on any development set, and reading them back takes time."""
NEIGHBOURS = 50
"""Candidates by vector: twice as many are no better on any development set."""

OTHER_LANGUAGE = {"ko": "en", "en": "ko"}
MIXED = "mixed"


class Candidate(NamedTuple):
    """A visible post that answers: the passage to show and its score, comparable within one question only."""

    post: StoredPost
    signals: Signals
    passage: int
    score: float


class Ranked(NamedTuple):
    """As much of a visible post that answers as its place among the others depends on."""

    post: str
    thread: str
    signals: Signals
    passage: int
    score: float


class Proposal(NamedTuple):
    """A question's words, what the engine answered, and what the store confirmed of it.

    `match` and `near` are the two lanes, best first, and `ranked` is what they make together, of `signs`.
    """

    words: tuple[Word, ...]
    answer: Answer
    match: list[Hit]
    near: list[Hit]
    signs: list[Sign]
    ranked: list[Ranked]


def words_of(services: Services, text: str) -> tuple[Word, ...]:
    """The words of a question, with the synonyms of the company; raises `BadInput` for an empty one."""
    if not text.strip():
        raise BadInput("The question is empty.", remedy="Ask with at least one word.")
    analyzer = services.annotator.analyzer
    return read(text, analyzer, analyzer.dictionary)


def propose(
    services: Services,
    text: str,
    scope: Scope,
    *,
    filters: Filters | None = None,
    facets: tuple[str, ...] = (),
    count: bool = False,
) -> Proposal:
    """Ask the engine once, fuse its lanes, and let the store confirm what it proposes."""
    typed = words_of(services, text)
    words = translated(typed, services.annotator.translations)
    vector = services.annotator.vector(text[:MAX_CHARACTERS])
    question = Question(
        words=words,
        vector=vector,
        filters=filters or Filters(),
        match=MATCHES,
        near=NEIGHBOURS if vector is not None else 0,
        facets=facets,
        count=count,
    )
    answer = services.engine.ask(question, scope)
    # The passage that the words found says more of the question than the nearest one.
    passages = {hit.post: hit.passage for hit in (*answer.near, *answer.match)}
    ranking_features = services.store.ranking_features(passages, scope)
    signs = _signs(services, text, typed, answer, passages, ranking_features)
    by_words = {sign.post: sign.words for sign in signs}
    match = [hit._replace(score=by_words[hit.post]) for hit in answer.match if hit.post in ranking_features]
    ranked = [
        Ranked(
            hit.post,
            ranking_features[hit.post].thread,
            ranking_features[hit.post].signals,
            hit.passage,
            hit.score,
        )
        for hit in fuse(signs)
    ]
    return Proposal(
        words=words,
        answer=answer,
        match=sorted(match, key=lambda hit: (-hit.score, hit.post)),
        near=[hit for hit in answer.near if hit.post in ranking_features],
        signs=signs,
        ranked=ranked,
    )


def _signs(
    services: Services,
    text: str,
    words: tuple[Word, ...],
    answer: Answer,
    passages: Mapping[str, int],
    ranking_features: Mapping[str, RankingFeatures],
) -> list[Sign]:
    """What speaks for each visible candidate, scored by what the viewer may see of it."""
    read = {
        post: passage
        for post in passages
        if post in ranking_features and (passage := ranking_features[post].passage)
    }
    threads = [ranking_features[post].thread for post in read]
    frequencies = answer.frequencies
    pairs = neighbours(text, services.annotator.analyzer)
    held = list(read.values())
    by_words = dict(zip(read, score(text, words, pairs, held, threads, frequencies).tolist(), strict=True))
    vectors = services.annotator.word_vectors
    meant = meaning(words, held, threads, frequencies, vectors).tolist() if vectors else [0.0] * len(read)
    by_meaning = dict(zip(read, meant, strict=True))
    if any(hit.post not in read for hit in answer.match):
        # What has just changed and is not read again yet keeps its place by the engine's score.
        scale = max(by_words.values(), default=1.0) / max(hit.score for hit in answer.match)
        by_words = {hit.post: hit.score * scale for hit in answer.match} | by_words
    cosines = {hit.post: hit.score for hit in answer.near}
    text_language = language_of(text)
    return [
        Sign(
            post=post,
            passage=passage,
            words=by_words.get(post, 0.0),
            meaning=by_meaning.get(post, 0.0),
            cosine=cosines.get(post, 0.0),
            foreign=_foreign(text_language, read[post].language) if post in read else 0.0,
        )
        for post, passage in passages.items()
        if post in ranking_features
    ]


def _foreign(asked: str, language: str) -> float:
    """How much of a post is in the other language than a question that is plainly in one."""
    if asked not in OTHER_LANGUAGE:
        return 0.0
    return 0.5 if language == MIXED else float(language == OTHER_LANGUAGE[asked])


def confirm(services: Services, fused: list[Fused], scope: Scope) -> list[Candidate]:
    """What the store still shows to this scope: posts deleted, hidden or lost a second ago fall out here."""
    posts = services.store.posts([hit.post for hit in fused], scope)
    signals = services.store.signals(posts.keys(), scope)
    return [
        Candidate(post, signals.get(hit.post, NO_SIGNALS), hit.passage, hit.score)
        for hit in fused
        if (post := posts.get(hit.post))
    ]
