"""Signals of posts: read at ranking, under the reader's scope."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, case, func, or_, select

from models.scope import Scope
from models.store.audiences import visible
from models.store.directory_tables import ChannelRow
from models.store.employments import persons_of
from models.store.statements import among
from models.store.tables import AcceptanceRow, PostRow, ReactionRow, VerificationRow, ViewsRow
from models.stored import Signals


def signals(connection: Connection, ids: Collection[str], scope: Scope, at: datetime) -> dict[str, Signals]:
    """What people did with the visible ones of the posts; every visible post has an entry.

    Named reactions of the author, through whichever account of theirs, are no reactors; those of an anonymous
    author are, because leaving them out would tell who it is. A reply counts where the scope sees it.
    """
    writer = case((PostRow.anonymous, None), else_=PostRow.account)
    seen = select(PostRow.id, writer).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    seen = seen.where(visible(scope), among(PostRow.id, ids))
    writers: dict[str, str | None] = dict(connection.execute(seen).all())
    replied = (
        select(PostRow.parent, func.count())
        .outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
        .where(visible(scope), among(PostRow.parent, writers), PostRow.thread != PostRow.id)
        .group_by(PostRow.parent)
    )
    viewed = select(ViewsRow.post, ViewsRow.count).where(among(ViewsRow.post, writers))
    accepted = select(AcceptanceRow.answer).where(
        among(AcceptanceRow.answer, writers), AcceptanceRow.accepted
    )
    verified = select(VerificationRow.post).where(
        among(VerificationRow.post, writers),
        VerificationRow.verified,
        or_(VerificationRow.until.is_(None), VerificationRow.until > at),
    )
    replies = dict(connection.execute(replied).all())
    views = dict(connection.execute(viewed).all())
    are_accepted = set(connection.execute(accepted).scalars())
    are_verified = set(connection.execute(verified).scalars())
    reactions, reactors = _reactions(connection, writers)
    return {
        post: Signals(
            reactions=reactions[post],
            reactors=reactors[post],
            replies=replies.get(post, 0),
            accepted=post in are_accepted,
            verified=post in are_verified,
            views=views.get(post, 0),
        )
        for post in writers
    }


def _reactions(
    connection: Connection, writers: dict[str, str | None]
) -> tuple[dict[str, dict[str, int]], Counter[str]]:
    columns = (ReactionRow.post, ReactionRow.kind, ReactionRow.account, ReactionRow.count)
    query = select(*columns).where(among(ReactionRow.post, writers), ReactionRow.count > 0)
    rows = connection.execute(query).all()
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
