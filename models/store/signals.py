"""Signals of posts, and all else that their rank depends on: read at ranking, under the reader's scope."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, exists, func, null, or_, select, true, union

from models.ranking_features import Conversations, Placement, Ranked, RankingFeatures
from models.scope import Scope
from models.store.annotations import CURRENT, PASSAGE, passage_of
from models.store.audiences import only_visible, seen_by, visible
from models.store.directory_tables import AccountLinkRow, AccountRow, ChannelRow
from models.store.employments import OWNER
from models.store.moment import Moment
from models.store.prepared_query import rows_of
from models.store.reading import thread_names
from models.store.statements import among_given, listed
from models.store.succession_marks import SOLUTION, TOLD, succeeded_by
from models.store.table import Instant, aliased
from models.store.tables import (
    AcceptanceRow,
    AnnotationRow,
    PostRow,
    ReactionRow,
    VerificationRow,
    ViewsRow,
)
from models.stored import NO_SIGNALS, Signals

_REACTIONS = (
    select(ReactionRow.post, ReactionRow.kind, ReactionRow.account, ReactionRow.count, OWNER.label("owner"))
    .outerjoin(AccountRow, AccountRow.id == ReactionRow.account)
    .outerjoin(AccountLinkRow, AccountLinkRow.account == ReactionRow.account)
    .where(among_given(ReactionRow.post, "ids"), ReactionRow.count > 0)
)


def signals(connection: Connection, ids: Collection[str], scope: Scope, at: datetime) -> dict[str, Signals]:
    """What people did with the visible ones of the posts; every visible post has an entry.

    A person is one reactor, however many kinds they give through however many accounts. Of reactions whose
    givers are not named, those of one kind are of different people, those of two kinds may be of the same.
    Named reactions of the author, through whichever account of theirs, are no reactors; those of an anonymous
    author are, because leaving them out would tell who it is. A reply counts where the scope sees it.
    """
    if not ids:
        return {}
    given = {"ids": listed(ids), "at": at, **seen_by(scope)}
    rows = rows_of(connection, _signals(bool(scope.denied)), given)
    done = _done(connection, rows)
    return {row.id: done.get(row.id, NO_SIGNALS) for row in rows}


def ranking_features(
    moment: Moment, numbers: Mapping[str, int], scope: Scope, at: datetime, *, placed: bool
) -> Ranked:
    """What ranking needs of the visible ones of the posts, each given with the number of a passage; `placed`
    asks where they stand, and which are alone there.
    """
    if not numbers:
        return {}
    connection = moment.connection
    given = {"ids": listed(numbers), "at": at, **seen_by(scope)}
    rows = rows_of(connection, _features(bool(scope.denied), placed), given)
    done = _done(connection, rows)
    names = thread_names(connection, {row[0]: row[1] for row in rows}, scope)
    succeeded = succeeded_by(moment, rows, names, scope)
    found = {row[0]: _ranked_by(row, names[row[1]], done, numbers[row[0]], succeeded) for row in rows}
    moment.known(ranking_features, scope).update(found)
    return found


def conversations(
    moment: Moment,
    threads: Collection[str],
    scope: Scope,
    at: datetime,
    *,
    whole: Collection[str],
    most: int,
    texts: bool,
) -> Conversations:
    """Openers and accepted answers of threads, and the first `most` posts of those of them that are `whole`.

    Threads go by the names that the scope knows them by: the first of their posts that it sees. Without
    `texts` nothing is told of what is written: no passage, no terms, no topics.
    """
    if not threads:
        return Conversations({}, {})
    connection = moment.connection
    # Where many posts open their own threads, most openers have been read already.
    known = moment.known(ranking_features, scope)
    named = set(threads)
    given = {
        "threads": listed(named),
        "unread": listed(named - known.keys()),
        "whole": listed(whole),
        "most": most,
        "at": at,
        **seen_by(scope),
    }
    rows = rows_of(connection, _around(bool(scope.denied), texts), given)
    done = _done(connection, rows)
    # By its root goes each thread whose root the scope sees; of others the first visible post tells the name.
    names = {row[1]: row[1] if row[1] in named else row[0] for row in rows if not named.isdisjoint(row[:2])}
    if unnamed := {row[0]: row[1] for row in rows if row[1] not in names}:
        called = thread_names(connection, unnamed, scope)
        names |= {thread: post for thread, post in called.items() if post in named}
    succeeded = succeeded_by(moment, rows, names, scope)
    found = {row[0]: _ranked_by(row, names[row[1]], done, 0, succeeded) for row in rows if row[1] in names}
    return Conversations(
        openers={id_: found.get(id_) or known[id_] for id_ in named & (found.keys() | known.keys())},
        members={id_: features for id_, features in found.items() if id_ not in named},
    )


def _ranked_by(
    row: Any,
    thread: str,
    done: Mapping[str, Signals],
    number: int,
    succeeded: Mapping[str, tuple[str, ...]],
) -> RankingFeatures:
    # Hundreds of rows a question: by name each column would cost as much as reading it.
    (
        post, root, writer, owner, _, _, _, _, kind, parent, created, bot, _, solution, others, topics,
        title, text, language, passages, forms, headers, *place,
    ) = row  # fmt: skip
    author = f"person:{owner}" if owner else f"account:{writer}"
    is_read = passages is not None
    return RankingFeatures(
        thread=thread,
        kind=kind,
        # Who begins a thread answers nobody, whatever they reply to.
        replies_to=parent is not None and post != thread,
        created=created,
        author=None if writer is None or bot else author,
        signals=done.get(post, NO_SIGNALS),
        passage=passage_of(number, title, text, language, passages, forms, headers),
        terms=forms if is_read else "",
        topics=topics if is_read else "[]",
        placement=Placement(*place) if place else None,
        alone=root == post and not others,
        succeeded_by=succeeded.get(post, ()),
        opener_succeeded_by=succeeded.get(thread, ()),
        answer_succeeded_by=succeeded.get(solution, ()),
    )


def _done(connection: Connection, rows: Sequence[Any]) -> dict[str, Signals]:
    """The signals of the posts with which anything was done."""
    ids = [row[0] for row in rows]
    reacted = rows_of(connection, _REACTIONS, {"ids": listed(ids)}) if rows else ()
    reactions, reactors = _reactions(reacted, {row.id: row.owner or row.writer for row in rows if reacted})
    return {
        post: Signals(
            reactions=reactions.get(post, {}),
            reactors=reactors[post],
            replies=replies,
            accepted=accepted,
            verified=verified,
            views=views or 0,
        )
        for post, _, _, _, accepted, verified, views, replies, *_ in rows
        if accepted or verified or views or replies or post in reactions
    }


def _of_posts(denials: bool, *further: Any) -> "Select[*tuple[Any, ...]]":
    accepted = exists().where(AcceptanceRow.answer == PostRow.id, AcceptanceRow.accepted)
    verified = exists().where(
        VerificationRow.post == PostRow.id,
        VerificationRow.verified,
        or_(VerificationRow.until.is_(None), VerificationRow.until > bindparam("at", type_=Instant())),
    )
    views = select(ViewsRow.count).where(ViewsRow.post == PostRow.id).scalar_subquery()
    writer = case((PostRow.anonymous, None), else_=PostRow.account)
    return (
        select(
            PostRow.id,
            PostRow.thread,
            writer.label("writer"),
            case((PostRow.anonymous, None), else_=OWNER).label("owner"),
            accepted.label("accepted"),
            verified.label("verified"),
            views.label("views"),
            _replies(denials).label("replies"),
            *further,
        )
        .outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
        .outerjoin(AccountRow, AccountRow.id == PostRow.account)
        .outerjoin(AccountLinkRow, AccountLinkRow.account == PostRow.account)
        .where(visible(denials))
    )


def _replies(denials: bool) -> Any:
    """How many visible replies a post has."""
    reply = aliased(PostRow)
    query = select(func.count()).select_from(reply)
    query = query.where(reply.parent == PostRow.id, reply.thread != reply.id)
    return only_visible(query, denials, reply).scalar_subquery()


def _others(denials: bool) -> Any:
    """Whether other visible posts stand in the thread that a post began."""
    other = aliased(PostRow)
    query = select(other.id).select_from(other)
    query = query.where(other.thread == PostRow.id, other.id != PostRow.id)
    return exists(only_visible(query, denials, other)).label("others")


@cache
def _signals(denials: bool) -> "Select[*tuple[Any, ...]]":
    return _of_posts(denials).where(among_given(PostRow.id, "ids"))


_NEEDED = (PostRow.kind, PostRow.parent, PostRow.created, AccountRow.bot, TOLD, SOLUTION)
_NO_TEXT = (null(),) * (1 + len(PASSAGE))


def _with_passages(denials: bool, others: Any, *place: Any) -> "Select[*tuple[Any, ...]]":
    further = (*_NEEDED, others, AnnotationRow.topics, *PASSAGE, *place)
    return _of_posts(denials, *further).outerjoin(AnnotationRow, CURRENT)


@cache
def _features(denials: bool, placed: bool) -> "Select[*tuple[Any, ...]]":
    # In a small team the unit alone would name an anonymous author.
    employer = (case((PostRow.anonymous, None), else_=column) for column in (PostRow.company, PostRow.unit))
    rows = (
        _with_passages(denials, _others(denials), PostRow.channel, *employer)
        if placed
        else _with_passages(denials, true())
    )
    return rows.where(among_given(PostRow.id, "ids"))


@cache
def _around(denials: bool, texts: bool) -> "Select[*tuple[Any, ...]]":
    named, member = aliased(PostRow), aliased(PostRow)
    threads = select(named.thread).where(among_given(named.id, "whole"))
    order = func.row_number().over(partition_by=member.thread, order_by=(member.created, member.id))
    placed = select(member.id.label("id"), order.label("place")).select_from(member)
    first = only_visible(placed.where(member.thread.in_(threads)), denials, member).subquery()
    around = union(
        select(named.id).where(among_given(named.id, "unread")),
        select(first.c.id).where(first.c.place <= bindparam("most")),
        select(AcceptanceRow.answer).where(
            among_given(AcceptanceRow.question, "threads"), AcceptanceRow.accepted
        ),
    )
    rows = _with_passages(denials, true()) if texts else _of_posts(denials, *_NEEDED, true(), *_NO_TEXT)
    return rows.where(PostRow.id.in_(around))


def _reactions(
    rows: Iterable[Any], writers: Mapping[str, str | None]
) -> tuple[dict[str, dict[str, int]], Counter[str]]:
    """By post its reactions by kind, and how many come from others; `writers` are persons, or accounts of
    nobody known.
    """
    reactions: dict[str, dict[str, int]] = defaultdict(dict)
    givers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    unnamed: dict[str, Counter[str]] = defaultdict(Counter)
    for post, kind, account, count, owner in rows:
        if account:
            # An account without a known person stands for itself.
            givers[post][kind].add(owner or account)
        else:
            unnamed[post][kind] += count
    reactors: Counter[str] = Counter()
    for post in givers.keys() | unnamed.keys():
        kinds = givers[post].keys() | unnamed[post].keys()
        reactions[post] = {kind: len(givers[post][kind]) + unnamed[post][kind] for kind in sorted(kinds)}
        named = set[str]().union(*givers[post].values()) - {writers[post] or ""}
        reactors[post] = len(named) + max(unnamed[post].values(), default=0)
    return reactions, reactors
