"""PostgreSQL as the store's database: the same promises as SQLite's, said in its own way.

Writers take turns, as they do on SQLite: a batch is read, decided and written as if alone, so no two can
deadlock or decide from what the other is about to change. What takes long (reading posts) is no transaction.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, event

DRIVER = "postgresql+psycopg"
CONNECTIONS = 10
"""Connections kept open by a process; a server's PostgreSQL has 100 for all of its clients by default."""
AT_MOST = 40
"""As many as a threaded server has threads by custom."""
WRITERS_TURN = 0x64757265_00000001
"""The advisory lock that a writing transaction holds to its end."""

READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""A reader's statements all see the store as of one moment."""
WRITING: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
"""Each statement of a writer sees what the writer before it committed while it waited for its turn."""


def with_driver(address: URL) -> URL:
    """The address with the driver that Dure ships with, where none is named."""
    return address.set(drivername=DRIVER) if address.drivername in ("postgresql", "postgres") else address


def prepare(engine: Engine, writes: str, patience: int) -> None:
    """Let transactions with the execution option `writes` take turns; each waits at most `patience` ms."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(writes, False):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_TURN})")
