"""The store's own notes, and its numbers."""

from sqlalchemy import Connection, func, select

from models.store import refusals
from models.store.directory_tables import (
    AccountRow,
    ChannelRow,
    CompanyRow,
    CounterRow,
    PersonRow,
    StateRow,
)
from models.store.publication import IS_AWAITED
from models.store.statements import upsert
from models.store.tables import PostRow
from models.stored import StoreStatus


def get(connection: Connection, key: str) -> str | None:
    """The value kept under a key, if any."""
    return connection.execute(select(StateRow.value).where(StateRow.key == key)).scalar()


def put(connection: Connection, key: str, value: str) -> None:
    """Keep a value under a key."""
    upsert(connection, StateRow, [{"key": key, "value": value}])


def last_revision(connection: Connection) -> int:
    """The revision of the latest change to a post."""
    return connection.execute(select(CounterRow.value).where(CounterRow.name == "revision")).scalar_one()


def status(connection: Connection) -> StoreStatus:
    """How much of everything there is."""

    def count(row: type[PostRow | PersonRow | AccountRow | ChannelRow | CompanyRow]) -> int:
        return connection.execute(select(func.count()).select_from(row)).scalar_one()

    posts = select(func.count()).select_from(PostRow)
    deleted = connection.execute(posts.where(PostRow.deleted)).scalar_one()
    return StoreStatus(
        posts=count(PostRow) - deleted,
        deleted=deleted,
        pending=connection.execute(posts.where(IS_AWAITED)).scalar_one(),
        refused=refusals.count(connection),
        people=count(PersonRow),
        accounts=count(AccountRow),
        channels=count(ChannelRow),
        companies=count(CompanyRow),
        revision=last_revision(connection),
    )
