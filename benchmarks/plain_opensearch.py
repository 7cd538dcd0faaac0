"""OpenSearch without Dure: the same posts, asked for by words and vector as its manual says."""

from collections.abc import Iterator
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.helpers import bulk

from models.language.annotation import Vector
from models.language.packing import vectors
from models.store import Store
from search_api.search.page import QUICK_FACETS

INDEX = "plain"
HITS = 10
FACET_VALUES = 50
AT_A_TIME = 1_000
HIGHLIGHT: dict[str, Any] = {"highlight": {"fields": {"text": {}}}}
COUNTS: dict[str, Any] = {
    "track_total_hits": True,
    "aggs": {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in QUICK_FACETS},
}


class PlainOpenSearch:
    """An index of texts, read by Lucene's own analyser for Korean that needs no plug-in, and vectors."""

    def __init__(self, address: str) -> None:
        self._client = OpenSearch(address, timeout=120)

    def fill(self, store: Store, dimensions: int) -> None:
        """Index all posts of a store with the vectors that Dure made."""
        vector = {
            "type": "knn_vector",
            "dimension": dimensions,
            "method": {"name": "hnsw", "engine": "lucene", "space_type": "innerproduct"},
        }
        fields: dict[str, Any] = {name: {"type": "keyword"} for name in QUICK_FACETS}
        fields |= {"text": {"type": "text", "analyzer": "cjk"}, "vector": vector}
        mappings = {"_source": {"excludes": ["vector"]}, "properties": fields}
        settings = {"index": {"knn": True, "refresh_interval": "-1", "number_of_replicas": 0}}
        self._client.indices.create(index=INDEX, body={"settings": settings, "mappings": mappings})
        bulk(self._client, documents(store), chunk_size=AT_A_TIME)
        self._client.indices.refresh(index=INDEX)

    def ids(self, text: str, vector: Vector) -> None:
        """Ask for ten ids, by `bool` of `match` and `knn`."""
        self._client.search(index=INDEX, body=_question(text, vector))

    def page(self, text: str, vector: Vector) -> None:
        """Ask for the same ten with what a page shows: how many there are, facets and highlights."""
        self._client.search(index=INDEX, body=_question(text, vector) | HIGHLIGHT | COUNTS)

    def strict_page(self, text: str, vector: Vector) -> None:
        """As `page`, but counted, in the same request, are the posts that say every word."""
        every = {"match": {"text": {"query": text, "operator": "and"}}}
        asked = [_question(text, vector) | HIGHLIGHT, {"size": 0, "query": every} | COUNTS]
        self._client.msearch(index=INDEX, body=[line for search in asked for line in ({}, search)])


def _question(text: str, vector: Vector) -> dict[str, Any]:
    nearest = {"knn": {"vector": {"vector": vector.tolist(), "k": HITS}}}
    return {
        "size": HITS,
        "_source": False,
        "query": {"bool": {"should": [{"match": {"text": text}}, nearest]}},
    }


def documents(store: Store) -> Iterator[dict[str, Any]]:
    """The documents of all posts."""
    after = 0
    while page := store.replay(after, AT_A_TIME):
        after = page[-1].revision
        for post in page:
            if post.deleted or post.annotation is None:
                continue
            (vector, *_) = vectors(post.annotation)
            yield {
                "_index": INDEX,
                "_id": post.id,
                "text": post.text,
                "channel": post.channel,
                "network": post.network,
                "kind": post.kind,
                "language": post.annotation.language,
                "company": post.company,
                "unit": post.unit,
                **({} if vector is None else {"vector": vector.tolist()}),
            }
