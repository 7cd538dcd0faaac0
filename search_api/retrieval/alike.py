"""Counts what was found where nothing says all that was asked: of the candidates, which a page can list."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from indexer.engine import Bucket, Filters
from models.ranking_features import Placement, RankingFeatures
from search_api.retrieval.candidate import Candidate

MOST = 20
"""Values of a field that are told: of a hundred posts the others are on one or two."""
NOWHERE = Placement("", None, None)


def facets_among(candidates: Sequence[Candidate], fields: Iterable[str]) -> Mapping[str, tuple[Bucket, ...]]:
    """How many candidates carry each value of a field: the most frequent values first, ties by value.

    Networks are not told: to look up that of each candidate's channel would take longer than all the rest.
    """
    ranked = [candidate.ranking for candidate in candidates]
    return {field: _buckets(VALUES[field](ranked)) if field in VALUES else () for field in fields}


def number_among(candidates: Iterable[Candidate], filters: Filters) -> int:
    """How many candidates were written in the time of a filter."""
    since, until = filters.since, filters.until
    written = (candidate.ranking.created for candidate in candidates)
    return sum((since is None or since <= at) and (until is None or at < until) for at in written)


def _buckets(values: Iterable[str | None]) -> tuple[Bucket, ...]:
    counts = Counter(value for value in values if value)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Bucket(value, posts) for value, posts in ordered[:MOST])


def _topics(ranked: Sequence[RankingFeatures]) -> list[str | None]:
    return [key for one in ranked for key in {key for key, *_ in json.loads(one.topics)}]


VALUES: Mapping[str, Callable[[Sequence[RankingFeatures]], list[str | None]]] = {
    "company": lambda ranked: [(one.placement or NOWHERE).company for one in ranked],
    "unit": lambda ranked: [(one.placement or NOWHERE).unit for one in ranked],
    "channel": lambda ranked: [(one.placement or NOWHERE).channel for one in ranked],
    "kind": lambda ranked: [one.kind for one in ranked],
    "language": lambda ranked: [one.passage.language if one.passage else None for one in ranked],
    "topic": _topics,
}
