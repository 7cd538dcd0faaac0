"""One generation of a build, as readers see it: everything that may be asked of it, under a scope."""

import json
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from tantivy import FieldType, Occur, Order, Query, Searcher

from indexer.embedded.queries import MANIFEST_QUERY, counted, passages, visible
from indexer.embedded.schema import HIDDEN, ONLY, PART, ROLES, SCHEMA, WHOLE
from indexer.embedded.vectors import Vectors
from indexer.engine import Bucket, Counts, Filters, Frequencies, Hit, Question
from indexer.frequencies import Term, idf, terms_of
from indexer.suggestions import fold
from models.language.annotation import Vector
from models.language.idf import inverse_document_frequency
from models.scope import EVERYONE, Scope

BUCKETS = 50  # values a facet
BUCKETS_FETCHED = 500  # enough, as a rule, to order the ties at the last place by value
BUCKETS_FETCHED_OF_TIES = 60_000  # for a facet where it was not; tantivy's own limit is 65,000
ALL_BUCKETS = 10_000_000  # a segment must not cut its own list short, or sums over segments would be wrong
SPARE_HITS = 15  # fetched beyond the limit: passages of posts that were hit already, and ties at the limit
TIES_FETCHED = 2_000  # ties beyond so many are left in the order of the index
DECIMALS = 5  # floats are summed in any order: what differs less is a tie
REVISIONS_FETCHED = 20_000
TERMS_KEPT = 20_000  # whose numbers of documents are kept, while a generation lasts: some megabytes


