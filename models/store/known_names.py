"""The names by which people are shown, in the order in which they became known; a name is never forgotten.

Old posts go on saying it, and what a post says of people must not change by whoever leaves.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, func, select

from models.records import Account, Person, Record
from models.store.directory_tables import KnownNameRow
from models.store.keyed import Values
from models.store.statements import among, insert_new


class KnownNamesOfStore:
    """All names of a store, to be followed while they grow."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def after(self, number: int) -> list[str]:
        """The names that became known after the first `number` of them, in order."""
        query = select(KnownNameRow.name).where(KnownNameRow.number > number).order_by(KnownNameRow.number)
        with self._reading() as connection:
            return list(connection.execute(query).scalars())


def learn(connection: Connection, changed: dict[type[Record], list[tuple[Values | None, Values]]]) -> None:
    """Know the names of people and accounts, given the (old, new) rows of what changed."""
    names = [name for _, person in changed[Person] for name in (person["name"], person["name_en"])]
    names += [account["name"] for _, account in changed[Account] if not account["bot"]]
    wanted = dict.fromkeys(filter(None, names))
    if not wanted:
        return
    known = set(_known(connection, wanted))
    # All writers take turns, so that a number that is seen has no lower one to come.
    last = connection.execute(select(func.coalesce(func.max(KnownNameRow.number), 0))).scalar_one()
    fresh = [name for name in wanted if name not in known]
    rows = [{"name": name, "number": number} for number, name in enumerate(fresh, last + 1)]
    insert_new(connection, KnownNameRow, rows)


def _known(connection: Connection, names: Iterable[str]) -> Iterable[str]:
    return connection.execute(select(KnownNameRow.name).where(among(KnownNameRow.name, names))).scalars()
