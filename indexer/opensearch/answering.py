"""From OpenSearch's responses to an answer: pure functions, no connection."""

from collections.abc import Sequence
from typing import Any

from indexer.engine import Answer, Bucket, Counts, Frequencies, Hit, Question, TextField

Response = dict[str, Any]


def answers_of(questions: Sequence[Question], responses: Sequence[dict[str, Response]]) -> list[Answer]:
    """What the responses to the searches of each question say; one that was not made has found nothing."""
    return [answer_of(question, found) for question, found in zip(questions, responses, strict=True)]


def answer_of(question: Question, found: dict[str, Response]) -> Answer:
    """What the responses to the searches of a question say."""
    counted = found.get("counted")
    count = counted["hits"]["total"]["value"] if counted and question.count else 0
    near = _hits(found.get("near"), found.get("near passages"))
    counts = Counts(
        count if question.count else None,
        {name: buckets(counted["aggregations"][name]) if counted else () for name in question.facets},
    )
    return Answer(
        match=_hits(found.get("match"), found.get("match passages")),
        near=tuple(hit._replace(score=_inner_product(hit.score)) for hit in near),
        counted=lambda: counts,
    )


def long_posts(found: dict[str, Response]) -> dict[str, list[str]]:
    """The posts of several passages that each search has found."""
    return {
        name: [_post(hit) for hit in response["hits"]["hits"] if hit["fields"]["length"][0] > 1]
        for name, response in found.items()
    }


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


def _hits(response: Response | None, passages: Response | None) -> tuple[Hit, ...]:
    if response is None:
        return ()
    numbers = {_post(hit): _passage(hit) for hit in passages["hits"]["hits"]} if passages else {}
    return tuple(
        # What was browsed has no score.
        Hit(post, numbers.get(post, 0), hit["_score"] or 0.0)
        for hit in response["hits"]["hits"]
        if (post := _post(hit))
    )


def _post(hit: Response) -> str:
    post: str = hit["fields"]["post"][0]
    return post


def _passage(hit: Response) -> int:
    number: int = hit["inner_hits"]["passages"]["hits"]["hits"][0]["_nested"]["offset"]
    return number


def _inner_product(score: float) -> float:
    """The inner product that Lucene's score stands for: 1 + x for x ≥ 0, 1 / (1 - x) below
    (Lucene, `VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT`).
    """
    return score - 1 if score >= 1 else 1 - 1 / score
