"""Candidates: what the index proposes for a question, read back from the store under the same scope."""

from typing import NamedTuple

from indexer.engine import Answer, Filters, Question, Word
from indexer.fusion import Fused, fuse
from models.errors import BadInput
from models.scope import Scope
from models.stored import Signals, StoredPost
from search_api.reading import MAX_CHARACTERS, read
from search_api.services import Services

MATCHES = 100
"""Candidates by words: the right one is among so many for .976 (sentences) to .999 (passages) of KorQuAD's
questions, and reading back twice as many costs a tenth of the time of a search."""
NEIGHBOURS = 100
"""Candidates by vector."""

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
    """A question's words, what the engine answered, and what the store confirmed of it."""

    words: tuple[Word, ...]
    answer: Answer
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
    words = words_of(services, text)
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
    fused = fuse(answer.match, answer.near)
    standings = services.store.standings([hit.post for hit in fused], scope)
    ranked = [
        Ranked(hit.post, *standings[hit.post], hit.passage, hit.score)
        for hit in fused
        if hit.post in standings
    ]
    return Proposal(words, answer, ranked)


def confirm(services: Services, fused: list[Fused], scope: Scope) -> list[Candidate]:
    """What the store still shows to this scope: posts deleted, hidden or lost a second ago fall out here."""
    posts = services.store.posts([hit.post for hit in fused], scope)
    signals = services.store.signals(posts.keys(), scope)
    return [
        Candidate(post, signals.get(hit.post, NO_SIGNALS), hit.passage, hit.score)
        for hit in fused
        if (post := posts.get(hit.post))
    ]
