"""From OpenSearch's responses to an answer: pure functions, no connection."""

from collections.abc import Sequence
from typing import Any

from indexer.engine import Answer, Bucket, Frequencies, Hit, Question, TextField

Response = dict[str, Any]


def answers_of(questions: Sequence[Question], responses: Sequence[dict[str, Response]]) -> list[Answer]:
    """What the responses to the searches of each question say."""
    return [
        answer_of(question, found.get("match"), found.get("near"))
        for question, found in zip(questions, responses, strict=True)
    ]


def answer_of(question: Question, match: Response | None, near: Response | None) -> Answer:
    """What the responses say to the question; a search that was not made has found nothing."""
    count = match["hits"]["total"]["value"] if match and question.count else 0
    return Answer(
        match=_hits(match) if match else (),
        near=tuple(hit._replace(score=_inner_product(hit.score)) for hit in _hits(near)) if near else (),
        count=count if question.count else None,
        facets={name: buckets(match["aggregations"][name]) if match else () for name in question.facets},
    )


def indices_of(response: Response) -> set[str]:
    """The names of the indices that hits came from."""
    return {hit["_index"] for hit in response["hits"]["hits"]}


def buckets(aggregation: Response) -> tuple[Bucket, ...]:
    """The values that an aggregation counted, in its order."""
    return tuple(Bucket(bucket["key"], bucket["doc_count"]) for bucket in aggregation["buckets"])


def frequencies_of(response: Response) -> Frequencies:
    """What the statistics of terms say of the posts; a term that stands nowhere has none."""
    documents = 0
    of: dict[tuple[TextField, str], int] = {}
    for name, field in response["term_vectors"].items():
        documents = max(documents, field["field_statistics"]["doc_count"])
        of |= {
            (TextField(name), term): said["doc_freq"]
            for term, said in field["terms"].items()
            if said.get("doc_freq")
        }
    return Frequencies(documents, of)


def _hits(response: Response) -> tuple[Hit, ...]:
    return tuple(
        # What was browsed has neither a best passage nor a score.
        Hit(hit["fields"]["post"][0], _passage(hit) if "inner_hits" in hit else 0, hit["_score"] or 0.0)
        for hit in response["hits"]["hits"]
    )


def _passage(hit: Response) -> int:
    number: int = hit["inner_hits"]["passages"]["hits"]["hits"][0]["_nested"]["offset"]
    return number


def _inner_product(score: float) -> float:
    """The inner product that Lucene's score stands for: 1 + x for x ≥ 0, 1 / (1 - x) below
    (Lucene, `VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT`).
    """
    return score - 1 if score >= 1 else 1 - 1 / score
