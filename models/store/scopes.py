"""Who may read what: the tokens that a person holds at a time, and the containers that are closed to them."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from models.errors import NotFound
from models.moments import LocalTime
from models.scope import EVERYONE, Scope, channel_token, company_token, person_token
from models.store.access import CHANNEL, place_of
from models.store.denials import denied
from models.store.directory_tables import ChannelRow, EmploymentRow, PersonRow
from models.store.employments import EMPLOYMENT, current, employment_of
from models.store.memberships import channels_of_person
from models.store.publication import IS_PENDING
from models.store.tables import PostRow

_PERSON = (
    select(PersonRow.guest, PersonRow.left, *EMPLOYMENT)
    .outerjoin(EmploymentRow, EmploymentRow.person == PersonRow.id)
    .where(PersonRow.id == bindparam("person"))
)
_NARROWED = select(*CHANNEL).where(
    ChannelRow.narrowed.is_not(None),
    exists().where(PostRow.channel == ChannelRow.id, IS_PENDING),
)


def scope_of(connection: Connection, person: str | None, at: LocalTime) -> Scope:
    """What a person may read at a time; without a person, what every employee may.

    A guest sees the channels that they are a member of. Someone who has left, or not come yet, sees nothing;
    one of whom no employment is known at all (networks that name no companies) reads what is for everyone.
    """
    if person is None:
        return _open(connection, None, {EVERYONE}, at)
    rows = connection.execute(_PERSON, {"person": person}).all()
    if not rows:
        raise NotFound(f"There is no person {person!r}.", remedy="Give the id of a person in the store.")
    guest, left, *_ = rows[0]
    career = [employment for row in rows for employment in employment_of(row)]
    employments = current(career, at.date())
    if left or (career and not employments):
        return Scope()
    tokens = {person_token(person)}
    for joined in channels_of_person(connection, person, at).values():
        tokens.update(map(channel_token, joined))
    if not guest:
        tokens.add(EVERYONE)
        tokens.update(company_token(employment.company) for employment in employments)
    return _open(connection, person, tokens, at)


def _open(connection: Connection, person: str | None, tokens: set[str], at: datetime) -> Scope:
    """The scope of these tokens, less what is closed now."""
    closed = denied(connection, person, at) | _narrowed(connection, tokens)
    return Scope(frozenset(tokens), frozenset(closed))


def _narrowed(connection: Connection, tokens: set[str]) -> set[str]:
    """Channels that have lost readers: the index may still show them to whoever lacks the new token."""
    return {
        channel_token(row["id"])
        for row in connection.execute(_NARROWED).mappings()
        if tokens.isdisjoint(place_of(row["id"], row).tokens)
    }
