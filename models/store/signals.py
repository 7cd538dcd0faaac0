"""Signals of posts: read at ranking, under the reader's scope."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, exists, func, or_, select

from models.scope import Scope
from models.store.annotations import passages
from models.store.audiences import seen_by, visible
from models.store.directory_tables import ChannelRow
from models.store.employments import persons_of
from models.store.reading import thread_names
from models.store.statements import among_given, listed
from models.store.tables import AcceptanceRow, Instant, PostRow, ReactionRow, VerificationRow, ViewsRow
from models.stored import NO_SIGNALS, Signals, Standing

_REACTIONS = select(ReactionRow.post, ReactionRow.kind, ReactionRow.account, ReactionRow.count).where(
    among_given(ReactionRow.post, "ids"), ReactionRow.count > 0
)


def signals(connection: Connection, ids: Collection[str], scope: Scope, at: datetime) -> dict[str, Signals]:
    """What people did with the visible ones of the posts; every visible post has an entry.

    Named reactions of the author, through whichever account of theirs, are no reactors; those of an anonymous
    author are, because leaving them out would tell who it is. A reply counts where the scope sees it.
    """
    return {post: done for post, _, done in _signals(connection, ids, scope, at)}


def standings(
    connection: Connection, numbers: Mapping[str, int], scope: Scope, at: datetime
) -> dict[str, Standing]:
    """Thread, signals and the passage of the number given of the visible ones of the posts."""
    rows = _signals(connection, numbers, scope, at)
    names = thread_names(connection, {post: thread for post, thread, _ in rows}, scope)
    read = passages(connection, numbers, scope)
    return {post: Standing(names[thread], done, read.get(post)) for post, thread, done in rows}


def _signals(
    connection: Connection, ids: Collection[str], scope: Scope, at: datetime
) -> list[tuple[str, str, Signals]]:
    """Post, stored thread and signals of each visible post."""
    seen = seen_by(scope)
    given = {"ids": listed(ids), "at": at, **seen}
    rows = connection.execute(_seen(bool(scope.denied)), given).all()
    writers = {row.id: row.writer for row in rows}
    among_them = {"ids": listed(writers)}
    replies: dict[str | None, int] = dict(
        connection.execute(_replies(bool(scope.denied)), {**among_them, **seen}).all()
    )
    reacted = connection.execute(_REACTIONS, among_them).all()
    reactions, reactors = _reactions(connection, reacted, writers)
    done = {
        row.id: Signals(
            reactions=reactions.get(row.id, {}),
            reactors=reactors[row.id],
            replies=replies.get(row.id, 0),
            accepted=row.accepted,
            verified=row.verified,
            views=row.views or 0,
        )
        for row in rows
        if row.accepted or row.verified or row.views or row.id in replies or row.id in reactions
    }
    return [(row.id, row.thread, done.get(row.id, NO_SIGNALS)) for row in rows]


@cache
def _seen(denials: bool) -> "Select[*tuple[Any, ...]]":
    accepted = exists().where(AcceptanceRow.answer == PostRow.id, AcceptanceRow.accepted)
    verified = exists().where(
        VerificationRow.post == PostRow.id,
        VerificationRow.verified,
        or_(VerificationRow.until.is_(None), VerificationRow.until > bindparam("at", type_=Instant())),
    )
    views = select(ViewsRow.count).where(ViewsRow.post == PostRow.id).scalar_subquery()
    query = select(
        PostRow.id,
        PostRow.thread,
        case((PostRow.anonymous, None), else_=PostRow.account).label("writer"),
        accepted.label("accepted"),
        verified.label("verified"),
        views.label("views"),
    )
    query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    return query.where(among_given(PostRow.id, "ids"), visible(denials))


@cache
def _replies(denials: bool) -> "Select[str | None, int]":
    query = select(PostRow.parent, func.count())
    query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    query = query.where(visible(denials), among_given(PostRow.parent, "ids"), PostRow.thread != PostRow.id)
    return query.group_by(PostRow.parent)


def _reactions(
    connection: Connection, rows: Iterable[Any], writers: Mapping[str, str | None]
) -> tuple[dict[str, dict[str, int]], Counter[str]]:
    reactions: dict[str, dict[str, int]] = defaultdict(dict)
    reactors: Counter[str] = Counter()
    if not rows:
        return reactions, reactors
    accounts = {row.account for row in rows} | {writer for row in rows if (writer := writers[row.post])}
    persons = persons_of(connection, accounts)
    for post, kind, account, count in rows:
        kinds = reactions[post]
        kinds[kind] = kinds.get(kind, 0) + count
        writer = writers[post]
        # An account without a known person stands for itself; unnamed reactions are nobody's own.
        if not writer or persons.get(account, account) != persons.get(writer, writer):
            reactors[post] += count
    return reactions, reactors
