"""Annotations as rows: compact, because a million posts are kept and read back in every rebuild.

Forms are joined by spaces, passages by line ends (a form holds no white space). `spans` begins with one
header a passage (start, end, number of forms, length of the vector), all little-endian uint32; vectors are
float16, whose error (5e-4 at unit length) is far below what tells two passages apart.
"""

import json
import struct
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, select

from models.language.annotation import Annotation, AnnotationRevision, Passage, Tag
from models.scope import Scope
from models.store.audiences import seen_by, visible
from models.store.directory_tables import ChannelRow
from models.store.statements import TO_JSON, among, among_given, listed, table_of, upsert
from models.store.tables import AnnotationRow, PostRow

HEADER = struct.Struct("<4I")
SPAN_BYTES = 8
OFFSET = np.dtype("<u4")
STORED = np.dtype("<f2")

ANNOTATION = [
    column for column in table_of(AnnotationRow).columns if column.name not in ("post", "content_digest")
]
"""The columns that `annotation_from` reads."""
CURRENT = (AnnotationRow.post == PostRow.id) & (AnnotationRow.content_digest == PostRow.content_digest)
"""An annotation counts only while the content that it was made from is still the post's."""


def annotation_values(post: str, content_digest: str, annotation: Annotation) -> dict[str, Any]:
    """The row of an annotation."""
    headers, spans, vectors = [], [], []
    for passage in annotation.passages:
        vector = passage.vector
        size = 0 if vector is None else len(vector)
        headers.append(HEADER.pack(passage.start, passage.end, len(passage.forms), size))
        spans.append(passage.spans.astype(OFFSET, copy=False).tobytes())
        if vector is not None:
            vectors.append(vector.astype(STORED).tobytes())
    tags = [(tag.key, tag.name, tag.kind, tag.weight) for tag in annotation.tags]
    revision = annotation.revision
    return {
        "post": post,
        "content_digest": content_digest,
        "analyzer": revision.analyzer,
        "dictionary": revision.dictionary,
        "tagger": revision.tagger,
        "embedder": revision.embedder,
        "language": annotation.language,
        "tags": TO_JSON(tags) if tags else "[]",
        "passages": len(annotation.passages),
        "forms": "\n".join([" ".join(passage.forms) for passage in annotation.passages]),
        "spans": b"".join(headers + spans),
        "vectors": b"".join(vectors),
    }


def annotation_from(values: Sequence[Any]) -> Annotation:
    """The annotation of a row's values, in the order of `ANNOTATION`."""
    analyzer, dictionary, tagger, embedder, language, tags, count, forms, spans, vectors = values
    at, taken = count * HEADER.size, 0
    passages = []
    lines = forms.split("\n")
    for number in range(count):
        start, end, length, size = HEADER.unpack_from(spans, number * HEADER.size)
        vector = None
        if size:
            vector = np.frombuffer(vectors, STORED, size, taken).astype(np.float32)
            taken += size * STORED.itemsize
        offsets = np.frombuffer(spans, OFFSET, 2 * length, at).reshape(length, 2)
        at += length * SPAN_BYTES
        words = tuple(lines[number].split(" ")) if length else ()
        passages.append(Passage(start=start, end=end, forms=words, spans=offsets, vector=vector))
    return Annotation(
        passages=tuple(passages),
        tags=tuple(
            Tag(key=key, name=name, kind=kind, weight=weight)
            for key, name, kind, weight in (json.loads(tags) if tags != "[]" else ())
        ),
        language=language,
        revision=AnnotationRevision(
            analyzer=analyzer, dictionary=dictionary, tagger=tagger, embedder=embedder
        ),
    )


def keep(connection: Connection, annotations: Mapping[str, tuple[int, Annotation]]) -> None:
    """Keep annotations of posts, each where the post is still at the revision that was read."""
    query = select(PostRow.id, PostRow.revision, PostRow.content_digest)
    rows = connection.execute(query.where(among(PostRow.id, annotations), ~PostRow.deleted))
    read = [(post, content) for post, revision, content in rows if annotations[post][0] == revision]
    upsert(connection, AnnotationRow, [annotation_values(*one, annotations[one[0]][1]) for one in read])


def read(connection: Connection, ids: Collection[str], scope: Scope) -> dict[str, Annotation]:
    """The annotations of those of the posts that are visible and have been read as they are now."""
    rows = connection.execute(_read(bool(scope.denied)), {"ids": listed(ids), **seen_by(scope)})
    return {row[0]: annotation_from(row[1:]) for row in rows}


@cache
def _read(denials: bool) -> "Select[*tuple[Any, ...]]":
    query = select(PostRow.id, *ANNOTATION).join(AnnotationRow, CURRENT)
    query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    return query.where(among_given(PostRow.id, "ids"), visible(denials))
