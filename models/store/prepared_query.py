"""Queries that every question asks: compiled once, then given to the driver as they are.

On SQLAlchemy's own way each costs .1 ms, which is what SQLite needs to answer most of them.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

from models.store.statements import for_driver

QUERIES_KEPT = 256
Query = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
Conversion = tuple[str, Callable[[Any], Any]]


class _Prepared(NamedTuple):
    """A query as the driver takes it: its own values, and what turns ours into those of the driver and back.

    `row` is what its rows are made by: a named tuple of its columns.
    """

    sql: str
    values: Mapping[str, Any]
    given: tuple[Conversion, ...]
    found: tuple[tuple[int, Callable[[Any], Any]], ...]
    row: Callable[[tuple[Any, ...]], Any]


def rows_of(connection: Connection, query: Query, given: Mapping[str, Any]) -> list[Any]:
    """The rows of a query that is built once, as named tuples; raises what `Connection.execute` does."""
    dialect = connection.dialect
    prepared = _prepared(dialect, query)
    values = {**prepared.values, **given}
    for name, convert in prepared.given:
        values[name] = convert(values[name])
    cursor = connection.connection.cursor()
    try:
        dialect.do_execute(cursor, prepared.sql, values)
        rows = cursor.fetchall()
    except dialect.loaded_dbapi.Error as error:
        raise _told(connection, prepared.sql, error) from error
    finally:
        cursor.close()
    if rows and prepared.found:
        columns: list[Any] = list(zip(*rows, strict=True))
        for place, convert in prepared.found:
            columns[place] = map(convert, columns[place])
        rows = list(zip(*columns, strict=True))
    return list(map(prepared.row, rows))


@lru_cache(QUERIES_KEPT)
def _prepared(dialect: Dialect, query: Query) -> _Prepared:
    compiled = for_driver(dialect, query)
    given = {
        name: bound.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bound in compiled.binds.items()
    }
    own = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
    columns = query.selected_columns
    found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    named: Any = namedtuple
    return _Prepared(
        str(compiled),
        {name: convert(value) if (convert := given[name]) else value for name, value in own.items()},
        tuple((name, convert) for name, convert in given.items() if convert and name not in own),
        tuple((place, convert) for place, convert in enumerate(found) if convert),
        # As its `_make`, which is Python and takes as long as reading the row.
        partial(tuple.__new__, named("Row", columns.keys(), rename=True)),
    )


def _told(connection: Connection, sql: str, error: Any) -> Exception:
    """What SQLAlchemy says of an error of the driver; a connection that is lost goes out of use."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)
    told: Exception = DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )
    if lost:
        connection.invalidate(error)
    return told
