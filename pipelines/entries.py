"""From a stored post and its annotation to the entry that an engine holds."""

from indexer.engine import Entry, PassageEntry, Removal
from models.language.packing import tag_rows, vectors
from models.stored import PendingPost
from pipelines.annotating import Indexable

SUGGESTION_LENGTH = 40
"""Longer tags are sentences, which nobody means to type."""


def entry(post: PendingPost, annotation: Indexable) -> Entry:
    """The index entry of a post as it is read by `annotation`."""
    packed = annotation.packed
    found = tag_rows(packed)
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
        account=post.account,
        company=post.company,
        unit=post.unit,
        topics=tuple([key for key, *_ in found]),
        suggestions=tuple([name for _, name, *_ in found if len(name) <= SUGGESTION_LENGTH]),
        passages=tuple(
            [PassageEntry(terms=terms, grams=grams, vector=vector) for terms, grams, vector in lanes]
        ),
    )


def removal(post: PendingPost) -> Removal:
    """How a deleted post is taken out of an index."""
    return Removal(post=post.id, revision=post.revision)
