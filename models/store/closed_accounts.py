"""What it closes that an account is no longer in its network's list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from models.records import Membership, Person, Record
from models.store.directory_tables import AccountRow, MembershipRow, PersonRow
from models.store.keyed import ALWAYS
from models.store.statements import among, table_of


class ClosedAccounts(NamedTuple):
    """The accounts that something was still open to, and the records that close it."""

    accounts: frozenset[str]
    records: Sequence[Record]


def missing_accounts(
    connection: Connection, network: str, ids: Iterable[str]
) -> tuple[int, list[Mapping[str, Any]]]:
    """How many accounts of people a network has here, and those of them that are not among the ids.

    Bots read nothing; an account without a person stands in for somebody whom no list named.
    """
    query = select(table_of(AccountRow)).where(
        AccountRow.network == network, ~AccountRow.bot, AccountRow.person.is_not(None)
    )
    held = connection.execute(query).mappings().all()
    listed = frozenset(ids)
    return len(held), [dict(row) for row in held if row["id"] not in listed]


def closed_accounts(
    connection: Connection, accounts: Collection[Mapping[str, Any]], as_of: datetime
) -> ClosedAccounts:
    """The ends of what is open to the accounts: their memberships, and the persons presumed behind them."""
    if not accounts:
        return ClosedAccounts(frozenset(), ())
    joined = select(table_of(MembershipRow)).where(
        among(MembershipRow.account, [row["id"] for row in accounts]),
        or_(MembershipRow.until.is_(None), MembershipRow.until > as_of),
        MembershipRow.since <= as_of,
    )
    memberships = connection.execute(joined).mappings().all()
    presumed = {row["person"]: row["id"] for row in accounts if row["presumed"]}
    query = select(table_of(PersonRow)).where(among(PersonRow.id, presumed), ~PersonRow.left)
    persons = connection.execute(query).mappings().all()
    records: list[Record] = [ended_membership(row, as_of) for row in memberships]
    records += [Person(**{**row, "left": True, "as_of": as_of}) for row in persons]
    closed = {row["account"] for row in memberships} | {presumed[row["id"]] for row in persons}
    return ClosedAccounts(frozenset(closed), records)


def ended_membership(row: Any, at: datetime) -> Membership:
    """A membership, given its row, that ended at a time."""
    return Membership(
        channel=row["channel"],
        account=row["account"],
        since=None if row["since"] == ALWAYS else row["since"],
        until=at,
        as_of=at,
    )
