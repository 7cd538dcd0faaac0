"""Who may read what: the tokens that a person holds at a time, and the containers that are closed to them."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, exists, or_, select

from models.errors import NotFound
from models.scope import EVERYONE, Scope, channel_token, company_token, person_token
from models.store.access import place_of
from models.store.directory_tables import ChannelRow, DenialRow, MembershipRow, PersonRow
from models.store.employments import accounts_of, careers, current
from models.store.keyed import ALWAYS
from models.store.publication import IS_PENDING
from models.store.statements import among
from models.store.stints import holding
from models.store.tables import PostRow


def scope_of(connection: Connection, person: str | None, at: datetime) -> Scope:
    """What a person may read at a time; without a person, what every employee may.

    A guest sees the channels that they are a member of. Someone who has left, or not come yet, sees nothing;
    one of whom no employment is known at all (networks that name no companies) reads what is for everyone.
    """
    if person is None:
        return _open(connection, None, {EVERYONE}, at)
    row = connection.execute(select(PersonRow.guest, PersonRow.left).where(PersonRow.id == person)).first()
    if row is None:
        raise NotFound(f"There is no person {person!r}.", remedy="Give the id of a person in the store.")
    guest, left = row
    career = careers(connection, [person]).get(person, [])
    employments = current(career, at.date())
    if left or (career and not employments):
        return Scope()
    tokens = {person_token(person)}
    tokens.update(channel_token(channel) for channel in _channels(connection, person, at))
    if not guest:
        tokens.add(EVERYONE)
        tokens.update(company_token(employment.company) for employment in employments)
    return _open(connection, person, tokens, at)


def _open(connection: Connection, person: str | None, tokens: set[str], at: datetime) -> Scope:
    """The scope of these tokens, less what is closed now."""
    denied = _denied(connection, person, at) | _narrowed(connection, tokens)
    return Scope(frozenset(tokens), frozenset(denied))


def _channels(connection: Connection, person: str, at: datetime) -> list[str]:
    stints: dict[tuple[str, str], list[tuple[datetime | None, datetime | None]]] = defaultdict(list)
    columns = (MembershipRow.account, MembershipRow.channel, MembershipRow.since, MembershipRow.until)
    accounts = accounts_of(connection, [person]).get(person, ())
    query = select(*columns).where(among(MembershipRow.account, accounts))
    for account, channel, since, until in connection.execute(query):
        stints[account, channel].append((None if since == ALWAYS else since, until))
    return [channel for (_, channel), rows in stints.items() if holding(rows, at)]


def _denied(connection: Connection, person: str | None, at: datetime) -> set[str]:
    query = select(DenialRow.container).where(
        DenialRow.person.in_(["", person or ""]),
        or_(DenialRow.since.is_(None), DenialRow.since <= at),
        or_(DenialRow.until.is_(None), DenialRow.until > at),
    )
    return set(connection.execute(query).scalars())


def _narrowed(connection: Connection, tokens: set[str]) -> set[str]:
    """Channels that have lost readers: the index may still show them to whoever lacks the new token."""
    columns = (ChannelRow.id, ChannelRow.network, ChannelRow.company, ChannelRow.private, ChannelRow.kind)
    waiting = exists().where(PostRow.channel == ChannelRow.id, IS_PENDING)
    query = select(*columns).where(ChannelRow.narrowed.is_not(None), waiting)
    return {
        channel_token(row["id"])
        for row in connection.execute(query).mappings()
        if tokens.isdisjoint(place_of(row["id"], row).tokens)
    }
