"""Opening the database: the engine with its settings, and the migrations that bring it up to date."""

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from models.errors import BadSetting, StoreUnavailable
from models.private_files import private_file, private_folder
from models.store import postgresql
from models.store.migration_state import applied, newest

BUSY_TIMEOUT = 30_000
"""Milliseconds that a writer waits for another one before it gives up."""
CACHE = 4_096
"""KiB of pages a connection may keep beside what is mapped: with 32 MiB a search takes as long (.98 to 1.0),
and memory grows with connections."""
MAPPED = 256
"""MiB of the database file that are read where the system keeps them, once for all connections and processes,
instead of being copied page by page: a third of the time of reading a hundred candidates."""
CONNECTIONS = 8
"""Kept open by a process; more are opened while more threads ask at once."""
AT_MOST = 24
"""As many as the threads of one process that read or write."""
WRITES = "dure_writes"
"""The execution option of a connection that is going to write."""
ADDRESSES = "Give sqlite:///path/to/dure.db or postgresql+psycopg://user:password@host/database."
REMEDIES = {
    "sqlite": "Check that the path is a Dure database, may be written, and that the disk is not full.",
    "postgresql": "Check that the server runs, the database is there, and its user may make tables.",
}


def open_engine(url: str, *, making: bool = True) -> Engine:
    """An engine on an up-to-date database; with `making`, an SQLite file and its folder are made.

    Raises:
        BadSetting: the address cannot be understood.
        StoreUnavailable: the database is not there, cannot be opened, or a newer version wrote it.
    """
    try:
        address = postgresql.with_driver(make_url(url))
        engine = _engine(address, making=making)
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"The driver of {address.drivername} is not installed.",
            remedy="For PostgreSQL: pip install 'dure[postgresql]'.",
        ) from error
    except (ArgumentError, NoSuchModuleError, TypeError) as error:
        raise BadSetting(f"The database address cannot be used: {error}.", remedy=ADDRESSES) from error
    except OSError as error:
        raise StoreUnavailable(
            f"The database's folder cannot be made: {error}.", remedy="Give a path that can be written."
        ) from error
    try:
        _bring_up_to_date(engine)
    except StoreUnavailable:
        engine.dispose()
        raise
    except DBAPIError as error:
        engine.dispose()
        raise StoreUnavailable(
            f"The database {address.render_as_string()} cannot be opened: {error.orig}.",
            remedy=REMEDIES[engine.dialect.name],
        ) from error
    return engine


def reader(engine: Engine) -> Engine:
    """The same database for transactions that only read: each sees it as of one moment."""
    return engine.execution_options(**postgresql.READING) if _is_postgresql(engine) else engine


def writer(engine: Engine) -> Engine:
    """The same database for transactions that write: they take turns."""
    options = postgresql.WRITING if _is_postgresql(engine) else {}
    return engine.execution_options(**{WRITES: True}, **options)


def _engine(address: URL, *, making: bool) -> Engine:
    if address.get_backend_name() == "postgresql":
        # Asked before use: the server may have been started anew since a connection was last used. The one
        # used last is taken first: it has the plans.
        size, more = postgresql.CONNECTIONS, postgresql.AT_MOST - postgresql.CONNECTIONS
        engine = create_engine(
            address, pool_size=size, max_overflow=more, pool_pre_ping=True, pool_use_lifo=True
        )
        postgresql.prepare(engine, WRITES, BUSY_TIMEOUT)
        return engine
    if address.get_backend_name() != "sqlite":
        raise ArgumentError(f"{address.get_backend_name()} is not supported")
    if address.database and not making and not Path(address.database).is_file():
        raise StoreUnavailable(
            f"There is no database at {address.database}.",
            remedy="Give the right --home, DURE_HOME or DURE_DATABASE_URL; `dure ingest` makes one.",
        )
    if address.database and address.database != ":memory:":
        _keep_private(Path(address.database))
    engine = create_engine(
        # The one used last is taken first: its pages are the warm ones.
        address,
        pool_size=CONNECTIONS,
        max_overflow=AT_MOST - CONNECTIONS,
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_private(database: Path) -> None:
    """Keep a database for its owner alone; SQLite gives its other files the same rights."""
    if not database.parent.exists():
        private_folder(database.parent)
    if not database.is_dir():
        private_file(database)
        for beside in ("-wal", "-shm"):
            if (there := database.with_name(database.name + beside)).exists():
                private_file(there)


def _is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _bring_up_to_date(engine: Engine) -> None:
    # Looked at before it is written to: a reader need not wait for the writer of a long import.
    with engine.begin() as connection:
        if applied(connection) == newest():
            return
    # Imported where there is something to do, which is hardly ever: Alembic is much to wait for.
    from models.store.migrating import upgrade

    # Looked at again inside: of two processes that start at once, the second finds the first one's tables.
    with writer(engine).begin() as connection:
        upgrade(connection)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Python's driver would begin transactions by itself, and too late: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL, not NORMAL: after a power cut the truth must not be older than the index made from it.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE}")
    cursor.execute(f"PRAGMA mmap_size={MAPPED << 20}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that read first and wrote later could fail half way.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
