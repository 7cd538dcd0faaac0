"""What the index does not hold yet, and what it is known to hold."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, delete, exists, select, update

from models.language.labels import labels_of
from models.language.packing import PackedAnnotation
from models.publish_context import ChannelText, Opener, PublishContext
from models.store.access import CHANNEL, containers_of, place_of, places_of
from models.store.annotations import ANNOTATION, CURRENT
from models.store.audiences import tokens_of
from models.store.directory_tables import ChannelRow
from models.store.reading import beside_of
from models.store.refusals import IS_REFUSED, forget_past
from models.store.statements import RevisionSequence, among, chunks, table_of
from models.store.tables import AnnotationRow, PostRow
from models.stored import PendingPost

PAGE = 5_000
"""Posts read at a time where all of them are gone through."""
SPAN = 20_000
"""Revisions marked in one transaction: a second of the writers' lock at most."""
IS_PENDING: ColumnElement[bool] = PostRow.published_digest != PostRow.digest
"""The index lacks it, or has an earlier state of it."""
IS_AWAITED: ColumnElement[bool] = IS_PENDING & ~IS_REFUSED
"""It is to be handed to the index."""
IS_NEXT: ColumnElement[bool] = IS_AWAITED & ~PostRow.narrowed
"""It is to be handed to the index, and has not to be taken out before that."""

_POST = table_of(PostRow).columns
_READ = [
    _POST[name]
    for name in (
        "id", "revision", "deleted", "title", "text", "source_tags", "audience_id", "thread",
        "channel", "kind", "created", "anonymous", "company", "unit",
    )
]  # fmt: skip
_HELD = {
    "published_digest": _POST["digest"],
    "published_revision": case((_POST["deleted"], None), else_=_POST["revision"]),
    "narrowed": False,
}
ABSENT = {"published_digest": "", "published_revision": None, "narrowed": False}
_UNKNOWN = {"published_digest": "", "published_revision": None}
_PUT_AGAIN = (
    update(table_of(PostRow))
    .where(_POST["id"] == bindparam("the_id"), ~_POST["deleted"])
    .values(revision=bindparam("new_revision"), published_digest="")
)
_ACKNOWLEDGE = (
    update(table_of(PostRow))
    .where(_POST["revision"].between(bindparam("first"), bindparam("last")))
    .values(_HELD)
)


def pending(connection: Connection, after: int, limit: int) -> list[PendingPost]:
    """At most `limit` posts above a revision whose content or access the index lacks, lowest first.

    Without those that it is known to refuse as they are.
    """
    return pending_posts(connection, _query().where(PostRow.revision > after, IS_AWAITED).limit(limit))


def next_posts(connection: Connection, after: int, limit: int) -> list[PendingPost]:
    """As `pending`, without those that have to be taken out of the index first."""
    return pending_posts(connection, _query().where(PostRow.revision > after, IS_NEXT).limit(limit))


def next_revisions(connection: Connection, after: int, limit: int) -> list[int]:
    """The revisions of the posts that `next_posts` would give."""
    query = select(PostRow.revision).where(PostRow.revision > after, IS_NEXT).order_by(PostRow.revision)
    return list(connection.execute(query.limit(limit)).scalars())


def next_posts_at(connection: Connection, revisions: Sequence[int]) -> list[PendingPost]:
    """Those of `next_posts` that have one of these revisions, lowest first."""
    return pending_posts(connection, _query().where(PostRow.revision.in_(revisions), IS_NEXT))


def replay(connection: Connection, after: int, limit: int) -> list[PendingPost]:
    """At most `limit` posts, published or not, deleted or not, above a revision, lowest first."""
    return pending_posts(connection, _query().where(PostRow.revision > after).limit(limit))


def with_annotations(*, unread: bool = False) -> "Select[*tuple[Any, ...]]":
    """Selects what `pending_posts` takes: posts with their annotations, and those `unread` if they count."""
    return select(*_READ, *ANNOTATION).join(AnnotationRow, CURRENT, isouter=unread)


def _query() -> "Select[*tuple[Any, ...]]":
    return with_annotations(unread=True).order_by(PostRow.revision)


def pending_posts(connection: Connection, query: "Select[*tuple[Any, ...]]") -> list[PendingPost]:
    """The posts that a query selects, as they go to the index."""
    rows = connection.execute(query).all()
    tokens = tokens_of(connection, {row.audience_id for row in rows})
    places = places_of(connection, {row.channel for row in rows})
    labels = _labels(connection, rows)
    posts = []
    for row in rows:
        (
            post, revision, deleted, title, text, source_tags, audience, thread, channel, kind, created,
            anonymous, company, unit, *annotation,
        ) = row  # fmt: skip
        place = places[channel]
        posts.append(
            PendingPost(
                id=post,
                revision=revision,
                deleted=deleted,
                title=title,
                text=text,
                source_tags=() if source_tags == "[]" else tuple(json.loads(source_tags)),
                labels=labels[post],
                audience=tokens[audience],
                containers=containers_of(channel, place, thread),
                thread=thread,
                channel=channel,
                network=place.network,
                kind=kind,
                created=created,
                # In a small team the unit alone would name an anonymous author.
                company=None if anonymous else company,
                unit=None if anonymous else unit,
                annotation=None if annotation[0] is None else PackedAnnotation(*annotation),
            )
        )
    return posts


def _labels(connection: Connection, rows: Sequence["Row[*tuple[Any, ...]]"]) -> dict[str, tuple[str, ...]]:
    """The labels of posts, given rows with their ids and source tags."""
    links, _, files = beside_of(connection, [row.id for row in rows])
    return {
        row.id: labels_of(
            [file.name for file in files.get(row.id, ())],
            json.loads(row.source_tags) if row.source_tags != "[]" else (),
            links.get(row.id, ()),
        )
        for row in rows
    }


