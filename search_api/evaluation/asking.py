"""Asks judged questions as search does, and keeps what was found: documents or threads, best first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.scope import Scope
from pipelines.progress import Advance, quiet
from search_api.evaluation.measures import DEPTH, Values, values_of
from search_api.evaluation.questions import Question
from search_api.query.analyzed import analyze
from search_api.ranking.fusion import FOUND, FusionWeights
from search_api.ranking.ordering import DEEDS, DeedWeights
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.services import Services

Ranking = dict[str, list[str]]
"""By question what was found, best first."""


class Order(Protocol):
    """An order of search: of posts, or of what leads each thread on a page."""

    def __call__(
        self, found: Retrieved, weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
    ) -> Iterable[Candidate]:
        """The best first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Judged questions about what is published, by id, each with the scope under which it is asked.

    `judgements` are by question and unit; a unit that was judged `answering` or more answers. `unit_of` says
    which unit, a document or a thread, a candidate belongs to, `order` how search orders such units.
    """

    documents: int
    questions: Mapping[str, Question]
    judgements: Mapping[str, Mapping[str, int]]
    answering: int
    scopes: Mapping[str, Scope]
    unit_of: Callable[[Candidate], str]
    order: Order

    def ranking(self, candidates: Iterable[Candidate]) -> list[str]:
        """The units of candidates that are in order, as deep as any measure looks."""
        return list(dict.fromkeys(map(self.unit_of, candidates)))[:DEPTH]

    def values(self, rankings: Ranking) -> dict[str, Values]:
        """By measure its values, in the order of `judgements`, which is that of `questions`."""
        return values_of(rankings, self.judgements, self.answering)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rankings:
    """By lane and question what was found. Without an encoder there is no vector lane.

    `words` and `vectors` go as deep as any measure looks; `fused` is what search answers, of the candidates
    that it takes from both.
    """

    words: Ranking
    vectors: Ranking | None
    fused: Ranking

    def lanes(self) -> dict[str, Ranking]:
        """The lanes that there are, by name."""
        vectors = {} if self.vectors is None else {"vectors": self.vectors}
        return {"words": self.words, **vectors, "fused": self.fused}


def ask_all(judged: Judged, services: Services, advance: Advance = quiet) -> Rankings:
    """Ask every question as search does; `advance` is told of questions."""
    words: Ranking = {}
    vectors: Ranking = {}
    fused: Ranking = {}
    for id_, question in judged.questions.items():
        query = analyze(services.annotator, question.text)
        scope = judged.scopes[id_]
        found = retrieve(services, query, scope)
        deep = retrieve(services, query, scope, matches=DEPTH, neighbours=DEPTH).candidates
        near = (one for one in deep if one.features.cosine)
        words[id_] = judged.ranking(_by_words(found.candidates, deep))
        vectors[id_] = judged.ranking(sorted(near, key=lambda one: -one.features.cosine))
        fused[id_] = judged.ranking(judged.order(found))
        advance(1)
    has_vectors = services.annotator.dimensions is not None
    return Rankings(words=words, vectors=vectors if has_vectors else None, fused=fused)


def _by_words(found: Sequence[Candidate], deep: Sequence[Candidate]) -> list[Candidate]:
    """What search ranks by words, and behind it what the engine proposes next."""
    matched = sorted((one for one in found if one.features.bm25), key=lambda one: -one.features.words)
    further = sorted((one for one in deep if one.features.bm25), key=lambda one: -one.features.bm25)
    return [*(one for one in matched if one.features.words > 0), *further]
