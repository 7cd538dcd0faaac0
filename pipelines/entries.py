"""From a stored post and its annotation to the entry that an engine holds."""

from indexer.engine import Entry, Fingerprint, PassageEntry, Removal
from models.language.annotator import Annotator
from models.language.packing import tag_rows, vectors
from models.language.relevance import IMPLIED
from models.stored import PendingPost
from pipelines.annotating import Indexable

SUGGESTION_LENGTH = 40
"""Longer tags are sentences, which nobody means to type."""


def fingerprint(annotator: Annotator) -> Fingerprint:
    """What an index has to be built with, for what this annotator makes of posts and questions."""
    revision = annotator.revision
    return Fingerprint(
        analyzer=revision.analyzer, embedder=revision.embedder, dimensions=annotator.dimensions
    )


def entry(post: PendingPost, annotation: Indexable) -> Entry:
    """The index entry of a post as it is read and filed by `annotation`.

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
            [PassageEntry(terms=terms, grams=grams, vector=vector) for terms, grams, vector in lanes]
        ),
    )


def removal(post: PendingPost) -> Removal:
    """How a deleted post is taken out of an index."""
    return Removal(post=post.id, revision=post.revision)
