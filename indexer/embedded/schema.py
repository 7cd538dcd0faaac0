"""What tantivy holds: one document a passage, and what it takes to count posts rather than passages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tantivy import Document, Schema, SchemaBuilder

from indexer.engine import FACETS, Entry, TextField
from indexer.suggestions import fold
from models.scope import EVERYONE

# A document's role. Hits are sought among ONLY and PART; posts are counted among ONLY and WHOLE.
ONLY = "only"  # the one passage of a short post
PART = "part"  # a passage of a longer post
WHOLE = "whole"  # all the terms of a longer post, once each: so that it counts once
GONE = "gone"  # a tombstone: keeps the revision of a dropped post, so that a late put stays out
MANIFEST = "manifest"  # the one document that names the generation and its vector segments
RESTRICTED = "restricted"
"""Stands beside the role of every document but of posts that everyone may read."""
ROLES = (ONLY, PART, WHOLE, GONE, MANIFEST)

LAYOUT = 4
"""Raised with every change of this file that an existing index does not follow: it makes the index stale."""

HIDDEN = "hidden_"
"""Begins the name of a second field for terms of posts that not everyone may read: how often they stand there
is taken from the frequencies of all."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def _schema() -> Schema:
    builder = SchemaBuilder()
    for name in ("role", "audience", "containers", "suggestions"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for field in TextField:
        builder.add_text_field(field.value, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field(HIDDEN + field.value, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("post", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("manifest", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("passage", fast=True)
    builder.add_integer_field("revision", fast=True)
    builder.add_integer_field("created", fast=True)
    return builder.build()


SCHEMA = _schema()


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, UTC: exact, unlike a float timestamp."""
    return (moment - EPOCH) // MICROSECOND


def documents(entry: Entry) -> list[Document]:
    """The documents of one post."""
    common: dict[str, Any] = {
        "post": entry.post,
        "revision": entry.revision,
        "audience": list(entry.audience),
        "containers": list(entry.containers),
        "channel": entry.channel,
        "network": entry.network,
        "kind": entry.kind,
        "language": entry.language,
        "topic": list(entry.topics),
        "created": microseconds(entry.created),
    }
    if entry.company is not None:
        common["company"] = entry.company
    if entry.unit is not None:
        common["unit"] = entry.unit
    whole = common | {"suggestions": [fold(suggestion) for suggestion in entry.suggestions]}
    if len(entry.passages) == 1:
        passage = entry.passages[0]
        lanes = {"terms": passage.terms, "grams": passage.grams}
        return [_document(whole | {"role": ONLY, "passage": 0} | lanes)]
    found = [
        _document(common | {"role": PART, "passage": number, "terms": passage.terms, "grams": passage.grams})
        for number, passage in enumerate(entry.passages)
    ]
    role = {"role": WHOLE} if found else {"role": ONLY, "passage": 0}
    return [*found, _document(whole | role | {field.value: _distinct(entry, field) for field in TextField})]


def tombstone(post: str, revision: int) -> Document:
    """What stays of a dropped post."""
    return _document({"role": GONE, "post": post, "revision": revision})


def manifest(content: str) -> Document:
    """The document that makes a generation whole."""
    return _document({"role": MANIFEST, "manifest": content})


def _distinct(entry: Entry, field: TextField) -> str:
    # Once each: counting needs no frequencies, and a short document spoils the average length least.
    return " ".join({term for passage in entry.passages for term in getattr(passage, field.value).split()})


def _document(fields: dict[str, Any]) -> Document:
    if EVERYONE not in fields.get("audience", ()):
        fields = fields | {"role": [fields["role"], RESTRICTED]}
        # A tombstone has none of them.
        fields |= {HIDDEN + field.value: fields[field.value] for field in TextField if field.value in fields}
    # Without the schema tantivy takes every number for a signed one, and its worker thread dies of it.
    return Document.from_dict(fields, SCHEMA)
