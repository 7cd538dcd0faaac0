"""From a stored post and its annotation to the entry that an engine holds."""

import numpy as np

from indexer.engine import Entry, Fingerprint, PassageEntry, Removal
from models.language.annotation import Vector
from models.language.annotator import Annotator
from models.language.packing import tag_rows, vectors
from models.language.relevance import IMPLIED
from models.stored import PendingPost
from pipelines.annotating import Indexable

SUGGESTION_LENGTH = 40
"""Longer tags are sentences, which nobody means to type."""


def fingerprint(annotator: Annotator) -> Fingerprint:
    """What an index has to be built with, for what this annotator makes of posts and questions."""
    return Fingerprint(
        analyzer=annotator.revision.analyzer, embedder=annotator.embedder, dimensions=annotator.dimensions
    )


def entry(post: PendingPost, annotation: Indexable, filled: int | None) -> Entry:
    """The index entry of a post as it is read and filed by `annotation`, its vectors `filled` up to a length.

    What is suggested stands in the post itself: a topic that it has from its thread tells of another post.
    """
    packed = annotation.packed
    tags = tag_rows(packed.tags)
    topics = tags if packed.topics == packed.tags else tag_rows(packed.topics)
    said = [name for _, name, kind, _ in tags if kind != IMPLIED]
    lanes = zip(packed.forms.split("\n"), annotation.grams, vectors(packed), strict=True)
    return Entry(
        post=post.id,
        revision=post.revision,
        audience=post.audience,
        containers=post.containers,
        thread=post.thread,
        channel=post.channel,
        network=post.network,
        kind=post.kind,
        language=packed.language,
        created=post.created,
        company=post.company,
        unit=post.unit,
        topics=tuple([key for key, *_ in topics]),
        suggestions=tuple([name for name in said if len(name) <= SUGGESTION_LENGTH]),
        passages=tuple(
            [
                PassageEntry(terms=terms, grams=grams, vector=_lengthened(vector, filled))
                for terms, grams, vector in lanes
            ]
        ),
    )


def _lengthened(vector: Vector | None, filled: int | None) -> Vector | None:
    """A vector whose second part is still to come says nothing there."""
    if vector is None or filled is None or len(vector) >= filled:
        return vector
    return np.concatenate([vector, np.zeros(filled - len(vector), np.float32)])


def removal(post: PendingPost) -> Removal:
    """How a deleted post is taken out of an index."""
    return Removal(post=post.id, revision=post.revision)
