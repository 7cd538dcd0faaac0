"""PostgreSQL as the store's database: the same promises as SQLite's, said in its own way.

Writers take turns, as they do on SQLite: a batch is read, decided and written as if alone, so no two can
deadlock or decide from what the other is about to change. What takes long (reading posts) is no transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

DRIVER = "postgresql+psycopg"
CONNECTIONS = 5
"""Connections kept open by a process; a server's PostgreSQL has 100 for all of its clients by default."""
AT_MOST = 24
"""As many as the threads of one process that read or write."""
WRITERS_TURN, PUBLISHING, REBUILDING = (0x64757265_00000000 + number for number in (1, 2, 3))
"""Advisory locks, of numbers that no other program will think of: the first is a writer's to its commit, the
others are a publisher's for as long as its session lives."""

READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""A reader's statements all see the store as of one moment."""
WRITING: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
"""Each statement of a writer sees what the writer before it committed while it waited for its turn."""
ENDURANCE = {
    "idle_in_transaction_session_timeout": 0,
    "idle_session_timeout": 0,
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}
"""The server's patience with a connection that waits with its locks: endless, unless its machine is gone."""
PLANNING = {"random_page_cost": 1.1, "plan_cache_mode": "force_generic_plan"}
"""How the server plans. A page read at random costs what it costs on flash or in memory: by default it read
all 32,000 accounts to find the authors of ten posts (4.6 ms instead of .2). And a plan is kept whatever the
values: they change no estimate here, and to plan the signals of candidates takes 6 ms."""


def with_driver(address: URL) -> URL:
    """The address with the driver that Dure ships with, where none is named."""
    return address.set(drivername=DRIVER) if address.drivername in ("postgresql", "postgres") else address


def prepare(engine: Engine, writes: str, patience: int) -> None:
    """Let transactions with the execution option `writes` take turns; each waits at most `patience` ms. Let
    the server plan as it should.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        _set(PLANNING, cursor.execute)
        cursor.close()
        connection.commit()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(writes, False):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_TURN})")


def locker(engine: Engine) -> Engine:
    """The same database for transactions whose only purpose is what they lock."""
    return engine.execution_options(**WRITING)


def session(engine: Engine) -> Engine:
    """The same database for sessions whose only purpose is what they lock, without a transaction."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def endure(connection: Connection) -> None:
    """Let the connection be idle for as long as it likes, and be ended soon when our machine is gone."""
    _set(ENDURANCE, connection.exec_driver_sql)


def _set(settings: Mapping[str, object], execute: Callable[[str], object]) -> None:
    for name, value in settings.items():
        execute(f"SET {name} = {value}")
