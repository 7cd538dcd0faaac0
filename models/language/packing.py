"""Annotations packed as they are kept and sent: a million of them are stored, and read back in every rebuild.

Forms are joined by spaces, passages by line ends (a form holds no white space). `spans` begins with one
header a passage (start, end, number of forms, length of the vector), all little-endian uint32; vectors are
float16, whose error (5e-4 at unit length) is far below what tells two passages apart.
"""

import json
import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.language.annotation import Annotation, AnnotationRevision, Passage, Tag, TagRow, Vector

HEADER = struct.Struct("<4I")
SPAN_BYTES = 8
OFFSET = np.dtype("<u4")
STORED = np.dtype("<f2")

NONE = "[]"
_to_json = json.JSONEncoder(ensure_ascii=False).encode


class PackedAnnotation(NamedTuple):
    """An annotation in the columns of its table: cheap to send between processes, to keep and to index."""

    analyzer: str
    dictionary: str
    tagger: str
    embedder: str | None
    language: str
    tags: str
    topics: str
    """An empty list until the post is filed, which takes more than the post: at publication."""
    passages: int
    forms: str
    spans: bytes
    vectors: bytes

    @property
    def revision(self) -> AnnotationRevision:
        """What made it."""
        return AnnotationRevision(
            analyzer=self.analyzer,
            dictionary=self.dictionary,
            tagger=self.tagger,
            embedder=self.embedder,
        )


class FirstVector(NamedTuple):
    """The vector of the first passage of a post as it is kept: which encoder made it, and its bytes."""

    embedder: str
    packed: bytes


def first_vector(embedder: str, header: bytes, vectors: bytes) -> FirstVector | None:
    """From the first `HEADER.size` bytes of an annotation's `spans`, and as many of its `vectors` as one
    takes; None where the passage says nothing to the encoder.
    """
    *_, size = HEADER.unpack(header)
    return FirstVector(embedder, vectors[: size * STORED.itemsize]) if size else None


def unpack_vectors(packed: Sequence[bytes], dimensions: int) -> npt.NDArray[np.float32]:
    """Vectors of at most so many dimensions, shape (len(packed), dimensions); what one lacks is 0."""
    padded = b"".join([one.ljust(dimensions * STORED.itemsize, b"\0") for one in packed])
    return np.frombuffer(padded, STORED).reshape(-1, dimensions).astype(np.float32)


def pack(annotation: Annotation) -> PackedAnnotation:
    """The annotation, packed."""
    headers, spans, vectors = [], [], []
    for passage in annotation.passages:
        vector = passage.vector
        size = 0 if vector is None else len(vector)
        headers.append(HEADER.pack(passage.start, passage.end, len(passage.forms), size))
        spans.append(passage.spans.astype(OFFSET, copy=False).tobytes())
        if vector is not None:
            vectors.append(vector.astype(STORED).tobytes())
    revision = annotation.revision
    return PackedAnnotation(
        revision.analyzer,
        revision.dictionary,
        revision.tagger,
        revision.embedder,
        annotation.language,
        _packed(annotation.tags),
        _packed(annotation.topics),
        len(annotation.passages),
        "\n".join([" ".join(passage.forms) for passage in annotation.passages]),
        b"".join(headers + spans),
        b"".join(vectors),
    )


def unpack(packed: PackedAnnotation) -> Annotation:
    """The annotation that was packed; vectors come back as float32."""
    at = packed.passages * HEADER.size
    passages = []
    lanes = zip(headers(packed), vectors(packed), forms_of(packed), strict=True)
    for (start, end, length, _), vector, words in lanes:
        offsets = np.frombuffer(packed.spans, OFFSET, 2 * length, at).reshape(length, 2)
        at += length * SPAN_BYTES
        passages.append(Passage(start=start, end=end, forms=words, spans=offsets, vector=vector))
    return Annotation(
        passages=tuple(passages),
        tags=tags(packed.tags),
        topics=tags(packed.topics),
        language=packed.language,
        revision=packed.revision,
    )


def headers(packed: PackedAnnotation) -> list[tuple[int, int, int, int]]:
    """Start, end, number of forms and length of the vector of each passage."""
    return list(HEADER.iter_unpack(packed.spans[: packed.passages * HEADER.size]))


def forms_of(packed: PackedAnnotation) -> list[tuple[str, ...]]:
    """The index terms of each passage."""
    return [tuple(line.split(" ")) if line else () for line in packed.forms.split("\n")]


def with_vectors(
    packed: PackedAnnotation, embedder: str | None, vectors: Sequence[Vector | None]
) -> PackedAnnotation:
    """The same with the vectors that another encoder made of its passages."""
    heads = [
        HEADER.pack(start, end, length, 0 if vector is None else len(vector))
        for (start, end, length, _), vector in zip(headers(packed), vectors, strict=True)
    ]
    return packed._replace(
        embedder=embedder,
        spans=b"".join([*heads, packed.spans[packed.passages * HEADER.size :]]),
        vectors=b"".join([vector.astype(STORED).tobytes() for vector in vectors if vector is not None]),
    )


def vectors(packed: PackedAnnotation) -> list[Vector | None]:
    """The vector of each passage, if it has one."""
    if not packed.vectors:
        return [None] * packed.passages
    found: list[Vector | None] = []
    taken = 0
    for *_, size in headers(packed):
        vector = np.frombuffer(packed.vectors, STORED, size, taken).astype(np.float32) if size else None
        found.append(vector)
        taken += size * STORED.itemsize
    return found


def tag_rows(column: str) -> list[TagRow]:
    """Tags or topics from their column."""
    return json.loads(column) if column != NONE else []


def packed_rows(rows: Sequence[TagRow]) -> str:
    """Tags or topics as their column holds them."""
    return _to_json(rows) if rows else NONE


def _packed(found: Sequence[Tag]) -> str:
    return packed_rows([(tag.key, tag.name, tag.kind, tag.weight) for tag in found])


def tags(column: str) -> tuple[Tag, ...]:
    """Tags or topics, unpacked."""
    return tuple(
        [Tag(key=key, name=name, kind=kind, weight=weight) for key, name, kind, weight in tag_rows(column)]
    )
