"""Which channels accounts are members of."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from models.store.directory_tables import MembershipRow
from models.store.employments import owned_by
from models.store.intervals import holding
from models.store.keyed import ALWAYS
from models.store.statements import among_given, listed

_MEMBERSHIPS = select(MembershipRow.account, MembershipRow.channel, MembershipRow.since, MembershipRow.until)
_OF_ACCOUNTS = _MEMBERSHIPS.where(among_given(MembershipRow.account, "accounts"))
_OF_PERSONS = _MEMBERSHIPS.where(MembershipRow.account.in_(owned_by("persons")))


def channels_of(connection: Connection, accounts: Collection[str], at: datetime) -> dict[str, list[str]]:
    """The channels that each of the accounts is a member of at a time."""
    if not accounts:
        return {}
    return _joined(connection.execute(_OF_ACCOUNTS, {"accounts": listed(accounts)}), at)


def channels_of_person(connection: Connection, person: str, at: datetime) -> dict[str, list[str]]:
    """The channels that each account of a person is a member of at a time."""
    return _joined(connection.execute(_OF_PERSONS, {"persons": listed([person])}), at)


def _joined(rows: Iterable[Any], at: datetime) -> dict[str, list[str]]:
    intervals: dict[tuple[str, str], list[tuple[datetime | None, datetime | None]]] = defaultdict(list)
    for account, channel, since, until in rows:
        intervals[account, channel].append((None if since == ALWAYS else since, until))
    joined: dict[str, list[str]] = defaultdict(list)
    for (account, channel), spans in intervals.items():
        if holding(spans, at):
            joined[account].append(channel)
    return joined
