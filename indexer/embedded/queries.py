"""Builds tantivy queries: what the words match, what the scope may see, what the filters leave."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from tantivy import FieldType, Occur, Query

from indexer.embedded.schema import MANIFEST, PART, RESTRICTED, SCHEMA, WHOLE, microseconds
from indexer.engine import FILTER_FIELDS, Clause, Filters, Question, Word
from indexer.frequencies import Term
from models.scope import EVERYONE, Scope

SCOPES_KEPT = 256  # built scope filters; the largest, of 2,000 tokens, takes about a millisecond to build

_RESTRICTED = Query.term_query(SCHEMA, "role", RESTRICTED, "basic")
MANIFEST_QUERY = Query.term_query(SCHEMA, "role", MANIFEST, "basic")


def passages(question: Question, scope: Scope, scales: Mapping[Term, float]) -> Query:
    """Matching passages, scored by the words alone, the BM25 of each term times its scale."""
    return _among([_any_clause(question.words, scales)], question, scope, WHOLE)


def counted(question: Question, scope: Scope) -> Query:
    """The posts that say all that is required, or all where everything is browsed: one document each."""
    required = [] if question.browse else [_any_clause([word], {}) for word in question.required]
    return _among(required, question, scope, PART)


@lru_cache(SCOPES_KEPT)
def visible(scope: Scope) -> Query:
    """What a scope may see; adds nothing to a score. An empty scope sees nothing."""
    if not scope.tokens:
        return Query.empty_query()
    seen = Query.term_set_query(SCHEMA, "audience", sorted(scope.tokens))
    if scope.denied:
        seen = Query.boolean_query([(Occur.Must, seen), (Occur.MustNot, _denied(scope))])
    return Query.const_score_query(seen, 0.0)


@lru_cache(SCOPES_KEPT)
def _unseen(scope: Scope) -> tuple[Query, ...]:
    """What a scope that sees all that everyone sees may not see.

    To leave it out takes half as long as to look for what is visible: of that tantivy makes a set of nearly
    all documents for each question.
    """
    own = Query.term_set_query(SCHEMA, "audience", sorted(scope.tokens - {EVERYONE}))
    others = Query.boolean_query([(Occur.Must, _RESTRICTED), (Occur.MustNot, own)])
    return (others, _denied(scope)) if scope.denied else (others,)


def _denied(scope: Scope) -> Query:
    return Query.term_set_query(SCHEMA, "containers", sorted(scope.denied))


def _among(said: list[Query], question: Question, scope: Scope, without_role: str) -> Query:
    """The documents that say all of it, that the scope sees and that the filters leave, but for one role."""
    needed = said + [Query.const_score_query(query, 0.0) for query in _narrowed(question.filters)]
    left_out = [Query.term_query(SCHEMA, "role", without_role, "basic")]
    if said and EVERYONE in scope.tokens:
        left_out += _unseen(scope)
    else:
        needed.append(visible(scope))
    return Query.boolean_query(
        [*((Occur.Must, query) for query in needed), *((Occur.MustNot, query) for query in left_out)]
    )


def _any_clause(words: Iterable[Word], scales: Mapping[Term, float]) -> Query:
    # Clauses add up within a word and words add up in the question, so one flat disjunction says the same.
    return Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(_said(clause, scales), clause.weight))
            for word in words
            for clause in word.clauses
        ]
    )


def _said(clause: Clause, scales: Mapping[Term, float]) -> Query:
    spelled, *others = (
        Query.boost_query(
            Query.term_query(SCHEMA, clause.field.value, term, "freq"), scales.get((clause.field, term), 1.0)
        )
        for term in (clause.term, *clause.same)
    )
    if clause.beside:
        beside = (Query.term_query(SCHEMA, clause.field.value, term, "basic") for term in clause.beside)
        needed = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in beside]
        spelled = Query.boolean_query([(Occur.Must, spelled), *needed])
    return Query.disjunction_max_query([spelled, *others]) if others else spelled


def _narrowed(filters: Filters) -> list[Query]:
    queries = [
        Query.term_set_query(SCHEMA, field, sorted(values))
        for name, field in FILTER_FIELDS.items()
        if (values := getattr(filters, name))
    ]
    if filters.since or filters.until:
        queries.append(
            Query.range_query(
                SCHEMA,
                "created",
                FieldType.Integer,
                microseconds(filters.since) if filters.since else None,
                microseconds(filters.until) - 1 if filters.until else None,
            )
        )
    return queries
