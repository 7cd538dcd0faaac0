"""Annotations as who publishes keeps them: written when posts are read, completed when vectors follow."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from sqlalchemy import Connection, func, select

from models.language.encoder_revision import is_paired
from models.language.packing import PackedAnnotation
from models.store import annotations
from models.store.publication import IS_PENDING, pending_posts, put_again, with_annotations
from models.store.statements import RevisionSequence
from models.store.tables import AnnotationRow, PostRow
from models.store.write_queue import WriteQueue
from models.stored import PendingPost

AtRevision = Mapping[str, tuple[int, PackedAnnotation]]
"""Annotations by post, each with the revision of the post that it was made from."""


class KeptAnnotations:
    """The annotations of a store, whoever may read the posts."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]], writes: WriteQueue) -> None:
        self._reading = reading
        self._writes = writes

    def keep(self, read: AtRevision) -> None:
        """Keep annotations; of a post that has changed meanwhile none is kept. Nothing is published."""
        self._writes.run(lambda connection: annotations.keep(connection, read))

    def lacking_vectors(self, embedder: str, after: str, limit: int) -> list[PendingPost]:
        """At most `limit` posts that the index holds as they are, with vectors of this encoder, by id."""
        held = (AnnotationRow.embedder == embedder) & ~PostRow.deleted & ~IS_PENDING
        query = with_annotations().where(held, AnnotationRow.post > after).order_by(AnnotationRow.post)
        with self._reading() as connection:
            return pending_posts(connection, query.limit(limit))

    def complete_vectors(self, read: AtRevision) -> int:
        """Keep annotations that have the whole of their vectors now, and let their posts be put again.

        Returns how many; a post that has changed meanwhile is left for who reads it anew.
        """
        return self._writes.run(lambda connection: _complete(connection, read))

    def number_lacking_vectors(self) -> int:
        """How many posts have vectors of one part alone."""
        query = select(AnnotationRow.embedder, func.count()).group_by(AnnotationRow.embedder)
        with self._reading() as connection:
            counts = connection.execute(query).all()
        return sum(number for embedder, number in counts if embedder and not is_paired(embedder))


def _complete(connection: Connection, read: AtRevision) -> int:
    # The lock that this takes keeps the posts as they are found from here on.
    revisions = RevisionSequence(connection)
    made_at = [revision for revision, _ in read.values()]
    unchanged = select(PostRow.id).where(PostRow.revision.in_(made_at), ~PostRow.deleted, ~IS_PENDING)
    posts = list(connection.execute(unchanged).scalars())
    annotations.keep(connection, {post: read[post] for post in posts})
    put_again(connection, posts, revisions)
    revisions.keep()
    return len(posts)
