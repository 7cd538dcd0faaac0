"""From a question and a scope to OpenSearch's query language: pure functions, no connection."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from indexer.engine import FILTER_FIELDS, Clause, Filters, Question, TextField, Word
from indexer.frequencies import Term, idf, terms_of
from indexer.opensearch.layout import written
from indexer.suggestions import fold
from models.language.annotation import Vector
from models.scope import Scope

FACET_VALUES = 50

MOST_CLAUSES = 900
"""OpenSearch takes 1,024 clauses a query, filters included. Of a pasted page the weightiest are kept."""

LEAST_NEIGHBOURS = 300
"""So many are always looked for: a graph that is searched for ten alone misses some, and of equal posts
(hundreds say just "네, 감사합니다") those with the first ids have to be among them. Of the nearest 30 of
100,000 posts 100 find .984, 150 .988 and 300 .992, and 300 take a quarter longer than 150."""

MOST_HITS = 10_000
"""OpenSearch's window of results."""

SHARD_VALUES = 1_000
"""Values that each shard counts, so that the sum over several shards is right."""

LONGEST_PATTERN = 1_000
"""Characters of a regular expression that OpenSearch takes."""

ORDER = [{"_score": "desc"}, {"post": "asc"}]
NEWEST = [{"created": "desc"}, {"post": "asc"}]


def searches(question: Question, scope: Scope, embedder: str | None) -> dict[str, dict[str, Any]]:
    """The searches that a question takes, `match`, `near` and `counted`; none where nothing can be found.

    `embedder` is the revision of the encoder whose vectors the index holds.
    """
    found: dict[str, dict[str, Any]] = {}
    if not scope.tokens:
        return found
    worded = question.browse or any(word.clauses for word in question.words)
    if worded and question.match:
        found["match"] = match_search(question, scope)
    if (question.browse or question.required) and (question.count or question.facets):
        found["counted"] = counted_search(question, scope)
    vector = question.vector_by(embedder)
    if vector is not None and question.near:
        found["near"] = near_search(question, vector, scope)
    return found


def passage_searches(
    question: Question, scope: Scope, embedder: str | None, long: Mapping[str, Collection[str]]
) -> dict[str, dict[str, Any]]:
    """The searches that tell which passages of `long` posts, by the search that found them, it has found.

    To look for the passage of every hit takes longer than the search itself, and most posts have but one.
    """
    found: dict[str, dict[str, Any]] = {}
    if (posts := long.get("match")) and not question.browse:
        found["match passages"] = _passage_search(_worded(question), posts, scope)
    vector = question.vector_by(embedder)
    if (posts := long.get("near")) and vector is not None:
        nearest = _nearest(vector, len(posts), {"terms": {"post": sorted(posts)}})
        found["near passages"] = _passage_search(nearest, posts, scope)
    return found


def _passage_search(query: dict[str, Any], posts: Collection[str], scope: Scope) -> dict[str, Any]:
    query["nested"]["inner_hits"] = {"size": 1, "_source": False}
    among = [{"terms": {"post": sorted(posts)}}, _allowed(scope, Filters())]
    return {
        "size": len(posts),
        "query": {"bool": {"must": [query], "filter": among}},
        "track_total_hits": False,
        **_ids_only(),
    }


def match_search(question: Question, scope: Scope) -> dict[str, Any]:
    """The search for posts by words, or for all of them."""
    return {
        "size": min(question.match, MOST_HITS),
        "query": {
            "bool": {
                "must": [] if question.browse else [_worded(question)],
                "filter": [_allowed(scope, question.filters)],
            }
        },
        "sort": NEWEST if question.browse else ORDER,
        "track_total_hits": False,
        **_ids_only(),
    }


def counted_search(question: Question, scope: Scope) -> dict[str, Any]:
    """How many posts say all that is required, and by which values of its facets."""
    required = [] if question.browse else [_any_clause(word) for word in question.required]
    return {
        "size": 0,
        "query": {"bool": {"filter": [*required, _allowed(scope, question.filters)]}},
        "track_total_hits": question.count,
        "aggs": {name: {"terms": _by_number(name, FACET_VALUES)} for name in question.facets},
    }


def near_search(question: Question, vector: Vector, scope: Scope) -> dict[str, Any]:
    """The search for the posts nearest to a vector. The filter is inside: k of those it allows."""
    wanted = min(question.near, MOST_HITS)
    return {
        "size": wanted,
        "query": _nearest(vector, max(wanted, LEAST_NEIGHBOURS), _allowed(scope, question.filters)),
        "sort": ORDER,
        "track_total_hits": False,
        **_ids_only(),
    }


