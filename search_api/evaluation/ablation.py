"""What each part of retrieval and ranking is worth: questions are asked without it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

from models.errors import BadInput
from models.language.paired_encoder import VectorPart, without_part
from pipelines.progress import Advance, quiet
from search_api.evaluation.asking import Judged, Order, Ranking
from search_api.evaluation.measures import Estimate, differences
from search_api.evaluation.questions import Question
from search_api.evaluation.split import Split
from search_api.query.analyzed import AnalyzedQuery, analyze
from search_api.ranking.fusion import FOUND, FusionWeights
from search_api.ranking.ordering import DEEDS, DeedWeights
from search_api.retrieval.candidate import Candidate, CandidateFeatures
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.services import Services

TUNED_ON: Split = "dev"
"""The half that is asked: who reads such a table sets constants by it."""


FIRST = 10
"""Places of a ranking that people look at."""


class _Asked(TypedDict, total=False):
    matches: int
    neighbours: int


LANES: dict[str, _Asked] = {"words": {"matches": 0}, "vectors": {"neighbours": 0}}
"""By lane how it is asked for no candidates."""
VECTOR_PARTS: dict[str, VectorPart] = {"static": "prompt", "sentence": "following"}
"""Of a question's vector: that of the encoder that ships or was adapted, and that of the pretrained one."""


class Part(NamedTuple):
    """What is left out: a lane proposes no candidates, a part of the vector of the question says nothing, a
    feature says nothing of any, a weight is 0, what people did counts nothing.
    """

    of: Literal["lane", "vector", "feature", "weight", "deed"]
    name: str


PARTS = (
    *(Part("lane", name) for name in LANES),
    *(Part("vector", name) for name in VECTOR_PARTS),
    *(Part("feature", name) for name in CandidateFeatures._fields),
    *(Part("weight", name) for name in FusionWeights._fields),
    *(Part("deed", name) for name in DeedWeights._fields),
)


class Ablation(NamedTuple):
    """The questions that were asked, what is found with everything, and without each part."""

    asked: Judged
    whole: Ranking
    without: dict[Part, Ranking]


class Worth(NamedTuple):
    """What happens without a part: for how many questions the first ten are others or otherwise ordered, and
    by measure the paired difference to the whole, below 0 if it is worse without.
    """

    changed: int
    difference: dict[str, Estimate]


def worth_of(ablation: Ablation) -> dict[Part, Worth]:
    """What each part is worth."""
    values = ablation.asked.values(ablation.whole)
    return {
        part: Worth(
            sum(ranking[:FIRST] != ablation.whole[id_][:FIRST] for id_, ranking in rankings.items()),
            differences(ablation.asked.values(rankings), values),
        )
        for part, rankings in ablation.without.items()
    }


def check(questions: Mapping[str, Question], path: Path) -> None:
    """Raise `BadInput`, which names the file at `path`, if no question may be tuned on."""
    if not any(question.split == TUNED_ON for question in questions.values()):
        raise BadInput(
            f"{path}: no question is of the half that may be tuned on.",
            remedy=f'Say "split": "{TUNED_ON}" of some, or end ids with numbers: the even ones are of it.',
        )


def half_of(judged: Judged) -> Judged:
    """The questions of the half that may be tuned on."""
    kept = {id_: question for id_, question in judged.questions.items() if question.split == TUNED_ON}
    return replace(judged, questions=kept, judgements={id_: judged.judgements[id_] for id_ in kept})


def ablate(judged: Judged, services: Services, advance: Advance = quiet) -> Ablation:
    """Ask every question as search does, and again without each of the `PARTS`; `advance` is told of
    questions.

    Features, weights and deeds are left out of what was retrieved once; without a lane or a part of the
    vector it is retrieved anew. Without a part the cosine of the other counts as the mean of both did, so
    that weights keep their meaning. Of an encoder without two parts neither is left out.
    """
    paired = services.annotator.filled_dimensions is not None
    whole: Ranking = {}
    without: dict[Part, Ranking] = {part: {} for part in PARTS if paired or part.of != "vector"}
    for id_, question in judged.questions.items():
        query = analyze(services.annotator, question.text)
        scope = judged.scopes[id_]
        found = retrieve(services, query, scope)
        whole[id_] = judged.ranking(judged.order(found))
        for part, rankings in without.items():
            if part.of == "lane":
                ordered = judged.order(retrieve(services, query, scope, **LANES[part.name]))
            elif part.of == "vector":
                left = _without_part(query, VECTOR_PARTS[part.name])
                ordered = judged.order(retrieve(services, left, scope))
            else:
                ordered = ordered_without(part, found, judged.order)
            rankings[id_] = judged.ranking(ordered)
        advance(1)
    return Ablation(judged, whole, without)


def _without_part(query: AnalyzedQuery, part: VectorPart) -> AnalyzedQuery:
    rows = {revision: without_part(vector, part) for revision, vector in query.vector.items()}
    return replace(query, vector={revision: row for revision, row in rows.items() if row.any()})


def ordered_without(
    part: Part,
    found: Retrieved,
    order: Order,
    weights: FusionWeights = FOUND,
    deeds: DeedWeights = DEEDS,
) -> Iterable[Candidate]:
    """What was retrieved in search's own order, but that a feature, a weight or a deed counts nothing."""
    nothing = {part.name: 0.0}
    match part.of:
        case "weight":
            weights = weights._replace(**nothing)
        case "deed":
            deeds = deeds._replace(**nothing)
        case _:
            left = (one._replace(features=one.features._replace(**nothing)) for one in found.candidates)
            found = replace(found, candidates=tuple(left))
    return order(found, weights, deeds)