def acknowledge(connection: Connection, revisions: Iterable[int]) -> None:
    """Mark as published what is still at these revisions; what has changed since has another one."""
    # A revision is one state of one post: whole runs of them are marked at once, an import is a single run.
    runs: list[dict[str, int]] = []
    for revision in sorted(revisions):
        if runs and revision == runs[-1]["last"] + 1:
            runs[-1]["last"] = revision
        else:
            runs.append({"first": revision, "last": revision})
    if runs:
        connection.execute(_ACKNOWLEDGE, runs)
    forget_past(connection)
    release_narrowed(connection)


def spans(after: int, last: int) -> Iterator[tuple[int, int]]:
    """The revisions above one of them up to the last, in pieces (above, up to) of one transaction each."""
    return ((start, min(start + SPAN, last)) for start in range(after, last, SPAN))


def hold(connection: Connection, span: tuple[int, int]) -> None:
    """The index holds the posts of a span of revisions as they are, and nothing of those that it refuses."""
    connection.execute(update(table_of(PostRow)).where(_within(span), ~IS_REFUSED).values(_HELD))
    connection.execute(update(table_of(PostRow)).where(_within(span), IS_REFUSED).values(ABSENT))


def outdate(connection: Connection, span: tuple[int, int]) -> None:
    """The posts of a span of revisions are pending; the index may hold earlier states of them."""
    connection.execute(update(table_of(PostRow)).where(_within(span)).values(published_digest=""))


def withdraw(connection: Connection, span: tuple[int, int]) -> None:
    """Nothing is known of what the index holds of a span of revisions: all is pending, deleted posts too.

    Those go first: an index that comes back may show them.
    """
    values = _UNKNOWN | {"narrowed": _POST["deleted"] | _POST["narrowed"]}
    connection.execute(update(table_of(PostRow)).where(_within(span)).values(values))


def release_narrowed(connection: Connection) -> None:
    """Open the channels that lost readers to the scopes again, once the index holds all of their posts."""
    waiting = exists().where(PostRow.channel == ChannelRow.id, IS_PENDING)
    caught_up = update(ChannelRow).where(ChannelRow.narrowed.is_not(None), ~waiting)
    connection.execute(caught_up.values(narrowed=None))


def published(connection: Connection, after: str) -> list[tuple[str, int]]:
    """The next posts by id, after one of them, that the index holds, and the revision that it holds."""
    query = select(PostRow.id, PostRow.published_revision).where(PostRow.id > after)
    query = query.where(PostRow.published_revision.is_not(None)).order_by(PostRow.id).limit(PAGE)
    return [(post, revision) for post, revision in connection.execute(query) if revision is not None]


def publish_context(
    connection: Connection, threads: Iterable[str], channels: Iterable[str]
) -> PublishContext:
    """The openers of threads that are known, read and not deleted, and the texts of channels."""
    query = select(PostRow.id, PostRow.audience_id, AnnotationRow.tags).join(AnnotationRow, CURRENT)
    rows = connection.execute(query.where(among(PostRow.id, threads), ~PostRow.deleted)).all()
    tokens = tokens_of(connection, {row.audience_id for row in rows})
    texts = select(*CHANNEL, ChannelRow.name, ChannelRow.description)
    known = connection.execute(texts.where(among(ChannelRow.id, channels))).mappings()
    return PublishContext(
        openers={row.id: Opener(tokens[row.audience_id], row.tags) for row in rows},
        channels={
            row["id"]: ChannelText(
                row["name"], row["description"] or "", frozenset(place_of(row["id"], row).tokens)
            )
            for row in known
        },
    )


def saying(
    reading: Callable[[], AbstractContextManager[Connection]], says: Callable[[str], bool], until: int | None
) -> list[str]:
    """The posts, up to a revision, of which `says` is true; each page of them in a transaction of its own.

    It is given title, text and labels, on lines of their own.
    """
    query = select(PostRow.id, PostRow.title, PostRow.text, PostRow.source_tags).where(~PostRow.deleted)
    if until is not None:
        query = query.where(PostRow.revision <= until)
    found: list[str] = []
    after = ""
    while True:
        with reading() as connection:
            rows = connection.execute(query.where(PostRow.id > after).order_by(PostRow.id).limit(PAGE)).all()
            labels = _labels(connection, rows)
        found += [row.id for row in rows if says("\n".join([row.title or "", row.text, *labels[row.id]]))]
        if len(rows) < PAGE:
            return found
        after = rows[-1].id


def reread(connection: Connection, posts: Iterable[str]) -> int:
    """Let posts be annotated and put again, under new revisions."""
    revisions = RevisionSequence(connection)
    count = 0
    for chunk in chunks(posts):
        connection.execute(delete(AnnotationRow).where(among(AnnotationRow.post, chunk)))
        put_again(connection, chunk, revisions)
        count += len(chunk)
    revisions.keep()
    return count


def put_again(
    connection: Connection, posts: Iterable[str], revisions: RevisionSequence, *, narrowed: bool = False
) -> None:
    """Let posts be put again, under new revisions: an index ignores one that it knows.

    `narrowed` if they have to be taken out before that.
    """
    rows = [{"the_id": post, "new_revision": revisions.next()} for post in posts]
    if rows:
        connection.execute(_PUT_AGAIN.values(narrowed=True) if narrowed else _PUT_AGAIN, rows)


def _within(span: tuple[int, int]) -> ColumnElement[bool]:
    after, last = span
    return (_POST["revision"] > after) & (_POST["revision"] <= last)
