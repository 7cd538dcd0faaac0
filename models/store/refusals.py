"""The posts that the index did not take: not handed to it again until they change or it is built anew."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select

from models.store.directory_tables import RefusalRow
from models.store.statements import chunks, table_of, upsert
from models.store.tables import PostRow
from models.store.write_queue import WriteQueue
from models.stored import Refusal

IS_REFUSED: ColumnElement[bool] = exists().where(RefusalRow.revision == PostRow.revision)


class Refusals:
    """What the index refuses of a store."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]], writes: WriteQueue) -> None:
        self._reading = reading
        self._writes = writes

    def remember(self, refusals: Collection[Refusal]) -> None:
        """Leave these posts out of what is pending, as long as they are as they are."""
        self._writes.run(lambda connection: remember(connection, refusals))

    def first(self, limit: int) -> list[Refusal]:
        """At most `limit` of the posts that the index refuses, lowest revision first."""
        query = select(PostRow.id, RefusalRow.revision, RefusalRow.reason)
        query = query.join(RefusalRow, RefusalRow.revision == PostRow.revision)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(RefusalRow.revision).limit(limit)).all()
        return [Refusal(post=post, revision=revision, reason=reason) for post, revision, reason in rows]


def remember(connection: Connection, refusals: Collection[Refusal]) -> None:
    """Keep refusals beside those that are known."""
    for chunk in chunks(refusals):
        rows = [{"revision": refusal.revision, "reason": refusal.reason} for refusal in chunk]
        upsert(connection, RefusalRow, rows)


def replace(connection: Connection, refusals: Collection[Refusal]) -> None:
    """Keep these refusals instead of those that are known: the index is another one."""
    connection.execute(delete(table_of(RefusalRow)))
    remember(connection, refusals)


def forget_past(connection: Connection) -> None:
    """Drop the refusals of revisions that are no post's any more."""
    stands = exists().where(PostRow.revision == RefusalRow.revision)
    connection.execute(delete(table_of(RefusalRow)).where(~stands))


def count(connection: Connection) -> int:
    """How many posts the index refuses."""
    return connection.execute(select(func.count()).select_from(PostRow).where(IS_REFUSED)).scalar_one()
