"""`Table`: a class whose annotated columns are a table of SQLAlchemy Core.

As SQLAlchemy's own declarative classes, but without its object mapper: rows are read and written by Core
statements only, and the mapper takes a tenth of a second to load and more to build every statement.
"""

from datetime import UTC, date, datetime, timedelta
from types import UnionType
from typing import Any, ClassVar, TypeVar, cast, get_args

import sqlalchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NAMING = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
}
"""Constraints have the same names on every database, so that a migration can speak of them."""

AnyTable = TypeVar("AnyTable", bound="Table")


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 (negative before)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The number for a time; a naive one is taken to be UTC."""
        if value is None:
            return None
        return ((value if value.tzinfo else value.replace(tzinfo=UTC)) - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """The time for a number, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


TYPES = {
    str: Text,
    int: BigInteger,
    bool: Boolean,
    float: Float,
    bytes: LargeBinary,
    date: Date,
    datetime: Instant,
}
"""How each type of Python is stored, unless a column says otherwise."""


class Table:
    """The root of every table. A column that may be empty is annotated so: `ColumnClause[str | None]`.

    SQLAlchemy takes the class wherever it takes a table.
    """

    metadata: ClassVar = MetaData(naming_convention=NAMING)
    __tablename__: ClassVar[str]
    __table__: ClassVar[sqlalchemy.Table]
    __table_args__: ClassVar[tuple[sqlalchemy.Index, ...]] = ()

    def __init_subclass__(cls) -> None:
        columns = [_column(cls, name, annotation) for name, annotation in cls.__annotations__.items()]
        cls.__table__ = sqlalchemy.Table(cls.__tablename__, cls.metadata, *columns, *cls.__table_args__)

    @classmethod
    def __clause_element__(cls) -> sqlalchemy.Table:
        return cls.__table__


def aliased(table: type[AnyTable]) -> type[AnyTable]:
    """The same table under another name, for statements that speak of it twice."""
    alias = table.__table__.alias()
    members: dict[str, Any] = {"__clause_element__": lambda: alias, **alias.columns}
    return cast(type[AnyTable], type(table.__name__, (), members))


def _column(table: type[Table], name: str, annotation: Any) -> Column[Any]:
    (kind,) = get_args(annotation)
    column: Column[Any] = table.__dict__.get(name, Column())
    may_be_empty = isinstance(kind, UnionType)
    if isinstance(column.type, sqlalchemy.types.NullType):
        column.type = TYPES[get_args(kind)[0] if may_be_empty else kind]()
    column.name = column.key = name
    column.nullable = may_be_empty
    setattr(table, name, column)
    return column
