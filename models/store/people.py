"""Who people are: authors, profiles, and the names of companies, units and channels."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from models.errors import BadInput
from models.moments import LocalTime
from models.scope import Scope, channel_token, is_guest, person_token
from models.store.access import PLACE, is_seen
from models.store.audiences import seen_by, visible
from models.store.directory_tables import (
    AccountLinkRow,
    AccountRow,
    ChannelRow,
    CompanyRow,
    EmploymentRow,
    FollowRow,
    PersonRow,
    UnitRow,
)
from models.store.employments import (
    EMPLOYMENT,
    OWNER,
    Employment,
    accounts_of,
    current,
    employment_of,
    has_left,
    positions,
)
from models.store.memberships import channels_of
from models.store.prepared_query import rows_of
from models.store.statements import among_given, listed
from models.store.table import Instant
from models.store.tables import PostRow
from models.stored import Author, Profile

_ACCOUNTS = (
    select(
        AccountRow.id,
        AccountRow.handle,
        AccountRow.name,
        AccountRow.bot,
        OWNER.label("owner"),
        PersonRow.name.label("person_name"),
        PersonRow.title,
        PersonRow.leader,
        *EMPLOYMENT,
        UnitRow.name.label("unit_name"),
    )
    .outerjoin(AccountLinkRow, AccountLinkRow.account == AccountRow.id)
    .outerjoin(PersonRow, PersonRow.id == OWNER)
    .outerjoin(EmploymentRow, EmploymentRow.person == OWNER)
    .outerjoin(UnitRow, UnitRow.id == EmploymentRow.unit)
    .where(among_given(AccountRow.id, "accounts"))
)
_PEOPLE = (
    select(
        PersonRow.id,
        PersonRow.name,
        PersonRow.name_en,
        PersonRow.title,
        PersonRow.leader,
        PersonRow.left,
        *EMPLOYMENT,
    )
    .outerjoin(EmploymentRow, EmploymentRow.person == PersonRow.id)
    .where(among_given(PersonRow.id, "persons"))
)
_AT = bindparam("at", type_=Instant())
_FOLLOWERS = (
    select(func.coalesce(OWNER, FollowRow.follower), FollowRow.followed)
    .outerjoin(AccountRow, AccountRow.id == FollowRow.follower)
    .outerjoin(AccountLinkRow, AccountLinkRow.account == FollowRow.follower)
    .where(
        among_given(FollowRow.followed, "accounts"),
        or_(FollowRow.since.is_(None), FollowRow.since <= _AT),
        or_(FollowRow.until.is_(None), FollowRow.until > _AT),
    )
)
_NOTHING = cast(null(), Text)
_NAMES: "CompoundSelect[*tuple[Any, ...]]" = union_all(
    *(
        select(
            literal(field).label("field"),
            key.label("id"),
            name.label("name"),
            _NOTHING.label("network"),
            _NOTHING.label("company"),
            false().label("private"),
            _NOTHING.label("kind"),
        ).where(among_given(key, field))
        for field, key, name in (
            ("company", CompanyRow.id, CompanyRow.name),
            ("unit", UnitRow.id, UnitRow.name),
            ("person", PersonRow.id, PersonRow.name),
        )
    ),
    select(
        literal("channel"),
        ChannelRow.id,
        ChannelRow.name,
        ChannelRow.network,
        ChannelRow.company,
        ChannelRow.private,
        ChannelRow.kind,
    ).where(among_given(ChannelRow.id, "channel")),
)
"""The names of everything, in one statement."""
NAMED = ("company", "unit", "person", "channel")


def authors(
    connection: Connection, accounts: AbstractSet[str], scope: Scope, at: LocalTime
) -> dict[str, Author]:
    """Who stands behind each account now; one that is not known yet has its id for a name."""
    guest = is_guest(scope)
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in rows_of(connection, _ACCOUNTS, {"accounts": listed(accounts)}):
        rows[row.id].append(row)
    found = {}
    for account, of_account in rows.items():
        row = of_account[0]
        career = [] if guest else [place for one in of_account for place in employment_of(one)]
        employment = next(iter(current(career, at.date())), None)
        units = {one.unit: one.unit_name for one in of_account}
        found[account] = Author(
            account=account,
            handle=row.handle,
            name=row.person_name or row.name or row.handle,
            bot=row.bot,
            person=row.owner,
            title=None if guest else row.title or (employment and employment.title),
            company=employment and employment.company,
            unit=employment and employment.unit,
            unit_name=employment and units.get(employment.unit),
            leader=bool(row.leader) and not guest,
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
    people, careers_of = _people(connection, persons)
    accounts = accounts_of(connection, people)
    owners = {account: person for person, owned in accounts.items() for account in owned}
    posts = _posts(connection, owners, scope)
    if is_guest(scope):
        return _to_guest(connection, people, owners, posts, scope, at)
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
            posts=sum(posts[account] for account in accounts.get(person, ())),
            followers=len(followers[person]),
            career=positions(career),
        )
    return found


def _people(
    connection: Connection, persons: Collection[str]
) -> tuple[dict[str, Any], dict[str, list[Employment]]]:
    """A row of each known person, and where they work and worked."""
    people: dict[str, Any] = {}
    careers_of: dict[str, list[Employment]] = defaultdict(list)
    for row in rows_of(connection, _PEOPLE, {"persons": listed(persons)}) if persons else ():
        people.setdefault(row.id, row)
        careers_of[row.id] += employment_of(row)
    return people, careers_of


def _posts(connection: Connection, owners: Mapping[str, str], scope: Scope) -> Counter[str]:
    """The visible posts of each account."""
    rows = rows_of(connection, _written(bool(scope.denied)), {"accounts": listed(owners), **seen_by(scope)})
    return Counter({account or "": count for account, count in rows})


def _to_guest(
    connection: Connection,
    people: Mapping[str, Any],
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
            career=(),
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
    found: dict[str, set[str]] = defaultdict(set)
    for follower, followed in rows_of(connection, _FOLLOWERS, {"accounts": listed(owners), "at": at}):
        if follower and follower != owners[followed]:
            found[owners[followed]].add(follower)
    return found


def names(
    connection: Connection, wanted: Mapping[str, Collection[str]], scope: Scope
) -> dict[str, dict[str, str]]:
    """The names that people see for values of fields (company, unit, channel, person), by field, if known.

    Of channels only those are told that the scope reads; a guest is told of no companies and units.

    Raises:
        BadInput: there is no such field.
    """
    if unknown := wanted.keys() - set(NAMED):
        raise BadInput(
            f"Values of {', '.join(sorted(unknown))} have no names.", remedy=f"Use {', '.join(NAMED)}."
        )
    found: dict[str, dict[str, str]] = {field: {} for field in wanted}
    if not scope.tokens or not any(wanted.values()):
        return found
    given = {field: listed(wanted.get(field, ())) for field in NAMED}
    guest = is_guest(scope)
    for field, value, name, *place in rows_of(connection, _NAMES, given):
        told = field == "person" or not guest
        if field == "channel":
            told = is_seen(value, dict(zip(PLACE, place, strict=True)), scope)
        if told:
            found[field][value] = name
    return found
