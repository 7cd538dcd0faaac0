"""From a stored post and its annotation to the entry that an engine holds."""

from indexer.engine import Entry, PassageEntry, Removal
from models.language.annotation import Annotation, reading_text
from models.language.grams import grams
from models.stored import PendingPost

SUGGESTION_LENGTH = 40
"""Longer tags are sentences, which nobody means to type."""


def entry(post: PendingPost, annotation: Annotation) -> Entry:
    """The index entry of a post as it is read by `annotation`."""
    text = reading_text(post.title, post.text)
    return Entry(
        post=post.id,
        revision=post.revision,
        audience=post.audience,
        containers=post.containers,
        thread=post.thread,
        channel=post.channel,
        network=post.network,
        kind=post.kind,
        language=annotation.language,
        created=post.created,
        account=post.account,
        company=post.company,
        unit=post.unit,
        topics=tuple(tag.key for tag in annotation.tags),
        suggestions=tuple(tag.name for tag in annotation.tags if len(tag.name) <= SUGGESTION_LENGTH),
        passages=tuple(
            PassageEntry(
                terms=" ".join(passage.forms),
                grams=grams(text[passage.start : passage.end]),
                vector=passage.vector,
            )
            for passage in annotation.passages
        ),
    )


def removal(post: PendingPost) -> Removal:
    """How a deleted post is taken out of an index."""
    return Removal(post=post.id, revision=post.revision)
