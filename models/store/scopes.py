"""Who may read what: the tokens that a person holds at a time, and the containers that are closed to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Text,
    bindparam,
    case,
    cast,
    exists,
    false,
    literal,
    null,
    select,
    union_all,
)

from models.errors import NotFound
from models.moments import LocalTime
from models.scope import EVERYONE, Scope, channel_token, company_token, person_token
from models.store.access import CHANNEL, LOST_READERS, place_of
from models.store.denials import DENIED, closed_by
from models.store.directory_tables import ChannelRow, EmploymentRow, PersonRow
from models.store.employments import EMPLOYMENT, current, employment_of
from models.store.memberships import channels_of_person
from models.store.publication import IS_PENDING
from models.store.tables import PostRow

HOLDING = (PersonRow.id.label("holder"), PersonRow.guest, PersonRow.left, *EMPLOYMENT)
"""What `scope_by` takes of a person's rows; whoever has several employments has a row for each."""
_PERSON = (
    select(*HOLDING)
    .outerjoin(EmploymentRow, EmploymentRow.person == PersonRow.id)
    .where(PersonRow.id == bindparam("person"))
)
_NOTHING = cast(null(), Text)
_CLOSED: "CompoundSelect[*tuple[Any, ...]]" = union_all(
    DENIED.add_columns(
        _NOTHING.label("network"),
        _NOTHING.label("company"),
        false().label("private"),
        _NOTHING.label("kind"),
        literal("denial").label("what"),
    ),
    select(
        ChannelRow.id,
        _NOTHING,
        *CHANNEL[1:],
        case((ChannelRow.narrowed == LOST_READERS, "narrowed"), else_="moved"),
    ).where(
        ChannelRow.narrowed.is_not(None),
        exists().where(PostRow.channel == ChannelRow.id, IS_PENDING),
    ),
)


def scope_of(connection: Connection, person: str | None, at: LocalTime) -> Scope:
    """What a person may read at a time; without a person, what every employee may.

    A guest sees the channels that they are a member of. Someone who has left, or not come yet, sees nothing;
    one of whom no employment is known at all (networks that name no companies) reads what is for everyone.
    """
    if person is None:
        return _open(connection, None, {EVERYONE}, at)
    return scope_by(connection, person, connection.execute(_PERSON, {"person": person}).all(), at)


def scope_by(connection: Connection, person: str, rows: Sequence[Any], at: LocalTime) -> Scope:
    """As `scope_of`, by the person's rows, which have the columns of `HOLDING`."""
    if not rows or rows[0].holder is None:
        raise NotFound(f"There is no person {person!r}.", remedy="Give the id of a person in the store.")
    guest, left = rows[0].guest, rows[0].left
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
    """The scope of these tokens, less what is closed now: denied, or a channel that has lost readers.

    The index may still show such a channel to whoever lacks the new token, or to whom its company is closed.
    """
    closed: set[str] = set()
    changed = []
    for row in connection.execute(_CLOSED, {"person": person or "", "at": at}).mappings():
        if row["what"] == "denial":
            closed |= closed_by(row["container"], row["thread"])
        else:
            changed.append((row["what"], row["container"], place_of(row["container"], row)))
    for what, channel, place in changed:
        lacking = what == "narrowed" and tokens.isdisjoint(place.tokens)
        if lacking or (place.company and company_token(place.company) in closed):
            closed.add(channel_token(channel))
    return Scope(frozenset(tokens), frozenset(closed))
