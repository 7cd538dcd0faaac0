"""Counts what was found where nothing says all that was asked: of the candidates, which a page can list."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from indexer.engine import Bucket, Filters
from search_api.retrieval.candidate import Candidate

MOST = 20
"""Values of a field that are told: of a hundred posts the others are on one or two."""


def facets_among(candidates: Sequence[Candidate], fields: Iterable[str]) -> Mapping[str, tuple[Bucket, ...]]:
    """How many candidates carry each value of a field: the most frequent values first, ties by value."""
    return {
        field: _buckets(Counter(value for one in candidates for value in _values(one, field)))
        for field in fields
    }


def number_among(candidates: Iterable[Candidate], filters: Filters) -> int:
    """How many candidates were written in the time of a filter."""
    since, until = filters.since, filters.until
    written = (one.ranking.created for one in candidates)
    return sum((since is None or since <= at) and (until is None or at < until) for at in written)


def _buckets(counts: Counter[str]) -> tuple[Bucket, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Bucket(value, posts) for value, posts in ordered[:MOST])


def _values(candidate: Candidate, field: str) -> Iterator[str]:
    ranking = candidate.ranking
    if field == "topic":
        yield from dict.fromkeys(key for key, *_ in json.loads(ranking.topics))
        return
    if field == "kind":
        value: str | None = ranking.kind
    elif field == "language":
        value = ranking.passage.language if ranking.passage else None
    else:
        value = getattr(ranking.placement, field)
    if value is not None:
        yield value
