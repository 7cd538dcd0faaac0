"""Who people are: authors, profiles, and the names of companies, units and channels."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select

from models.errors import BadInput
from models.moments import LocalTime
from models.scope import Scope, channel_token, is_guest, person_token
from models.store.access import CHANNEL, is_seen
from models.store.audiences import seen_by, visible
from models.store.directory_tables import (
    AccountLinkRow,
    AccountRow,
    ChannelRow,
    CompanyRow,
    FollowRow,
    PersonRow,
    UnitRow,
)
from models.store.employments import OWNER, accounts_of, careers, current, has_left, persons_of
from models.store.memberships import channels_of
from models.store.statements import among_given, listed
from models.store.tables import Instant, PostRow
from models.stored import Author, Profile

_ACCOUNTS = (
    select(AccountRow.id, AccountRow.handle, AccountRow.name, AccountRow.bot, OWNER)
    .outerjoin(AccountLinkRow, AccountLinkRow.account == AccountRow.id)
    .where(among_given(AccountRow.id, "accounts"))
)
_PEOPLE = select(
    PersonRow.id, PersonRow.name, PersonRow.name_en, PersonRow.title, PersonRow.leader, PersonRow.left
).where(among_given(PersonRow.id, "persons"))
_AT = bindparam("at", type_=Instant())
_FOLLOWERS = select(FollowRow.follower, FollowRow.followed).where(
    among_given(FollowRow.followed, "accounts"),
    or_(FollowRow.since.is_(None), FollowRow.since <= _AT),
    or_(FollowRow.until.is_(None), FollowRow.until > _AT),
)
_CHANNELS = select(*CHANNEL, ChannelRow.name).where(among_given(ChannelRow.id, "values"))
_NAMES: dict[str, "Select[*tuple[Any, ...]]"] = {
    field: select(key, name).where(among_given(key, "values"))
    for field, key, name in (
        ("company", CompanyRow.id, CompanyRow.name),
        ("unit", UnitRow.id, UnitRow.name),
    )
}


def authors(
    connection: Connection, accounts: AbstractSet[str], scope: Scope, at: LocalTime
) -> dict[str, Author]:
    """Who stands behind each account now; one that is not known yet has its id for a name."""
    guest = is_guest(scope)
    rows = connection.execute(_ACCOUNTS, {"accounts": listed(accounts)}).all()
    owners = {owner for *_, owner in rows if owner}
    people, careers_of = _people(connection, owners), {} if guest else careers(connection, owners)
    found = {}
    for account, handle, name, bot, owner in rows:
        person = people.get(owner or "")
        employment = next(iter(current(careers_of.get(owner or "", ()), at.date())), None)
        found[account] = Author(
            account=account,
            handle=handle,
            name=person.name if person else name or handle,
            bot=bot,
            person=owner,
            title=None if guest else (person and person.title) or (employment and employment.title),
            company=employment and employment.company,
            unit=employment and employment.unit,
            leader=person is not None and person.leader and not guest,
        )
    for account in accounts - found.keys():
        found[account] = Author(account=account, handle=account, name=account, bot=False, person=None)
    return found


def profiles(
    connection: Connection, persons: Collection[str], scope: Scope, at: LocalTime
) -> dict[str, Profile]:
    """Each known person, with the number of posts that the scope sees of them under their name."""
    if not scope.tokens:
        return {}
    people = _people(connection, persons)
    accounts = accounts_of(connection, people)
    careers_of = careers(connection, people)
    owners = {account: person for person, owned in accounts.items() for account in owned}
    posts = _posts(connection, owners, scope)
    if is_guest(scope):
        return _to_guest(connection, people, owners, posts, scope, at)
    written = Counter[str]()
    for account, number in posts.items():
        written[owners[account]] += number
    followers = _followers(connection, owners, at)
    found = {}
    for person, row in people.items():
        career = careers_of.get(person, [])
        places = current(career, at.date())
        found[person] = Profile(
            id=person,
            name=row.name,
            name_en=row.name_en,
            title=row.title or next((place.title for place in places if place.title), None),
            leader=row.leader,
            left=row.left or has_left(career, at.date()),
            companies=tuple(dict.fromkeys(place.company for place in places)),
            units=tuple(dict.fromkeys(place.unit for place in places if place.unit)),
            accounts=tuple(accounts.get(person, ())),
            posts=written[person],
            followers=len(followers[person]),
        )
    return found


def _people(
    connection: Connection, persons: Collection[str]
) -> dict[str, "Row[str, str, str | None, str | None, bool, bool]"]:
    if not persons:
        return {}
    return {row.id: row for row in connection.execute(_PEOPLE, {"persons": listed(persons)})}


def _posts(connection: Connection, owners: Mapping[str, str], scope: Scope) -> Counter[str]:
    """The visible posts of each account."""
    given = {"accounts": listed(owners), **seen_by(scope)}
    rows = connection.execute(_written(bool(scope.denied)), given)
    return Counter({account or "": count for account, count in rows})


def _to_guest(
    connection: Connection,
    people: Mapping[str, "Row[str, str, str | None, str | None, bool, bool]"],
    owners: Mapping[str, str],
    posts: Counter[str],
    scope: Scope,
    at: datetime,
) -> dict[str, Profile]:
    """Those of the people with whom a guest shares a channel, and the guest, as that channel shows them."""
    channels = {token for token in scope.tokens if token.startswith(channel_token(""))}
    shared = {
        account
        for account, joined in channels_of(connection, owners, at).items()
        if not channels.isdisjoint(map(channel_token, joined))
    }
    shown: dict[str, list[str]] = defaultdict(list)
    for account, person in owners.items():
        if account in shared or account in posts or person_token(person) in scope.tokens:
            shown[person].append(account)
    return {
        person: Profile(
            id=person,
            name=row.name,
            name_en=row.name_en,
            title=None,
            leader=False,
            left=False,
            companies=(),
            units=(),
            accounts=tuple(shown[person]),
            posts=sum(posts[account] for account in shown[person]),
            followers=0,
        )
        for person, row in people.items()
        if person in shown or person_token(person) in scope.tokens
    }


@cache
def _written(denials: bool) -> "Select[str | None, int]":
    return (
        select(PostRow.account, func.count())
        .join(AccountRow, (AccountRow.id == PostRow.account) & ~AccountRow.bot)
        .outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
        .where(among_given(PostRow.account, "accounts"), ~PostRow.anonymous, visible(denials))
        .group_by(PostRow.account)
    )


def _followers(connection: Connection, owners: Mapping[str, str], at: datetime) -> dict[str, set[str]]:
    """Who follows an account of each person now: a person counts once, by any account; not themselves."""
    follows = connection.execute(_FOLLOWERS, {"accounts": listed(owners), "at": at}).all()
    persons = persons_of(connection, {follower for follower, _ in follows})
    found: dict[str, set[str]] = defaultdict(set)
    for follower, followed in follows:
        if persons.get(follower) != owners[followed]:
            found[owners[followed]].add(persons.get(follower, follower))
    return found


def names(connection: Connection, field: str, values: Collection[str], scope: Scope) -> dict[str, str]:
    """The names that people see for values of a facet, if known; of channels only those that the scope reads.

    A guest is told of no companies and units.

    Raises:
        BadInput: there is no such field.
    """
    if field not in (*_NAMES, "channel"):
        raise BadInput(f"Values of {field!r} have no names.", remedy="Use company, unit or channel.")
    if not scope.tokens or (is_guest(scope) and field != "channel"):
        return {}
    if field == "channel":
        return _channel_names(connection, values, scope)
    return dict(connection.execute(_NAMES[field], {"values": listed(values)}).all())


def _channel_names(connection: Connection, channels: Collection[str], scope: Scope) -> dict[str, str]:
    rows = connection.execute(_CHANNELS, {"values": listed(channels)}).mappings()
    return {row["id"]: row["name"] for row in rows if is_seen(row["id"], row, scope)}