class Snapshot:
    """Immutable; safe to read from many threads."""

    def __init__(self, searcher: Searcher, generation: int, vectors: Vectors) -> None:
        self.generation = generation
        self.vectors = vectors
        self._searcher = searcher
        count = searcher.doc_freq
        self._holding = lru_cache(TERMS_KEPT)(
            lambda field, term: (count(field, term), count(HIDDEN + field, term))
        )
        # Of a role is every document, deleted ones too: as many as tantivy reckons with.
        self._documents = sum(count("role", role) for role in ROLES)

    def match(self, question: Question, scope: Scope, limit: int) -> tuple[Hit, ...]:
        """The best `limit` posts by words, or the newest where all are wanted."""
        if limit < 1 or not scope.tokens:
            return ()
        if question.browse:
            browsed = counted(question, scope)
            newest = _best_posts(lambda fetched: self._newest(browsed, fetched), limit)
            return tuple(hit._replace(score=0.0) for hit in newest)
        if not question.words:
            return ()
        query = passages(question, scope, self._scales(question))
        return _best_posts(lambda fetched: self._hits(query, fetched), limit)

    def near(self, vector: Vector | None, filters: Filters, scope: Scope, limit: int) -> tuple[Hit, ...]:
        """The `limit` posts nearest to a vector of the encoder that the build is of."""
        if limit < 1 or not scope.tokens or vector is None or not vector.any():
            return ()
        return _best_posts(lambda fetched: self.vectors.nearest(vector, scope, filters, fetched), limit)

    def counts(self, question: Question, scope: Scope) -> Counts:
        """How many posts say all that is required, and how many by value, as far as the question wants it."""
        fields = question.facets
        if not scope.tokens or not (question.required or question.browse):
            return Counts(0 if question.count else None, dict.fromkeys(fields, ()))
        query = counted(question, scope)
        found = self._aggregate(query, fields, BUCKETS_FETCHED)
        cut = tuple(field for field in fields if _cuts_a_tie(found[field]))
        if cut:
            found |= self._aggregate(query, cut, BUCKETS_FETCHED_OF_TIES) | {"count": found["count"]}
        count = int(found["count"]["value"]) if question.count else None
        return Counts(count, {field: _buckets(found[field]) for field in fields})

    def frequencies(self, terms: Collection[Term]) -> Frequencies:
        """In how many documents that everyone may read each term stands; those of deleted posts count until
        tantivy merges them.
        """
        held = {term: self._holding(*term) for term in terms}
        return Frequencies(
            self._searcher.doc_freq("audience", EVERYONE),
            {term: every - hidden for term, (every, hidden) in held.items() if every > hidden},
        )

    def _scales(self, question: Question) -> dict[Term, float]:
        """What turns tantivy's BM25 of a term, by all documents, into that by the question's frequencies."""
        terms = terms_of(question.words)
        held = np.array([self._holding(*term)[0] for term in terms], dtype=float)
        scales = idf(question.frequencies, terms) / inverse_document_frequency(self._documents, held)
        return dict(zip(terms, scales.tolist(), strict=True))

    def suggest(self, prefix: str, scope: Scope, limit: int) -> tuple[Bucket, ...]:
        """Suggestions of visible posts by prefix."""
        if limit < 1 or not scope.tokens:
            return ()
        found = self._searcher.terms_with_prefix("suggestions", fold(prefix), visible(scope), limit)
        return tuple(Bucket(value, posts) for value, posts in found)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Every indexed post and its revision, by revision."""
        query = present = Query.term_set_query(SCHEMA, "role", [ONLY, WHOLE])
        fetched = REVISIONS_FETCHED
        while True:
            hits = self._searcher.search(
                query, fetched, count=False, order_by_field="revision", order=Order.Asc
            ).hits
            more = len(hits) == fetched
            # Posts that share the last revision may go on behind the cut: leave them to the next round.
            whole = [hit for hit in hits if not more or hit[0] < hits[-1][0]]
            for revision, address in whole:
                yield self._searcher.doc(address)["post"][0], int(revision)
            if not more:
                return
            if whole:
                after = Query.range_query(
                    SCHEMA, "revision", FieldType.Integer, int(whole[-1][0]), None, include_lower=False
                )
                query = Query.boolean_query([(Occur.Must, present), (Occur.Must, after)])
            fetched = REVISIONS_FETCHED if whole else fetched * 4

    def present(self, posts: Collection[str]) -> dict[str, int]:
        """The revisions of those posts that are indexed or were dropped."""
        query = Query.boolean_query(
            [
                (Occur.Must, Query.term_set_query(SCHEMA, "post", list(posts))),
                (Occur.MustNot, Query.term_query(SCHEMA, "role", PART, "basic")),
            ]
        )
        addresses = [address for _, address in self._searcher.search(query, len(posts), count=False).hits]
        revisions = self._searcher.fast_field_values("revision", addresses)
        return {
            self._searcher.doc(address)["post"][0]: int(revision or 0)
            for address, revision in zip(addresses, revisions, strict=True)
        }

    def _hits(self, query: Query, limit: int) -> list[Hit]:
        found = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in found])
        return [
            Hit(self._searcher.doc(address)["post"][0], int(number or 0), score)
            for (score, address), number in zip(found, numbers, strict=True)
        ]

    def _newest(self, query: Query, limit: int) -> list[Hit]:
        """The newest posts, scored by their time: microseconds, which a float holds exactly."""
        found = self._searcher.search(
            query, limit, count=False, order_by_field="created", order=Order.Desc
        ).hits
        return [Hit(self._searcher.doc(address)["post"][0], 0, float(created)) for created, address in found]

    def _aggregate(self, query: Query, fields: tuple[str, ...], size: int) -> dict[str, Any]:
        terms = {
            field: {"terms": {"field": field, "size": size, "segment_size": ALL_BUCKETS}} for field in fields
        }
        return self._searcher.aggregate(query, terms | {"count": {"value_count": {"field": "revision"}}})


def read_manifest(searcher: Searcher) -> dict[str, Any] | None:
    """The manifest of a committed generation; None before the first."""
    hits = searcher.search(MANIFEST_QUERY, 1, count=False).hits
    return json.loads(searcher.doc(hits[0][1])["manifest"][0]) if hits else None


def _best_posts(fetch: Callable[[int], list[Hit]], limit: int) -> tuple[Hit, ...]:
    """The best passage of each of the best `limit` posts, from an index that knows passages only."""
    fetched = limit + SPARE_HITS
    while True:
        passages = fetch(fetched)
        hits: dict[str, Hit] = {}
        for hit in sorted(passages, key=_rank):
            hits.setdefault(hit.post, hit)
        best = tuple(hits.values())[:limit]
        if len(passages) < fetched:
            return best
        if len(best) == limit and (fetched >= TIES_FETCHED or _rank(passages[-1])[0] > _rank(best[-1])[0]):
            return best
        fetched *= 4


def _rank(hit: Hit) -> tuple[float, str, int]:
    return -round(hit.score, DECIMALS), hit.post, hit.passage


def _cuts_a_tie(facet: dict[str, Any]) -> bool:
    buckets = facet["buckets"]
    return (
        bool(facet["sum_other_doc_count"]) and buckets[BUCKETS - 1]["doc_count"] == buckets[-1]["doc_count"]
    )


def _buckets(facet: dict[str, Any]) -> tuple[Bucket, ...]:
    buckets = [Bucket(bucket["key"], bucket["doc_count"]) for bucket in facet["buckets"]]
    return tuple(sorted(buckets, key=lambda bucket: (-bucket.posts, bucket.value))[:BUCKETS])
