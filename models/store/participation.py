"""One person as a writer: their accounts, their own posts and deeds, and where they may write."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    null,
    or_,
    select,
    union_all,
)

from models.scope import Scope
from models.store.access import is_seen
from models.store.audiences import seen_by, tokens_of, visible
from models.store.directory_tables import AccountRow, ChannelRow, FollowRow
from models.store.employments import accounts_of, owned_by
from models.store.statements import among, among_given, listed
from models.store.table import Instant
from models.store.tables import PostRow, ReactionRow, VerificationRow
from models.stored import Place

NATIVE = "dure"
"""The network of what is written here."""


def native_account(person: str) -> str:
    """The id of the account that a person writes by here; an anonymous post bears it before it is known."""
    return f"{NATIVE}:{person}"


class OwnDeeds(NamedTuple):
    """The posts that a person wrote, and their reactions: (post, kind, account)."""

    written: frozenset[str]
    reactions: frozenset[tuple[str, str, str]]


def _is_of(account: ColumnElement[Any], persons: str, native: str) -> ColumnElement[bool]:
    """That an account is one of the given persons', or is going to be theirs here."""
    given = bindparam(native, type_=Text())
    # One that is known and not the person's was linked to somebody else, who has its posts now.
    unknown = ~exists().where(AccountRow.id == given)
    return or_(account.in_(owned_by(persons)), and_(account == given, unknown))


_AT = bindparam("at", type_=Instant())
_NOTHING = cast(null(), Text)
_OWN: "CompoundSelect[*tuple[Any, ...]]" = union_all(
    select(PostRow.id, _NOTHING.label("kind"), _NOTHING.label("account")).where(
        among_given(PostRow.id, "posts"), ~PostRow.deleted, _is_of(PostRow.account, "persons", "native")
    ),
    select(ReactionRow.post, ReactionRow.kind, ReactionRow.account).where(
        among_given(ReactionRow.post, "posts"),
        _is_of(ReactionRow.account, "persons", "native"),
        ReactionRow.count > 0,
    ),
)
_FOLLOWS = select(FollowRow.follower, FollowRow.followed, FollowRow.since).where(
    _is_of(FollowRow.follower, "persons", "native"),
    _is_of(FollowRow.followed, "followed", "native_followed"),
    or_(FollowRow.since.is_(None), FollowRow.since <= _AT),
    or_(FollowRow.until.is_(None), FollowRow.until > _AT),
)


class Participation:
    """Reads of one store for whoever writes in their own name, each a transaction."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def account(self, person: str) -> str | None:
        """The person's account of our own network; None before their first deed."""
        with self._reading() as connection:
            own = accounts_of(connection, [person]).get(person, [])
            query = select(AccountRow.id).where(among(AccountRow.id, own), AccountRow.network == NATIVE)
            return connection.execute(query.order_by(AccountRow.id)).scalars().first()

    def own(self, person: str, posts: Collection[str]) -> OwnDeeds:
        """What the person did with the posts, anonymously too: for their own eyes only."""
        given = {"posts": listed(posts), "persons": listed([person]), "native": native_account(person)}
        with self._reading() as connection:
            rows = connection.execute(_OWN, given).all()
        return OwnDeeds(
            written=frozenset(post for post, kind, _ in rows if kind is None),
            reactions=frozenset((post, kind, account) for post, kind, account in rows if kind is not None),
        )

    def is_written(self, post: str) -> bool:
        """Whether a post was ever written under an id, deleted or not, and whoever may see it now."""
        with self._reading() as connection:
            return connection.execute(select(PostRow.id).where(PostRow.id == post)).first() is not None

    def verifications(self, post: str, at: datetime) -> dict[str, datetime | None]:
        """Who vouches for a post at a time, and until when, if not for good."""
        query = select(VerificationRow.person, VerificationRow.until).where(
            VerificationRow.post == post,
            VerificationRow.verified,
            or_(VerificationRow.until.is_(None), VerificationRow.until > at),
        )
        with self._reading() as connection:
            return dict(connection.execute(query).all())

    def follows(self, follower: str, followed: str, at: datetime) -> list[tuple[str, str, datetime | None]]:
        """By which accounts one person follows another at a time: (follower, followed, since)."""
        given = {
            "persons": listed([follower]),
            "native": native_account(follower),
            "followed": listed([followed]),
            "native_followed": native_account(followed),
            "at": at,
        }
        with self._reading() as connection:
            return [(by, of, since) for by, of, since in connection.execute(_FOLLOWS, given)]

    def places(self, scope: Scope) -> list[Place]:
        """Every channel that the scope reads, by name."""
        with self._reading() as connection:
            rows = connection.execute(select(*_CHANNEL)).mappings()
            found = [_place(dict(row)) for row in rows if is_seen(row["id"], row, scope)]
        return sorted(found, key=lambda place: (place.name, place.id))

    def place(self, channel: str, scope: Scope) -> Place | None:
        """The channel, if the scope reads it."""
        with self._reading() as connection:
            row = connection.execute(select(*_CHANNEL).where(ChannelRow.id == channel)).mappings().first()
        return _place(dict(row)) if row and is_seen(channel, row, scope) else None

    def audience(self, post: str, scope: Scope) -> tuple[str, ...] | None:
        """For whom a visible post was said to be; None where its channel says it, as usual."""
        query = select(PostRow.audience_id).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
        query = query.where(PostRow.id == post, PostRow.audience_given, visible(bool(scope.denied)))
        with self._reading() as connection:
            given = connection.execute(query, seen_by(scope)).scalar()
            return None if given is None else tokens_of(connection, [given])[given]


_CHANNEL = (
    ChannelRow.id,
    ChannelRow.name,
    ChannelRow.network,
    ChannelRow.kind,
    ChannelRow.company,
    ChannelRow.private,
    ChannelRow.archived,
    ChannelRow.description,
)


def _place(row: dict[str, object]) -> Place:
    return Place(**row)  # type: ignore[arg-type]
