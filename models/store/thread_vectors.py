"""Vectors of the posts of threads, for comparing a question with all that stands in one."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from models.language.packing import HEADER, FirstVector, first_vector
from models.scope import Scope
from models.store.annotations import CURRENT
from models.store.audiences import only_visible, seen_by
from models.store.prepared_query import rows_of
from models.store.statements import among_given, listed
from models.store.table import aliased
from models.store.tables import AnnotationRow, PostRow

MOST_BYTES = 8_192
"""More than any vector takes: a long post has one for each of its passages, of which the first is read."""


def thread_vectors(
    connection: Connection, threads: Collection[str], scope: Scope, most: int, alone: Collection[str]
) -> dict[str, dict[str, FirstVector]]:
    """By thread the vectors of its first `most` posts that are visible, by post, the first post first; of
    those threads in which a post is `alone` the vector of that, which is found in half the time.

    Threads go by the names that the scope knows them by. Left out are
    posts that have not been read as they are now, and those that say nothing to the encoder.
    """
    denials, seen = bool(scope.denied), seen_by(scope)
    rows = rows_of(connection, _alone(denials), {"posts": listed(alone), **seen}) if alone else []
    if threads:
        rows += rows_of(connection, _first(denials), {"threads": listed(threads), "most": most, **seen})
    found: dict[str, dict[str, FirstVector]] = {}
    for name, post, embedder, header, vectors in rows:
        if embedder and (vector := first_vector(embedder, header, vectors)):
            found.setdefault(name, {})[post] = vector
    return found


_KEPT = (
    AnnotationRow.embedder,
    func.substr(AnnotationRow.spans, 1, HEADER.size),
    func.substr(AnnotationRow.vectors, 1, MOST_BYTES),
)


@cache
def _alone(denials: bool) -> "Select[*tuple[Any, ...]]":
    query = select(PostRow.id.label("name"), PostRow.id.label("post"), *_KEPT).join(AnnotationRow, CURRENT)
    return only_visible(query.where(among_given(PostRow.id, "posts")), denials, PostRow)


@cache
def _first(denials: bool) -> "Select[*tuple[Any, ...]]":
    named, member = aliased(PostRow), aliased(PostRow)
    place = func.row_number().over(partition_by=named.id, order_by=(member.created, member.id))
    posts = select(named.id.label("name"), member.id.label("post"), place.label("place"))
    posts = posts.select_from(named).join(member, member.thread == named.thread)
    first = only_visible(posts.where(among_given(named.id, "threads")), denials, member).subquery()
    return (
        select(first.c.name, first.c.post, *_KEPT)
        .join(PostRow, PostRow.id == first.c.post)
        .join(AnnotationRow, CURRENT)
        .where(first.c.place <= bindparam("most"))
        .order_by(first.c.name, first.c.place)
    )
