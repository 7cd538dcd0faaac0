"""What denials close: containers by name, and the thread that a named post stands in, wherever that moves."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, bindparam, func, or_, select

from models.records import Denial
from models.scope import thread_token
from models.store.directory_tables import ChannelRow, CompanyRow, DenialRow, PersonRow
from models.store.statements import among
from models.store.table import Instant
from models.store.tables import PostRow

THREAD = thread_token("")
_AT = bindparam("at", type_=Instant())
# Which thread a post stands in may be learnt late or change: a denial names a post, and what it closes is
# looked up each time.
DENIED = (
    select(DenialRow.container, PostRow.thread)
    .outerjoin(
        PostRow,
        DenialRow.container.startswith(THREAD, autoescape=True)
        & (PostRow.id == func.substr(DenialRow.container, len(THREAD) + 1)),
    )
    .where(
        DenialRow.person.in_(["", bindparam("person")]),
        or_(DenialRow.since.is_(None), DenialRow.since <= _AT),
        or_(DenialRow.until.is_(None), DenialRow.until > _AT),
    )
)
"""The denials in force for `person` (empty: all) `at` a time: container, and thread of the post it names."""


class Denials:
    """What the denials of one store close."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def unmatched(self, denials: Iterable[Denial]) -> dict[Denial, str]:
        """Those of the denials that close nothing as things stand, and why."""
        with self._reading() as connection:
            return unmatched(connection, denials)


def closed_by(container: str, thread: str | None) -> set[str]:
    """The containers that a denial closes, by its row of `DENIED`.

    The name that a denial gives stays closed, too: replies to a post that has not come lie in its thread, and
    an index may not know yet that the thread is another's now.
    """
    return {container, thread_token(thread)} if thread else {container}


def unmatched(connection: Connection, denials: Iterable[Denial]) -> dict[Denial, str]:
    """Those of the denials that close nothing yet, since what they name is not known, and why."""
    denials = list(denials)
    containers = {denial.container for denial in denials}
    known = {f"company:{id_}" for id_ in _known(connection, CompanyRow, _named("company", containers))}
    known |= {f"channel:{id_}" for id_ in _known(connection, ChannelRow, _named("channel", containers))}
    posts = _named("thread", containers)
    opened = select(PostRow.thread).where(among(PostRow.thread, posts)).distinct()
    known |= {thread_token(id_) for id_ in _known(connection, PostRow, posts)}
    known |= {thread_token(id_) for id_ in connection.execute(opened).scalars()}
    persons = _known(connection, PersonRow, {denial.person for denial in denials if denial.person})
    found = {}
    for denial in denials:
        if denial.container not in known:
            kind, _, name = denial.container.partition(":")
            found[denial] = f"{'post' if kind == 'thread' else kind} '{name}'"
        elif denial.person and denial.person not in persons:
            found[denial] = f"person '{denial.person}'"
    return {denial: f"Nothing is closed yet: there is no {named}." for denial, named in found.items()}


def _named(kind: str, containers: Iterable[str]) -> set[str]:
    prefix = f"{kind}:"
    return {container.removeprefix(prefix) for container in containers if container.startswith(prefix)}


def _known(
    connection: Connection,
    row: type[CompanyRow | ChannelRow | PersonRow | PostRow],
    ids: Iterable[str],
) -> set[str]:
    return set(connection.execute(select(row.id).where(among(row.id, ids))).scalars())
