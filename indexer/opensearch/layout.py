"""How a post lies in OpenSearch: one document, its passages nested inside, under the post's own revision.

Nesting makes a write atomic: a post's passages are replaced, ignored or dropped together, counts and facets
are of posts by nature, and a passage is still scored and compared on its own.
"""

import hashlib
from dataclasses import asdict
from typing import Any

import numpy as np

from indexer.engine import Entry, Fingerprint, PassageEntry, Removal, TextField
from indexer.suggestions import fold
from models.language.annotation import Vector
from models.scope import EVERYONE

LAYOUT = 7
"""Raised with every change of this file that an existing index does not follow: it makes the index stale."""

LONGEST_ID = 512
"""Bytes that OpenSearch takes as a document id; 200 Hangul are 600."""

LONGEST_VALUE = 8_191
"""Characters: Lucene takes terms of 32,766 bytes, four a character at worst. A longer value is not indexed,
a longer term is cut into pieces; by default the tokenizer would cut at 255 already."""

WEIGHED = {
    "type": "scripted",
    "weight_script": {"source": "return query.boost;"},
    "script": {
        "source": "double average = (double) field.sumTotalTermFreq / field.docCount;"
        " return weight * doc.freq * 1.4 / (doc.freq + 0.4 * (0.25 + 0.75 * doc.length / average));"
    },
}
"""BM25 with k1 .4 and b .75, as the ranking of candidates has them, without an inverse document frequency:
Lucene's would count hidden posts as well. The question brings one that does not."""

LINKS = 100
"""Of each vector in the graph to others, at most (`m`): along these a search finds its way to the nearest.
Short posts lie in crowds of equal and nearly equal vectors, which the default of 16 cuts off from others."""

LOOKED_AT = 400
"""Vectors looked at to find the links of a new one (`ef_construction`); of the default of 100 too many lie in
its own crowd."""

VECTOR_DIGITS = 7
"""Decimals that a 32-bit float has: more would only make requests longer."""


def written(vector: Vector) -> list[float]:
    """A vector as documents and questions hold it."""
    rounded: list[float] = np.round(vector.astype(float), VECTOR_DIGITS).tolist()
    return rounded


def index_body(alias: str, fingerprint: Fingerprint, shards: int) -> dict[str, Any]:
    """Settings and strict mapping of a new index."""
    ready_made = {"type": "text", "analyzer": "ready_made", "index_options": "freqs", "similarity": "weighed"}
    keyword = {"type": "keyword", "ignore_above": LONGEST_VALUE}
    # How common a term is in what everyone may read: a post that only some may read has none of these fields.
    counted = {"type": "text", "analyzer": "ready_made", "index_options": "docs", "norms": False}
    passage: dict[str, Any] = {"terms": ready_made, "grams": ready_made}
    if fingerprint.dimensions is not None:
        passage["vector"] = {
            "type": "knn_vector",
            "dimension": fingerprint.dimensions,
            # Lucene's own graph takes the filter into its search; the native engines are not in every build.
            "method": {
                "name": "hnsw",
                "engine": "lucene",
                "space_type": "innerproduct",
                "parameters": {"m": LINKS, "ef_construction": LOOKED_AT},
            },
        }
    keywords = (
        "post", "audience", "containers", "channel", "network", "kind", "language", "company", "unit",
        "topic", "suggestions",
    )  # fmt: skip
    return {
        "settings": {
            "index": {
                "knn": True,
                "number_of_shards": shards,
                "auto_expand_replicas": "0-1",
                # Writes become visible at commit and at no other time: an answer is of one generation.
                "refresh_interval": "-1",
                # How long a dropped post's revision is remembered, so that a late write does not raise it
                # again. The default of a minute is shorter than a retry on a struggling cluster may take.
                "gc_deletes": "1h",
                # A passage has about 1,000 characters: room for books. The default of 10,000 is 10 MB.
                "mapping.nested_objects.limit": 100_000,
                # Several threads would each tell only its first thousand values of a facet (`SHARD_VALUES`),
                # whose sum is not exact; a node of many cores takes several by default. Neighbours are looked
                # for in all segments at once all the same.
                "search.concurrent.max_slice_count": 1,
                "similarity": {"weighed": WEIGHED},
                "analysis": {
                    "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": LONGEST_VALUE}},
                    "analyzer": {"ready_made": {"type": "custom", "tokenizer": "spaces"}},
                },
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": origin(alias, built_with(fingerprint), "0"),
            # The passages are most of a document, and nobody reads them back: the store has the text.
            "_source": {"excludes": ["passages", *TextField]},
            "properties": {
                **dict.fromkeys(keywords, keyword),
                **dict.fromkeys(TextField, counted),
                "revision": {"type": "long"},
                "length": {"type": "integer"},
                "created": {"type": "date"},
                "passages": {"type": "nested", "dynamic": "strict", "properties": passage},
            },
        },
    }


def origin(alias: str, built_with: dict[str, Any], generation: str) -> dict[str, Any]:
    """What an index says of itself: whose it is, what it was built with, and which generation is visible."""
    return {"alias": alias, "built_with": built_with, "generation": generation}


def built_with(fingerprint: Fingerprint) -> dict[str, Any]:
    """How an index with this fingerprint notes down what it was built with."""
    return {"layout": LAYOUT, **asdict(fingerprint)}


def document_id(post: str) -> str:
    """The post's id, or its SHA-256 where that is too long for OpenSearch."""
    encoded = post.encode()
    return post if len(encoded) <= LONGEST_ID else f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def put_action(entry: Entry) -> dict[str, Any]:
    """The action that indexes a post, replacing its passages."""
    return {"index": _under_revision(entry)}


def drop_action(removal: Removal) -> dict[str, Any]:
    """The action that takes a post out, with all its passages."""
    return {"delete": _under_revision(removal)}


def post_document(entry: Entry, *, vectors: bool) -> dict[str, Any]:
    """The document of an entry; without `vectors` its vectors are left out."""
    return {
        "post": entry.post,
        "revision": entry.revision,
        "length": len(entry.passages),
        "audience": entry.audience,
        "containers": entry.containers,
        "channel": entry.channel,
        "network": entry.network,
        "kind": entry.kind,
        "language": entry.language,
        "created": entry.created.isoformat(timespec="milliseconds"),
        "company": entry.company,
        "unit": entry.unit,
        "topic": entry.topics,
        "suggestions": sorted({fold(suggestion) for suggestion in entry.suggestions}),
        **(_counted(entry) if EVERYONE in entry.audience else {}),
        "passages": [_passage_document(passage, vectors=vectors) for passage in entry.passages],
    }


def _counted(entry: Entry) -> dict[str, str]:
    return {
        field.value: " ".join(getattr(passage, field) for passage in entry.passages) for field in TextField
    }


def _passage_document(passage: PassageEntry, *, vectors: bool) -> dict[str, Any]:
    document: dict[str, Any] = {"terms": passage.terms, "grams": passage.grams}
    if vectors and passage.vector is not None:
        document["vector"] = written(passage.vector)
    return document


def _under_revision(write: Entry | Removal) -> dict[str, Any]:
    # OpenSearch ignores (409) a write whose version is not above the present one, whichever came first.
    return {"_id": document_id(write.post), "version": write.revision, "version_type": "external"}
