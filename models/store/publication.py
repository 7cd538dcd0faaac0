"""What the index does not hold yet, and what it is known to hold."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, exists, func, select, update

from models.store.access import containers_of, places_of
from models.store.annotations import ANNOTATION, CURRENT, annotation_from, annotation_values
from models.store.audiences import tokens_of
from models.store.directory_tables import ChannelRow
from models.store.statements import RevisionSequence, among, chunks, table_of, upsert
from models.store.tables import AnnotationRow, PostRow
from models.stored import PendingPost, Published

PAGE = 5_000
"""Posts read at a time where all of them are gone through."""
IS_PENDING: ColumnElement[bool] = PostRow.published_digest != PostRow.digest
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
"""Zero-width characters: an analyser drops them, so a word may stand in a text with some of them inside."""

_POST = table_of(PostRow).columns
_READ = [
    _POST[name]
    for name in (
        "id", "revision", "digest", "deleted", "title", "text", "source_tags", "audience_id", "thread",
        "channel", "kind", "created", "account", "anonymous", "company", "unit", "published_passages",
    )
]  # fmt: skip


def pending(connection: Connection, after: int, limit: int) -> list[PendingPost]:
    """At most `limit` posts above a revision whose content or access the index lacks, lowest first."""
    return _pending(connection, _query().where(PostRow.revision > after, IS_PENDING).limit(limit))


def replay(connection: Connection, after: int, limit: int) -> list[PendingPost]:
    """At most `limit` posts, published or not, deleted or not, above a revision, lowest first."""
    return _pending(connection, _query().where(PostRow.revision > after).limit(limit))


def _query() -> "Select[*tuple[Any, ...]]":
    return select(*_READ, *ANNOTATION).outerjoin(AnnotationRow, CURRENT).order_by(PostRow.revision)


def _pending(connection: Connection, query: "Select[*tuple[Any, ...]]") -> list[PendingPost]:
    rows = connection.execute(query).all()
    tokens = tokens_of(connection, {row.audience_id for row in rows})
    places = places_of(connection, {row.channel for row in rows})
    posts = []
    for row in rows:
        (
            post, revision, digest, deleted, title, text, source_tags, audience, thread, channel, kind,
            created, account, anonymous, company, unit, passages, *annotation,
        ) = row  # fmt: skip
        place = places[channel]
        posts.append(
            PendingPost(
                id=post,
                revision=revision,
                digest=digest,
                deleted=deleted,
                title=title,
                text=text,
                source_tags=() if source_tags == "[]" else tuple(json.loads(source_tags)),
                audience=tokens[audience],
                containers=containers_of(channel, place, thread),
                thread=thread,
                channel=channel,
                network=place.network,
                kind=kind,
                created=created,
                account=None if anonymous else account,
                company=company,
                unit=unit,
                annotation=None if annotation[0] is None else annotation_from(annotation),
                published_passages=passages,
            )
        )
    return posts


def acknowledge(connection: Connection, published: Sequence[Published]) -> None:
    """Mark as published what is still as it was, and keep the annotations of that."""
    held: list[dict[str, Any]] = []
    passed: list[dict[str, Any]] = []
    read: list[dict[str, Any]] = []
    latest = {one.id: one for one in published}
    columns = ("id", "revision", "digest", "content_digest", "deleted", "published_passages")
    query = select(*(_POST[name] for name in columns)).where(among(PostRow.id, latest))
    for post, revision, digest, content, deleted, passages in connection.execute(query):
        one = latest[post]
        if (revision, digest) != (one.revision, one.digest):
            # The index holds neither the old state nor the new one: it may have more passages, and even if
            # the post changes back it must be published again.
            passed.append({"the_id": post, "new_digest": "", "new_passages": max(one.passages, passages)})
            continue
        held.append(
            {
                "the_id": post,
                "new_digest": digest,
                "new_revision": None if deleted else revision,
                "new_passages": 0 if deleted else one.passages,
            }
        )
        if one.annotation is not None and not deleted:
            read.append(annotation_values(post, content, one.annotation))
    marked: dict[str, Any] = {
        "published_digest": bindparam("new_digest"),
        "published_passages": bindparam("new_passages"),
    }
    mark = update(table_of(PostRow)).where(_POST["id"] == bindparam("the_id"))
    if held:
        connection.execute(mark.values(published_revision=bindparam("new_revision"), **marked), held)
    if passed:
        connection.execute(mark.values(**marked), passed)
    upsert(connection, AnnotationRow, read)
    _release_narrowed(connection)


def acknowledge_through(connection: Connection, revision: int) -> None:
    """After a rebuild: the index holds every post up to a revision as it is; later ones are pending."""
    passages = select(AnnotationRow.passages).where(CURRENT).scalar_subquery()
    before, after = PostRow.revision <= revision, PostRow.revision > revision
    held = {"published_revision": PostRow.revision, "published_passages": func.coalesce(passages, 0)}
    withdrawn = {"published_revision": None, "published_passages": 0}
    marked = {"published_digest": PostRow.digest}
    connection.execute(update(PostRow).where(before, ~PostRow.deleted).values(**marked, **held))
    connection.execute(update(PostRow).where(before, PostRow.deleted).values(**marked, **withdrawn))
    connection.execute(update(PostRow).where(after).values(published_digest=""))
    _release_narrowed(connection)


def withdraw_all(connection: Connection) -> None:
    """The index is gone: every post is to be put again, and what was deleted is out already."""
    gone = {"published_revision": None, "published_passages": 0}
    connection.execute(update(PostRow).where(~PostRow.deleted).values(published_digest="", **gone))
    connection.execute(update(PostRow).where(PostRow.deleted).values(published_digest=PostRow.digest, **gone))


def published(connection: Connection, after: str) -> list[tuple[str, int]]:
    """The next posts by id, after one of them, that the index holds, and the revision that it holds."""
    query = select(PostRow.id, PostRow.published_revision).where(PostRow.id > after)
    query = query.where(PostRow.published_revision.is_not(None)).order_by(PostRow.id).limit(PAGE)
    return [(post, revision) for post, revision in connection.execute(query) if revision is not None]


def containing(connection: Connection, words: Iterable[str], after: str) -> tuple[list[str], str | None]:
    """Those of the next posts by id, after one of them, whose text contains a word; and where to go on."""
    wanted = sorted({folded for word in words if (folded := _folded(word).strip())})
    query = select(PostRow.id, PostRow.title, PostRow.text).where(PostRow.id > after, ~PostRow.deleted)
    rows = connection.execute(query.order_by(PostRow.id).limit(PAGE)).all() if wanted else []
    found = re.compile("|".join(map(re.escape, wanted)))
    posts = [row.id for row in rows if found.search(_folded(f"{row.title or ''}\n{row.text}"))]
    return posts, rows[-1].id if len(rows) == PAGE else None


def reread(connection: Connection, posts: Iterable[str]) -> int:
    """Let posts be annotated and put again, under new revisions (an index ignores one that it knows)."""
    revisions = RevisionSequence(connection)
    count = 0
    again = update(table_of(PostRow)).where(_POST["id"] == bindparam("the_id"), ~_POST["deleted"])
    again = again.values(revision=bindparam("new_revision"), published_digest="")
    for chunk in chunks(posts):
        connection.execute(delete(AnnotationRow).where(among(AnnotationRow.post, chunk)))
        connection.execute(again, [{"the_id": post, "new_revision": revisions.next()} for post in chunk])
        count += len(chunk)
    revisions.keep()
    return count


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).casefold()


def _release_narrowed(connection: Connection) -> None:
    waiting = exists().where(PostRow.channel == ChannelRow.id, IS_PENDING)
    caught_up = update(ChannelRow).where(ChannelRow.narrowed.is_not(None), ~waiting)
    connection.execute(caught_up.values(narrowed=None))
