"""Signals of posts: read at ranking, under the reader's scope."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, exists, func, or_, select

from models.scope import Scope
from models.store.annotations import CURRENT, PASSAGE, passage_of
from models.store.audiences import seen_by, visible
from models.store.directory_tables import ChannelRow
from models.store.employments import persons_of
from models.store.reading import thread_names
from models.store.statements import among_given, listed
from models.store.tables import (
    AcceptanceRow,
    AnnotationRow,
    Instant,
    PostRow,
    ReactionRow,
    VerificationRow,
    ViewsRow,
)
from models.stored import NO_SIGNALS, RankingFeatures, Signals

_REACTIONS = select(ReactionRow.post, ReactionRow.kind, ReactionRow.account, ReactionRow.count).where(
    among_given(ReactionRow.post, "ids"), ReactionRow.count > 0
)


def signals(connection: Connection, ids: Collection[str], scope: Scope, at: datetime) -> dict[str, Signals]:
    """What people did with the visible ones of the posts; every visible post has an entry.

    A person is one reactor, however many kinds they give through however many accounts. Of reactions whose
    givers are not named, those of one kind are of different people, those of two kinds may be of the same.
    Named reactions of the author, through whichever account of theirs, are no reactors; those of an anonymous
    author are, because leaving them out would tell who it is. A reply counts where the scope sees it.
    """
    seen = seen_by(scope)
    given = {"ids": listed(ids), "at": at, **seen}
    rows = connection.execute(_seen(bool(scope.denied), with_passages=False), given).all()
    done = _done(connection, rows, scope)
    return {row.id: done.get(row.id, NO_SIGNALS) for row in rows}


def ranking_features(
    connection: Connection, numbers: Mapping[str, int], scope: Scope, at: datetime
) -> dict[str, RankingFeatures]:
    """Thread, signals and the passage of the number given of the visible ones of the posts."""
    given = {"ids": listed(numbers), "at": at, **seen_by(scope)}
    rows = connection.execute(_seen(bool(scope.denied), with_passages=True), given).all()
    done = _done(connection, rows, scope)
    names = thread_names(connection, {row.id: row.thread for row in rows}, scope)
    return {
        row.id: RankingFeatures(
            names[row.thread],
            done.get(row.id, NO_SIGNALS),
            passage_of(numbers[row.id], *row[-len(PASSAGE) :]),
        )
        for row in rows
    }


def _done(connection: Connection, rows: Sequence[Any], scope: Scope) -> dict[str, Signals]:
    """The signals of the posts with which anything was done."""
    writers = {row.id: row.writer for row in rows}
    among_them = {"ids": listed(writers)}
    replies: dict[str | None, int] = dict(
        connection.execute(_replies(bool(scope.denied)), {**among_them, **seen_by(scope)}).all()
    )
    reacted = connection.execute(_REACTIONS, among_them).all()
    reactions, reactors = _reactions(connection, reacted, writers)
    return {
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


@cache
def _seen(denials: bool, *, with_passages: bool) -> "Select[*tuple[Any, ...]]":
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
        *(PASSAGE if with_passages else ()),
    )
    query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    if with_passages:
        query = query.outerjoin(AnnotationRow, CURRENT)
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
    if not rows:
        return reactions, Counter()
    givers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    unnamed: dict[str, Counter[str]] = defaultdict(Counter)
    accounts = {row.account for row in rows} | {writer for row in rows if (writer := writers[row.post])}
    persons = persons_of(connection, accounts)
    for post, kind, account, count in rows:
        if account:
            # An account without a known person stands for itself.
            givers[post][kind].add(persons.get(account, account))
        else:
            unnamed[post][kind] += count
    reactors: Counter[str] = Counter()
    for post in givers.keys() | unnamed.keys():
        kinds = givers[post].keys() | unnamed[post].keys()
        reactions[post] = {kind: len(givers[post][kind]) + unnamed[post][kind] for kind in sorted(kinds)}
        writer = writers[post]
        own = {persons.get(writer, writer)} if writer else set()
        named = set[str]().union(*givers[post].values()) - own
        reactors[post] = len(named) + max(unnamed[post].values(), default=0)
    return reactions, reactors
