"""Candidates: what the index proposes for a question, read back from the store under the same scope."""

from collections.abc import Mapping
from typing import NamedTuple

from indexer.engine import Answer, Filters, Hit, Question, Word
from indexer.fusion import Fused, fuse
from models.errors import BadInput
from models.language.script import language_of
from models.scope import Scope
from models.stored import Signals, Standing, StoredPost
from search_api.ranking.lexical import score
from search_api.reading import MAX_CHARACTERS, neighbours, read
from search_api.services import Services
from search_api.translating import Asked, translated

MATCHES = 100
"""Candidates by words: the right one is among so many for .976 (sentences) to .999 (passages) of KorQuAD's
questions, and reading back twice as many costs a tenth of the time of a search."""
NEIGHBOURS = 100
"""Candidates by vector."""

OTHER_LANGUAGE = {"ko": "en", "en": "ko"}

NO_SIGNALS = Signals()


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

    `match` and `near` are the two lanes, best first, and `ranked` is what they make together. `confidence` is
    how much of the question the best match holds, 0 to 1; `foreign` are posts in the other language.
    """

    words: tuple[Word, ...]
    answer: Answer
    match: list[Hit]
    near: list[Hit]
    confidence: float
    foreign: frozenset[str]
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
    asked = translated(words_of(services, text), services.annotator.translations)
    vector = services.annotator.vector(text[:MAX_CHARACTERS])
    question = Question(
        words=asked.words,
        vector=vector,
        filters=filters or Filters(),
        match=MATCHES,
        near=NEIGHBOURS if vector is not None else 0,
        facets=facets,
        count=count,
    )
    answer = services.engine.ask(question, scope)
    # Only what the words found is scored by its words.
    found = dict.fromkeys([hit.post for hit in answer.near]) | {hit.post: hit.passage for hit in answer.match}
    standings = services.store.standings(found, scope)
    match, confidence = _by_words(
        services, text, asked, [hit for hit in answer.match if hit.post in standings], standings
    )
    near = [hit for hit in answer.near if hit.post in standings]
    foreign = _foreign(language_of(text), standings)
    ranked = [
        Ranked(hit.post, standings[hit.post].thread, standings[hit.post].signals, hit.passage, hit.score)
        for hit in fuse(match, near, confidence=confidence, foreign=foreign)
    ]
    return Proposal(asked.words, answer, match, near, confidence, foreign, ranked)


def _by_words(
    services: Services, text: str, asked: Asked, hits: list[Hit], standings: Mapping[str, Standing]
) -> tuple[list[Hit], float]:
    """The visible matches, scored by what the viewer may see of them, best first, and the confidence."""
    read = [(hit, passage) for hit in hits if (passage := standings[hit.post].passage)]
    if not read:
        return hits, 0.0
    terms = {(clause.lane, clause.term) for word in asked.words for clause in word.clauses}
    scores, ideal = score(
        text,
        asked,
        neighbours(text, services.annotator.analyzer),
        [passage for _, passage in read],
        [standings[hit.post].thread for hit, _ in read],
        services.engine.frequencies(terms),
    )
    scored = {hit.post: float(score) for (hit, _), score in zip(read, scores, strict=True)}
    best = max(scored.values())
    if len(read) < len(hits):
        # What has just changed and is not read again yet keeps its place by the engine's score.
        scale = best / max(hit.score for hit in hits)
        scored = {hit.post: hit.score * scale for hit in hits} | scored
    rescored = [hit._replace(score=scored[hit.post]) for hit in hits]
    rescored.sort(key=lambda hit: (-hit.score, hit.post))
    return rescored, min(1.0, best / ideal) if ideal > 0 else 0.0


def _foreign(language: str, standings: Mapping[str, Standing]) -> frozenset[str]:
    """The posts that are in the other language than the question, where both are plainly in one."""
    other = OTHER_LANGUAGE.get(language)
    return frozenset(post for post, standing in standings.items() if standing.language == other)


def confirm(services: Services, fused: list[Fused], scope: Scope) -> list[Candidate]:
    """What the store still shows to this scope: posts deleted, hidden or lost a second ago fall out here."""
    posts = services.store.posts([hit.post for hit in fused], scope)
    signals = services.store.signals(posts.keys(), scope)
    return [
        Candidate(post, signals.get(hit.post, NO_SIGNALS), hit.passage, hit.score)
        for hit in fused
        if (post := posts.get(hit.post))
    ]
