"""Annotations, kept packed beside the posts that they were made from."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Integer, Select, bindparam, cast, func, select

from models.language.annotation import Annotation, Tag, reading_text
from models.language.packing import HEADER, PackedAnnotation, tags, unpack
from models.ranking_features import PassageText
from models.scope import Scope
from models.store.audiences import seen_by, visible
from models.store.directory_tables import ChannelRow
from models.store.moment import Moment
from models.store.prepared_query import rows_of
from models.store.statements import among, among_given, driver_sql, insert_into, listed, replacing, table_of
from models.store.tables import AnnotationRow, PostRow

ANNOTATION = [table_of(AnnotationRow).columns[name] for name in PackedAnnotation._fields]
"""The columns of a `PackedAnnotation`, in its order."""
CURRENT = (AnnotationRow.post == PostRow.id) & (AnnotationRow.content_digest == PostRow.content_digest)
"""An annotation counts only while the content that it was made from is still the post's."""


def keep(connection: Connection, annotations: Mapping[str, tuple[int, PackedAnnotation]]) -> None:
    """Keep annotations of posts, each where the post is still at the revision that was read."""
    rows = [
        {"the_post": post, "the_revision": revision, **packed._asdict()}
        for post, (revision, packed) in annotations.items()
    ]
    if rows:
        connection.exec_driver_sql(_keep(connection.dialect), rows)


@cache
def _keep(dialect: Dialect) -> str:
    given = [bindparam(column.name, type_=column.type) for column in ANNOTATION]
    post = bindparam("the_post", type_=PostRow.id.type)
    # The post itself says whether it is still what was read: between two statements it could change.
    read = select(post, PostRow.content_digest, *given).where(
        PostRow.id == bindparam("the_post"), PostRow.revision == bindparam("the_revision"), ~PostRow.deleted
    )
    names = ["post", "content_digest", *PackedAnnotation._fields]
    return driver_sql(
        dialect, replacing(insert_into(dialect, table_of(AnnotationRow)).from_select(names, read), ["post"])
    )


def read(connection: Connection, ids: Collection[str], scope: Scope) -> dict[str, Annotation]:
    """The annotations of those of the posts that are visible and have been read as they are now."""
    given = {"ids": listed(ids), **seen_by(scope)}
    rows = rows_of(connection, _read(bool(scope.denied)), given)
    return {post: unpack(PackedAnnotation(*packed)) for post, *packed in rows}


def remembered(moment: Moment, ids: Collection[str], scope: Scope) -> dict[str, Annotation]:
    """As `read`, in a moment that then knows the topics of these posts, too."""
    found = moment.remembered(read, ids, scope)
    moment.known(topics, scope).update((post, annotation.topics) for post, annotation in found.items())
    return found


def topics(connection: Connection, ids: Collection[str], scope: Scope) -> dict[str, tuple[Tag, ...]]:
    """The topics of those of the posts that are visible and have been read as they are now."""
    query = select(PostRow.id, AnnotationRow.topics).join(AnnotationRow, CURRENT)
    query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    query = query.where(among(PostRow.id, ids), visible(bool(scope.denied)))
    return {post: tags(topics) for post, topics in connection.execute(query, seen_by(scope))}


@cache
def _read(denials: bool) -> "Select[*tuple[Any, ...]]":
    query = select(PostRow.id, *ANNOTATION).join(AnnotationRow, CURRENT)
    query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    return query.where(among_given(PostRow.id, "ids"), visible(denials))


# The places of all terms are most of a row: of the spans only the headers are read.
_HEADERS = func.substr(AnnotationRow.spans, 1, cast(AnnotationRow.passages * HEADER.size, Integer))
PASSAGE = (
    PostRow.title,
    PostRow.text,
    AnnotationRow.language,
    AnnotationRow.passages,
    AnnotationRow.forms,
    _HEADERS.label("headers"),
)
"""What `passage_of` takes after the number, of a post joined with its annotation by `CURRENT`."""


def passage_of(
    number: int, title: str | None, text: str, language: str, count: int | None, forms: str, headers: bytes
) -> PassageText | None:
    """The passage of a number; None where the post has no such passage, or has not been read as it is now."""
    if count is None or number >= count:
        return None
    whole = reading_text(title, text)
    if count == 1:
        return PassageText(whole, forms, language)
    start, end, *_ = HEADER.unpack_from(headers, number * HEADER.size)
    return PassageText(whole[start:end], forms.split("\n")[number], language)
