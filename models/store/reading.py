"""Reading posts under a scope, checked in SQL: what it does not see never leaves the database."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from models.moments import FUTURE, LocalTime
from models.records import Attachment
from models.scope import Scope, is_guest
from models.store.access import PLACE, is_seen, place_of
from models.store.audiences import only_visible, seen_by, visible
from models.store.directory_tables import ChannelRow
from models.store.employments import owned_by
from models.store.people import authors
from models.store.prepared_query import rows_of
from models.store.statements import among_given, listed
from models.store.table import Instant, aliased
from models.store.tables import AttachmentRow, LinkRow, MentionRow, PostRow
from models.stored import StoredPost

_COLUMNS = (
    PostRow.id, PostRow.revision, PostRow.kind, PostRow.channel, PostRow.company, PostRow.unit,
    PostRow.thread, PostRow.parent, PostRow.title, PostRow.text, PostRow.created, PostRow.edited,
    PostRow.anonymous, PostRow.account, PostRow.source_tags, PostRow.url,
    ChannelRow.name, ChannelRow.network, ChannelRow.company, ChannelRow.private, ChannelRow.kind,
)  # fmt: skip
_NO_TEXT, _NO_NUMBER = cast(null(), Text), cast(null(), Integer)
_BESIDE: "CompoundSelect[*tuple[Any, ...]]" = union_all(
    select(
        LinkRow.post,
        LinkRow.position,
        literal("link").label("what"),
        LinkRow.url.label("value"),
        _NO_TEXT.label("url"),
        _NO_TEXT.label("media_type"),
        _NO_NUMBER.label("size"),
    ).where(among_given(LinkRow.post, "ids")),
    select(
        MentionRow.post,
        MentionRow.position,
        literal("mention"),
        MentionRow.account,
        _NO_TEXT,
        _NO_TEXT,
        _NO_NUMBER,
    ).where(among_given(MentionRow.post, "ids")),
    select(
        AttachmentRow.post,
        AttachmentRow.position,
        literal("file"),
        AttachmentRow.name,
        AttachmentRow.url,
        AttachmentRow.media_type,
        AttachmentRow.size,
    ).where(among_given(AttachmentRow.post, "ids")),
).order_by("position")
"""Links, mentions and files in one statement: each is nothing of most posts."""


def posts(connection: Connection, ids: Collection[str], scope: Scope, at: LocalTime) -> dict[str, StoredPost]:
    """The visible ones of the posts, by id."""
    rows = rows_of(connection, _by_id(bool(scope.denied)), {"ids": listed(ids), **seen_by(scope)})
    return {post.id: post for post in _stored(connection, rows, scope, at)}


def thread(connection: Connection, thread: str, scope: Scope, limit: int, at: LocalTime) -> list[StoredPost]:
    """The first `limit` visible posts of the thread of a visible post, by time."""
    query, given = _of_thread(bool(scope.denied)), {"thread": thread, "most": limit, **seen_by(scope)}
    return _stored(connection, rows_of(connection, query, given), scope, at)


def posts_by(
    connection: Connection, person: str, scope: Scope, limit: int, at: LocalTime
) -> list[StoredPost]:
    """The last `limit` visible posts of a person's accounts, newest first, never anonymous ones.

    What is dated in the future comes last: nobody knows when it was written.
    """
    given = {"persons": listed([person]), "most": limit, "latest": at + FUTURE}
    query = _by_accounts(bool(scope.denied))
    return _stored(connection, rows_of(connection, query, {**given, **seen_by(scope)}), scope, at)


# Statements are built once for each of the two shapes of `visible`: building takes as long as running.


@cache
def _seen(denials: bool) -> "Select[*tuple[Any, ...]]":
    return select(*_COLUMNS).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel).where(visible(denials))


@cache
def _by_id(denials: bool) -> "Select[*tuple[Any, ...]]":
    return _seen(denials).where(among_given(PostRow.id, "ids"))


@cache
def _of_thread(denials: bool) -> "Select[*tuple[Any, ...]]":
    named = aliased(PostRow)
    root = only_visible(select(named.thread).where(named.id == bindparam("thread")), denials, named)
    query = _seen(denials).where(PostRow.thread == root.scalar_subquery())
    return query.order_by(PostRow.created, PostRow.id).limit(bindparam("most"))


@cache
def _by_accounts(denials: bool) -> "Select[*tuple[Any, ...]]":
    query = _seen(denials).where(PostRow.account.in_(owned_by("persons")), ~PostRow.anonymous)
    has_not_come = PostRow.created > bindparam("latest", type_=Instant())
    return query.order_by(has_not_come, PostRow.created.desc(), PostRow.id).limit(bindparam("most"))


def _stored(connection: Connection, rows: Sequence[Any], scope: Scope, at: LocalTime) -> list[StoredPost]:
    if not rows:
        return []
    links, mentions, files = beside_of(connection, [row.id for row in rows])
    parents = {row.parent for row in rows if row.parent}
    threads = thread_names(connection, {row.id: row.thread for row in rows}, scope, others=parents)
    named = {row.account for row in rows if row.account and not row.anonymous}
    named.update(account for accounts in mentions.values() for account in accounts)
    written_by = authors(connection, named, scope, at)
    posts = []
    for row in rows:
        (
            post, revision, kind, channel, company, unit, thread, parent, title, text, created, edited,
            anonymous, account, source_tags, url, channel_name, *place,
        ) = row  # fmt: skip
        known = channel_name and dict(zip(PLACE, place, strict=True))
        network = place_of(channel, known or None).network
        # Who reads a post for its own audience need not learn in which hidden place it was written.
        channel_seen = is_seen(channel, known or None, scope)
        posts.append(
            StoredPost(
                id=post,
                revision=revision,
                kind=kind,
                channel=channel if channel_seen else "",
                channel_name=(channel_name or channel) if channel_seen else network,
                network=network,
                company=None if anonymous or is_guest(scope) else company,
                unit=None if anonymous or is_guest(scope) else unit,
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
                mentions=tuple(written_by[mentioned] for mentioned in mentions.get(post, ())),
                attachments=tuple(files.get(post, ())),
                url=url,
            )
        )
    return posts


def _visible(connection: Connection, ids: Collection[str], scope: Scope) -> set[str]:
    if not ids:
        return set()
    given = {"ids": listed(ids), **seen_by(scope)}
    return {post for (post,) in rows_of(connection, _visible_ids(bool(scope.denied)), given)}


@cache
def _visible_ids(denials: bool) -> "Select[str]":
    query = select(PostRow.id).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    return query.where(among_given(PostRow.id, "ids"), visible(denials))


def thread_names(
    connection: Connection,
    seen: Mapping[str, str],
    scope: Scope,
    *,
    others: "set[str] | None" = None,
) -> dict[str, str]:
    """What the threads of visible posts (by post) are called: by root, or first post that is visible.

    Of the `others`, looked up on the way, only those are left that are visible.
    """
    threads = set(seen.values())
    others = set() if others is None else others
    found = _visible(connection, (threads | others) - seen.keys(), scope)
    others.intersection_update(found | seen.keys())
    roots = threads & (found | seen.keys())
    names = {root: root for root in roots}
    if len(names) == len(threads):
        return names
    given = {"threads": listed(threads - roots), **seen_by(scope)}
    for thread, post in rows_of(connection, _in_threads(bool(scope.denied)), given):
        names.setdefault(thread, post)
    return names


@cache
def _in_threads(denials: bool) -> "Select[str, str]":
    query = select(PostRow.thread, PostRow.id).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    query = query.where(among_given(PostRow.thread, "threads"), visible(denials))
    return query.order_by(PostRow.created, PostRow.id)


def beside_of(
    connection: Connection, ids: Collection[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[Attachment]]]:
    """The addresses that the posts link to, the accounts that they mention, and their files."""
    links: dict[str, list[str]] = defaultdict(list)
    mentions: dict[str, list[str]] = defaultdict(list)
    files: dict[str, list[Attachment]] = defaultdict(list)
    for post, _, what, value, url, media_type, size in rows_of(connection, _BESIDE, {"ids": listed(ids)}):
        if what == "file":
            files[post].append(Attachment(name=value, url=url, media_type=media_type, size=size))
        else:
            (links if what == "link" else mentions)[post].append(value)
    return links, mentions, files
