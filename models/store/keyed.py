"""Records told apart by a key: how they become rows, and how a batch is written as if one by one."""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, select, tuple_

from models.records import Employment, Membership, Record
from models.store.statements import among, chunks, table_of, upsert
from models.store.table import Table
from models.stored import Change

Values = dict[str, Any]
Merge = Callable[[Values | None, Values], Values | None]
"""Given the row that is there (or None) and the new one: the row to keep, or None if the new one is older."""

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Stands for a beginning that is not known, where it is part of a key."""
UNKNOWN_SINCE: dict[type[Any], date] = {Employment: date.min, Membership: ALWAYS}


def values_of(record: Record, row: type[Table]) -> Values:
    """The row of a record: the same names; in a key, empty stands for none."""
    values: Values = {}
    for name, is_key in _columns(table_of(row)):
        value = getattr(record, name, None)
        if value is None and is_key:
            value = UNKNOWN_SINCE[type(record)] if name == "since" else ""
        values[name] = value.value if isinstance(value, Enum) else value
    return values


@cache
def _columns(table: sqlalchemy.Table) -> tuple[tuple[str, bool], ...]:
    return tuple((column.name, column.primary_key) for column in table.columns)


def put(
    connection: Connection, row: type[Table], records: Sequence[Record], merge: Merge
) -> tuple[list[Change], list[tuple[Values | None, Values]]]:
    """Write records of one kind in order; what each did, and the (old, new) row of every changed key."""
    keys = [column.name for column in table_of(row).primary_key]
    rows = [values_of(record, row) for record in records]
    identities = [tuple(values[key] for key in keys) for values in rows]
    before = _load(connection, row, keys, identities)
    after: dict[Hashable, Values] = dict(before)
    changes: list[Change] = []
    for identity, values in zip(identities, rows, strict=True):
        old = after.get(identity)
        new = merge(old, values)
        if new is None:
            changes.append(Change.OLDER)
        elif new == old:
            changes.append(Change.UNCHANGED)
        else:
            after[identity] = new
            changes.append(_change(old, new))
    changed = [(before.get(key), values) for key, values in after.items() if before.get(key) != values]
    upsert(connection, row, [values for _, values in changed])
    return changes, changed


def _change(old: Values | None, new: Values) -> Change:
    """Found to be so once more is nothing new."""
    if old is None:
        return Change.CREATED
    again = "as_of" in old and {**old, "as_of": None} == {**new, "as_of": None}
    return Change.UNCHANGED if again else Change.UPDATED


def _load(
    connection: Connection, row: type[Table], keys: list[str], identities: Sequence[tuple[Any, ...]]
) -> dict[Hashable, Values]:
    table = table_of(row)
    columns = [table.columns[key] for key in keys]
    found: dict[Hashable, Values] = {}
    for chunk in chunks(dict.fromkeys(identities)):
        one = len(columns) == 1
        condition = among(columns[0], [key for (key,) in chunk]) if one else tuple_(*columns).in_(chunk)
        for values in connection.execute(select(table).where(condition)).mappings():
            found[tuple(values[key] for key in keys)] = dict(values)
    return found
