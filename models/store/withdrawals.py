"""Posts that the index may still show to who may not read them any more: taken out before anything is put in.

One that is deleted is done with then. One that has lost readers gets a new revision, above that of its taking
out, under which it is put back.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from models.store.publication import ABSENT, acknowledge
from models.store.statements import RevisionSequence, table_of
from models.store.tables import PostRow
from models.stored import Withdrawal

_POST = table_of(PostRow).columns
_PUT_BACK = (
    update(table_of(PostRow))
    # Another one of its publishers may have been here, or the post may have changed once more.
    .where(_POST["id"] == bindparam("the_id"), _POST["revision"] == bindparam("taken_out"), _POST["narrowed"])
    .values(ABSENT | {"revision": bindparam("new_revision")})
)


def withdrawals(connection: Connection, after: int, limit: int) -> list[Withdrawal]:
    """At most `limit` of what is to be taken out, above a revision, lowest first."""
    return _read(connection, PostRow.revision > after, limit)


def withdrawals_at(connection: Connection, revisions: Sequence[int]) -> list[Withdrawal]:
    """Those of what is to be taken out that have one of these revisions, lowest first."""
    return _read(connection, PostRow.revision.in_(revisions), len(revisions))


def _read(connection: Connection, which: ColumnElement[bool], limit: int) -> list[Withdrawal]:
    query = select(PostRow.id, PostRow.revision, PostRow.deleted).where(which, PostRow.narrowed)
    rows = connection.execute(query.order_by(PostRow.revision).limit(limit)).all()
    return [Withdrawal(post=post, revision=revision, deleted=deleted) for post, revision, deleted in rows]


def settle(connection: Connection, page: Sequence[Withdrawal]) -> None:
    """Let the deleted ones be published as such, and the others be put back under new revisions."""
    revisions = RevisionSequence(connection)
    back = [one for one in page if not one.deleted]
    if back:
        rows = [
            {"the_id": one.post, "taken_out": one.revision, "new_revision": revisions.next()} for one in back
        ]
        connection.execute(_PUT_BACK, rows)
        revisions.keep()
    acknowledge(connection, [one.revision for one in page if one.deleted])
