"""Who works where, and which person an account belongs to now."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select

from models.store.directory_tables import AccountLinkRow, AccountRow, EmploymentRow
from models.store.intervals import holding
from models.store.statements import among_given, listed
from models.stored import Position

OWNER: ColumnElement[str | None] = func.coalesce(AccountLinkRow.person, AccountRow.person)
"""The person of an account, where `account_link` is outer joined: a merge goes before the source's word."""


_PERSONS = (
    select(AccountRow.id, OWNER)
    .outerjoin(AccountLinkRow, AccountLinkRow.account == AccountRow.id)
    .where(among_given(AccountRow.id, "accounts"))
)


def _owned(persons: str) -> "Select[str, str | None]":
    given = select(AccountRow.id).where(among_given(AccountRow.person, persons))
    linked = select(AccountLinkRow.account).where(among_given(AccountLinkRow.person, persons))
    return (
        select(AccountRow.id, OWNER)
        .outerjoin(AccountLinkRow, AccountLinkRow.account == AccountRow.id)
        .where(AccountRow.id.in_(given.union(linked)), among_given(OWNER, persons))
    )


def owned_by(persons: str) -> "Select[str]":
    """The ids of the accounts of the persons given as a parameter, for use within another statement."""
    return _owned(persons).with_only_columns(AccountRow.id)


_ACCOUNTS = _owned("persons").order_by(AccountRow.id)
EMPLOYMENT = (
    EmploymentRow.company.label("company"),
    EmploymentRow.unit.label("unit"),
    EmploymentRow.since.label("since"),
    EmploymentRow.until.label("until"),
    EmploymentRow.title.label("employed_as"),
)
"""What `employment_of` takes of a row; whoever has several employments has a row for each."""
_CAREERS = select(EmploymentRow.person, *EMPLOYMENT).where(among_given(EmploymentRow.person, "persons"))


class Employment(NamedTuple):
    """One row of a person's career."""

    company: str
    unit: str | None
    since: date | None
    until: date | None
    title: str | None


def persons_of(connection: Connection, accounts: Collection[str]) -> dict[str, str]:
    """The person of each account that has one now."""
    rows = connection.execute(_PERSONS, {"accounts": listed(accounts)})
    return {account: person for account, person in rows if person}


def accounts_of(connection: Connection, persons: Collection[str]) -> dict[str, list[str]]:
    """The accounts of each person now, sorted; persons without one are left out."""
    accounts: dict[str, list[str]] = defaultdict(list)
    for account, person in connection.execute(_ACCOUNTS, {"persons": listed(persons)}):
        accounts[person or ""].append(account)
    return accounts


def careers(connection: Connection, persons: Iterable[str]) -> dict[str, list[Employment]]:
    """All employments of each person that has any."""
    found: dict[str, list[Employment]] = defaultdict(list)
    for row in connection.execute(_CAREERS, {"persons": listed(persons)}):
        found[row.person] += employment_of(row)
    return found


def employment_of(row: Any) -> list[Employment]:
    """The employment in a row that has the columns of `EMPLOYMENT`; none where it was joined to nobody's."""
    if row.company is None:
        return []
    begin = None if row.since == date.min else row.since
    return [Employment(row.company, row.unit or None, begin, row.until, row.employed_as)]


def current(career: Collection[Employment], day: date) -> list[Employment]:
    """The employments in force on a day, the latest begun first (then by company and unit)."""
    if len(career) == 1:  # as nearly always
        return [row for row in career if holding([(row.since, row.until)], day)]
    places: dict[tuple[str, str | None], list[Employment]] = defaultdict(list)
    for employment in career:
        places[employment.company, employment.unit].append(employment)
    found = []
    for (company, unit), rows in places.items():
        intervals = [(row.since, row.until) for row in rows]
        if unit is not None:  # leaving the company, said without a unit, ends the place in the unit too
            intervals += [(row.since, row.until) for row in places.get((company, None), ()) if _is_end(row)]
        if interval := holding(intervals, day):
            found += [row for row in rows if (row.since, row.until) == interval][:1]
    return sorted(found, key=lambda row: (-(row.since or date.min).toordinal(), row.company, row.unit or ""))


def has_left(career: Collection[Employment], day: date) -> bool:
    """Whether there were employments and all of them have ended."""
    if not career or current(career, day):
        return False
    return not any(row.since is not None and row.since > day for row in career)


def positions(career: Collection[Employment]) -> tuple[Position, ...]:
    """Where somebody worked and works, the latest first."""
    places = sorted(
        career, key=lambda place: (place.since or date.min, place.until or date.max), reverse=True
    )
    return tuple(
        Position(
            company=place.company, unit=place.unit, title=place.title, since=place.since, until=place.until
        )
        for place in places
    )


def _is_end(row: Employment) -> bool:
    return row.since is None and row.until is not None
