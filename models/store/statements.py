"""What every part of the store says in SQL: chunked look-ups, upserts, the counter that orders changes."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import sqlalchemy
from sqlalchemy import ClauseElement, ColumnElement, Connection, Dialect, Text, bindparam, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.functions import FunctionElement

from models.store.directory_tables import CounterRow
from models.store.storable import UNSTORABLE
from models.store.table import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

TO_JSON = json.JSONEncoder(ensure_ascii=False).encode
CHUNK = 1_000
"""Rows in one statement: far below every database's limit of variables, also for keys of three columns."""

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


class Items(FunctionElement[str]):
    """The strings of a JSON array as the rows of a subquery: one parameter, however many they are."""

    inherit_cache = True
    type = Text()


@compiles(Items, "sqlite")
def _items_sqlite(items: Items, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(items.clauses, **options)}))"


@compiles(Items, "postgresql")
def _items_postgresql(items: Items, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT jsonb_array_elements_text(CAST({compiler.process(items.clauses, **options)} AS JSONB)))"


def among(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """That a column has one of any number of values; what cannot be stored is found nowhere."""
    return column.bool_op("IN")(Items(listed(values)))


def among_given(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """As `among`, in a statement that is built once: `parameter` is given as `listed` values each time."""
    return column.bool_op("IN")(Items(bindparam(parameter, type_=Text())))


def listed(values: Iterable[str]) -> str:
    """The values of `among_given`."""
    given = list(values)
    if UNSTORABLE.search("".join(given)):  # which is rare: looked for in all of them at once
        given = [value for value in given if not UNSTORABLE.search(value)]
    return TO_JSON(given)


def table_of(row: type[Table]) -> sqlalchemy.Table:
    """The Core table of a mapped class."""
    return row.__table__


def insert_into(dialect: Dialect, table: sqlalchemy.Table) -> "sqlite.Insert | postgresql.Insert":
    """An insert that may go on after a conflict."""
    # The one is not imported for the other: PostgreSQL's brings asyncio and drivers of all kinds.
    if dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


class _Prepared(NamedTuple):
    """A statement as the driver takes it, with what turns each value into one that the driver takes."""

    sql: str
    conversions: tuple[tuple[str, Callable[[Any], Any]], ...]


def insert_new(connection: Connection, row: type[Table], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows whose keys are not there; costs SQLite half of an upsert."""
    _execute_many(connection, row, values, replaces=False)


def upsert(connection: Connection, row: type[Table], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace all but the key of those that are there."""
    _execute_many(connection, row, values, replaces=True)


def _execute_many(
    connection: Connection, row: type[Table], values: Sequence[Mapping[str, Any]], *, replaces: bool
) -> None:
    # Straight to the driver: SQLAlchemy's own way through many parameter sets costs three times the insert.
    if values:
        prepared = _prepared(connection.dialect, table_of(row), replaces)
        rows = [dict(one) for one in values]
        for name, convert in prepared.conversions:
            for one in rows:
                if one[name] is not None:
                    one[name] = convert(one[name])
        connection.exec_driver_sql(prepared.sql, rows)


@cache
def _prepared(dialect: Dialect, table: sqlalchemy.Table, replaces: bool) -> _Prepared:
    insert = insert_into(dialect, table)
    keys = [column.name for column in table.primary_key]
    statement: Insert = replacing(insert, keys) if replaces else insert
    conversions = (
        (column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in table.columns
    )
    return _Prepared(
        driver_sql(dialect, statement),
        tuple((name, convert) for name, convert in conversions if convert),
    )


def insert_missing(connection: Connection, row: type[Table], values: list[dict[str, Any]]) -> None:
    """Insert rows unless one with the same key, or an equal unique column, is there."""
    connection.execute(insert_into(connection.dialect, table_of(row)).on_conflict_do_nothing(), values)


def replacing(insert: "sqlite.Insert | postgresql.Insert", keys: list[str]) -> Insert:
    """An insert that replaces all but the key of the rows that are there."""
    replaced = {name: column for name, column in insert.excluded.items() if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=replaced)


def driver_sql(dialect: Dialect, statement: ClauseElement) -> str:
    """A statement as the driver takes it, with named parameters: for `exec_driver_sql` with many rows."""
    return str(for_driver(dialect, statement))


def for_driver(dialect: Dialect, statement: ClauseElement) -> SQLCompiler:
    """A statement compiled as the driver takes it, with named parameters."""
    make: Callable[..., Dialect] = type(dialect)
    named = make(paramstyle="pyformat" if dialect.name == "postgresql" else "named")
    return cast(SQLCompiler, statement.compile(dialect=named))


class RevisionSequence:
    """Our revisions: one row that every writer locks, so that the order of commits is that of revisions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        last = select(CounterRow.value).where(CounterRow.name == "revision").with_for_update()
        self._kept = self.last = connection.execute(last).scalar_one()

    def next(self) -> int:
        """The next revision."""
        self.last += 1
        return self.last

    def keep(self) -> None:
        """Write the last revision down; without it the next transaction would begin where this one did."""
        if self.last != self._kept:
            values = update(CounterRow).where(CounterRow.name == "revision").values(value=self.last)
            self._connection.execute(values)
            self._kept = self.last
