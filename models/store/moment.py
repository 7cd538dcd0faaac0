"""One moment of the store: reads that share a transaction, and what they have read already."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection

from models.scope import Scope

Found = TypeVar("Found")
Read = Callable[..., Mapping[str, Found]]
"""A read of the store by ids: it takes a connection, the ids and a scope first."""


class Moment:
    """A transaction for reading. Nothing changes within it, so that nothing is read twice."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._known: dict[tuple[Read[Any] | str, Scope], dict[str, Any]] = {}

    def known(self, read: Callable[..., Mapping[str, Found]], scope: Scope) -> dict[str, Found]:
        """What a read has found so far, by id; what is put into it is known from then on."""
        return self._known.setdefault((read, scope), {})

    def remembered(
        self, read: Read[Found], ids: Collection[str], scope: Scope, *further: object
    ) -> dict[str, Found]:
        """What `read` finds of the ids, by id; only those are read that were not before, seen or not."""
        known = self._known.setdefault((read, scope), {})
        unread = dict.fromkeys(id_ for id_ in ids if id_ not in known)
        if unread:
            found = read(self.connection, unread.keys(), scope, *further)
            known.update((id_, found.get(id_)) for id_ in unread)
        return {id_: one for id_ in dict.fromkeys(ids) if (one := known[id_]) is not None}

    def named(
        self,
        read: Callable[..., Mapping[str, Mapping[str, str]]],
        wanted: Mapping[str, Collection[str]],
        scope: Scope,
    ) -> dict[str, dict[str, str]]:
        """The names of values by field; all that are not known yet are read together."""
        known = {field: self._known.setdefault((field, scope), {}) for field in wanted}
        unread = {
            field: [value for value in dict.fromkeys(values) if value not in known[field]]
            for field, values in wanted.items()
        }
        if any(unread.values()):
            for field, names in read(self.connection, unread, scope).items():
                known[field].update((value, names.get(value)) for value in unread[field])
        return {
            field: {value: name for value in values if (name := known[field].get(value)) is not None}
            for field, values in wanted.items()
        }
