"""Which posts that could answer are outdated, for ranking: by columns of their rows, and by what is read."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select

from models.scope import Scope
from models.store import successions
from models.store.moment import Moment
from models.store.tables import AcceptanceRow, PostRow, SupersessionRow

TOLD = exists().where(SupersessionRow.older.in_([PostRow.id, PostRow.thread])).label("told")
"""Something tells that it is outdated, or what opened its thread."""
SOLUTION = (
    select(AcceptanceRow.answer)
    .where(
        AcceptanceRow.question == PostRow.thread,
        AcceptanceRow.accepted,
        exists().where(SupersessionRow.older == AcceptanceRow.answer),
    )
    .scalar_subquery()
    .label("solution")
)
"""The accepted answer of its thread, where something tells that it is outdated."""


def succeeded_by(
    moment: Moment, rows: Sequence[Any], names: Mapping[str, str], scope: Scope
) -> dict[str, tuple[str, ...]]:
    """By post the posts, and other threads, that supersede it; where nothing tells so, nothing is read."""
    told = {post for row in rows if row.told for post in (row.id, names.get(row.thread, row.id))}
    told.update(row.solution for row in rows if row.solution)
    found = moment.remembered(successions.read, told, scope)
    return {
        post: tuple(
            name for one in successors for name in ((one.post, one.thread) if one.elsewhere else (one.post,))
        )
        for post, successors in found.items()
    }