def suggest_search(prefix: str, scope: Scope, limit: int) -> dict[str, Any] | None:
    """The search for suggestions; None where no suggestion can be that long."""
    pattern = "".join(char if char.isalnum() else f"\\{char}" for char in fold(prefix)) + ".*"
    if len(pattern) > LONGEST_PATTERN:
        return None
    values = {**_by_number("suggestions", limit), "include": pattern}
    return {
        "size": 0,
        "query": _allowed(scope, Filters()),
        "track_total_hits": False,
        "aggs": {"suggestions": {"terms": values}},
    }


def frequencies_request(terms: Collection[Term]) -> dict[str, Any]:
    """The request for the statistics of terms, given as a document that holds each of them."""
    held = {field.value: " ".join(term for its, term in terms if its is field) for field in TextField}
    wanted = {"term_statistics": True, "field_statistics": True}
    return {"doc": held, **wanted, **dict.fromkeys(("positions", "offsets", "payloads"), False)}


def _clauses(question: Question) -> list[dict[str, Any]]:
    # The same term twice counts twice: BM25 is linear in its weight.
    weights: defaultdict[Clause, float] = defaultdict(float)
    for word in question.words:
        for clause in word.clauses:
            weights[clause._replace(weight=0.0)] += clause.weight
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MOST_CLAUSES]
    # All at once: numpy takes as long for one term as for many.
    terms = terms_of([Word(tuple(clause for clause, _ in heaviest))])
    idfs = dict(zip(terms, idf(question.frequencies, terms).tolist(), strict=True))
    return [_said(clause, weight, idfs) for clause, weight in heaviest]


def _said(clause: Clause, weight: float, idfs: Mapping[Term, float]) -> dict[str, Any]:
    field = f"passages.{clause.field}"
    queries: list[dict[str, Any]] = [
        {"term": {field: {"value": term, "boost": idfs.get((clause.field, term), 1.0)}}}
        for term in (clause.term, *clause.same)
    ]
    spelled, *others = queries
    if clause.beside:
        beside = [{"term": {field: {"value": term}}} for term in clause.beside]
        spelled = {"bool": {"must": [spelled], "filter": beside}}
    if not (others or clause.beside):
        spelled["term"][field]["boost"] *= weight
        return spelled
    return {"dis_max": {"queries": [spelled, *others], "boost": weight}}


def _any_clause(word: Word) -> dict[str, Any]:
    # Each word in any passage: a long post says all that its passages say together.
    said = [_said(clause, 1.0, {}) for clause in word.clauses]
    # Of nothing to choose from OpenSearch takes everything.
    return _in_passages({"bool": {"should": said}} if said else {"match_none": {}})


def _worded(question: Question) -> dict[str, Any]:
    return _in_passages({"bool": {"should": _clauses(question)}})


def _nearest(vector: Vector, k: int, allowed: dict[str, Any]) -> dict[str, Any]:
    neighbours = {"vector": written(vector), "k": k, "filter": allowed}
    return _in_passages({"knn": {"passages.vector": neighbours}})


def _in_passages(query: dict[str, Any]) -> dict[str, Any]:
    # The score of a post is that of its best passage.
    return {"nested": {"path": "passages", "score_mode": "max", "query": query}}


def _allowed(scope: Scope, filters: Filters) -> dict[str, Any]:
    allowed: list[dict[str, Any]] = [{"terms": {"audience": sorted(scope.tokens)}}]
    for name, field in FILTER_FIELDS.items():
        if values := getattr(filters, name):
            allowed.append({"terms": {field: sorted(values)}})
    if filters.since or filters.until:
        bounds = {"gte": filters.since, "lt": filters.until}
        allowed.append({"range": {"created": {edge: at.isoformat() for edge, at in bounds.items() if at}}})
    denied = [{"terms": {"containers": sorted(scope.denied)}}] if scope.denied else []
    return {"bool": {"filter": allowed, "must_not": denied}}


def _by_number(field: str, size: int) -> dict[str, Any]:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"field": field, "size": size, "shard_size": max(size, SHARD_VALUES), "order": order}


def _ids_only() -> dict[str, Any]:
    # Without "_none_" each hit's stored fields, which are compressed, would be opened for its `_id`.
    return {"_source": False, "stored_fields": "_none_", "docvalue_fields": ["post", "length"]}
