"""Reading posts under a scope, checked in SQL: what it does not see never leaves the database."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from models.records import Attachment
from models.scope import Scope
from models.store.access import place_of
from models.store.audiences import visible
from models.store.directory_tables import ChannelRow
from models.store.employments import accounts_of
from models.store.people import authors
from models.store.statements import among
from models.store.tables import AttachmentRow, LinkRow, PostRow
from models.stored import StoredPost

_COLUMNS = (
    PostRow.id, PostRow.revision, PostRow.kind, PostRow.channel, PostRow.company, PostRow.unit,
    PostRow.thread, PostRow.parent, PostRow.title, PostRow.text, PostRow.created, PostRow.edited,
    PostRow.anonymous, PostRow.account, PostRow.source_tags, PostRow.url,
    ChannelRow.name.label("channel_name"), ChannelRow.network,
)  # fmt: skip


def posts(connection: Connection, ids: Collection[str], scope: Scope, at: datetime) -> dict[str, StoredPost]:
    """The visible ones of the posts, by id."""
    rows = connection.execute(_seen(scope).where(among(PostRow.id, ids))).all()
    return {post.id: post for post in _stored(connection, rows, scope, at)}


def threads_of(connection: Connection, ids: Collection[str], scope: Scope) -> dict[str, str]:
    """The thread of each visible one of the posts."""
    query = select(PostRow.id, PostRow.thread).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    seen = dict(connection.execute(query.where(among(PostRow.id, ids), visible(scope))).tuples().all())
    names = _threads(connection, seen, scope)
    return {post: names[thread] for post, thread in seen.items()}


def thread(connection: Connection, thread: str, scope: Scope, limit: int, at: datetime) -> list[StoredPost]:
    """The first `limit` visible posts of the thread of a visible post, by time."""
    named = select(PostRow.thread).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    root = connection.execute(named.where(PostRow.id == thread, visible(scope))).scalar()
    query = _seen(scope).where(PostRow.thread == root).order_by(PostRow.created, PostRow.id).limit(limit)
    return _stored(connection, connection.execute(query).all(), scope, at)


def posts_by(connection: Connection, person: str, scope: Scope, limit: int, at: datetime) -> list[StoredPost]:
    """The last `limit` visible posts of a person's accounts, newest first, never anonymous ones."""
    accounts = accounts_of(connection, [person]).get(person, [])
    query = _seen(scope).where(among(PostRow.account, accounts), ~PostRow.anonymous)
    query = query.order_by(PostRow.created.desc(), PostRow.id).limit(limit)
    return _stored(connection, connection.execute(query).all(), scope, at)


def _seen(scope: Scope) -> "Select[*tuple[Any, ...]]":
    return select(*_COLUMNS).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel).where(visible(scope))


def _stored(
    connection: Connection, rows: Sequence["Row[*tuple[Any, ...]]"], scope: Scope, at: datetime
) -> list[StoredPost]:
    ids = [row.id for row in rows]
    links, files = _links(connection, ids), _files(connection, ids)
    parents = _visible(connection, {row.parent for row in rows if row.parent}, scope)
    threads = _threads(connection, {row.id: row.thread for row in rows}, scope)
    named = {row.account for row in rows if row.account and not row.anonymous}
    written_by = authors(connection, named, at)
    posts = []
    for row in rows:
        (
            post, revision, kind, channel, company, unit, thread, parent, title, text, created, edited,
            anonymous, account, source_tags, url, channel_name, network,
        ) = row  # fmt: skip
        posts.append(
            StoredPost(
                id=post,
                revision=revision,
                kind=kind,
                channel=channel,
                channel_name=channel_name or channel,
                network=network or place_of(channel, None).network,
                company=None if anonymous else company,
                unit=None if anonymous else unit,
                thread=threads[thread],
                # Who begins a thread answers nobody: so a circle of replies is shown as a thread.
                parent=parent if parent in parents and threads[thread] != post else None,
                title=title,
                text=text,
                created=created,
                edited=edited,
                anonymous=anonymous,
                author=None if anonymous else written_by.get(account),
                tags=() if source_tags == "[]" else tuple(json.loads(source_tags)),
                links=tuple(links.get(post, ())),
                attachments=tuple(files.get(post, ())),
                url=url,
            )
        )
    return posts


def _visible(connection: Connection, ids: Collection[str], scope: Scope) -> set[str]:
    if not ids:
        return set()
    query = select(PostRow.id).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    return set(connection.execute(query.where(among(PostRow.id, ids), visible(scope))).scalars())


def _threads(connection: Connection, seen: Mapping[str, str], scope: Scope) -> dict[str, str]:
    """What the threads of these visible posts are called: each by its root, or its first visible post."""
    threads = set(seen.values())
    roots = threads & seen.keys()
    roots |= _visible(connection, threads - roots, scope)
    names = {root: root for root in roots}
    if len(names) == len(threads):
        return names
    query = select(PostRow.thread, PostRow.id).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    query = query.where(among(PostRow.thread, threads - roots), visible(scope))
    for thread, post in connection.execute(query.order_by(PostRow.created, PostRow.id)):
        names.setdefault(thread, post)
    return names


def _links(connection: Connection, ids: Collection[str]) -> dict[str, list[str]]:
    links: dict[str, list[str]] = defaultdict(list)
    query = select(LinkRow.post, LinkRow.url).where(among(LinkRow.post, ids)).order_by(LinkRow.position)
    for post, url in connection.execute(query):
        links[post].append(url)
    return links


def _files(connection: Connection, ids: Collection[str]) -> dict[str, list[Attachment]]:
    files: dict[str, list[Attachment]] = defaultdict(list)
    columns = (
        AttachmentRow.post,
        AttachmentRow.name,
        AttachmentRow.url,
        AttachmentRow.media_type,
        AttachmentRow.size,
    )
    query = select(*columns).where(among(AttachmentRow.post, ids)).order_by(AttachmentRow.position)
    for post, name, url, media_type, size in connection.execute(query):
        files[post].append(Attachment(name=name, url=url, media_type=media_type, size=size))
    return files
