"""A real PostgreSQL for tests: one server for a whole run of pytest, a database for each test alone.

`DURE_TEST_POSTGRESQL=postgresql+psycopg://…` takes a server that runs already (`scripts/postgresql.py run`).
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from postgresql import PostgreSQLServer
from shared_server import SharedServer
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from models.store import Store

SHAPE = """
SELECT md5(string_agg(concat_ws(' ', attrelid, attnum, attname, atttypid), ',' ORDER BY attrelid, attnum))
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace
"""
"""Tells whether tables and indexes are the very ones that were copied: what is made anew has another number."""
KEEP = """
CREATE SCHEMA original;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE original.%%1$I AS TABLE public.%%1$I', name);
    END LOOP;
END $$
"""
EMPTY = """
DO $$ DECLARE name text; BEGIN
    PERFORM set_config('lock_timeout', '5s', true), set_config('session_replication_role', 'replica', true);
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%%1$I', name);
        EXECUTE format('INSERT INTO public.%%1$I SELECT * FROM original.%%1$I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(name::regclass, 1, false);
    END LOOP;
END $$
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
PATIENCE = 5
"""Seconds for sessions that were closed to be gone."""


@dataclass
class EmptyStores:
    """Databases with an empty store: one to copy, with its shape, and those that tests have left."""

    template: str
    shape: str
    left: list[str] = field(default_factory=list)


ADMIN = pytest.StashKey[Engine]()
STORES = pytest.StashKey[EmptyStores]()


def _start() -> tuple[str, Callable[[], object]]:
    server = PostgreSQLServer()
    return server.start(), server.stop


SERVER = SharedServer("DURE_TEST_POSTGRESQL", _start)


def postgresql_url(request: pytest.FixtureRequest) -> str:
    """The address of the server, started by the first test that asks and stopped at the end of the run.

    Where none can run, the test is skipped with the reason; under `CI=true` it fails.
    """
    return SERVER.url(request)


def store_in_postgresql(request: pytest.FixtureRequest) -> str:
    """The address of an empty store that belongs to this test alone: one that was left and emptied, or a copy."""
    stores = empty_stores(request)
    if stores.left:
        name = stores.left.pop()
    else:
        name = f"test_{uuid.uuid4().hex}"
        say(request, f"CREATE DATABASE {name} TEMPLATE {stores.template}")
        request.config.add_cleanup(lambda: drop(request, name))
    request.addfinalizer(lambda: leave(request, name))
    return address(request, name)


def empty_postgresql(request: pytest.FixtureRequest) -> str:
    """The address of a database without tables, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    say(request, f"CREATE DATABASE {name}")
    request.addfinalizer(lambda: drop(request, name))
    return address(request, name)


def empty_stores(request: pytest.FixtureRequest) -> EmptyStores:
    """The same for the whole run."""
    stash = request.config.stash
    if STORES not in stash:
        name = f"template_{uuid.uuid4().hex}"
        say(request, f"CREATE DATABASE {name}")
        request.config.add_cleanup(lambda: drop(request, name))
        Store.open(address(request, name)).close()
        with create_engine(address(request, name), poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql(KEEP)
            stash[STORES] = EmptyStores(name, shape(connection))
    return stash[STORES]


def leave(request: pytest.FixtureRequest, name: str) -> None:
    """Empty a store for the next test: making a database takes ten times as long. Drop what is not as it was."""
    stores = empty_stores(request)
    engine = create_engine(address(request, name), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            if alone(connection) and shape(connection) == stores.shape:
                connection.exec_driver_sql(EMPTY)
                stores.left.append(name)
    except SQLAlchemyError:
        pass
    if name not in stores.left:
        drop(request, name)


def alone(connection: Connection) -> bool:
    """Whether no other session is in the database, or is so soon: the server learns late that one was closed."""
    deadline = time.monotonic() + PATIENCE
    while connection.exec_driver_sql(OTHERS).scalar():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def shape(connection: Connection) -> str:
    """What tables and indexes there are."""
    return str(connection.exec_driver_sql(SHAPE).scalar())


def drop(request: pytest.FixtureRequest, name: str) -> None:
    """Remove a database. By force: a test that failed may have left a session."""
    say(request, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def address(request: pytest.FixtureRequest, database: str) -> str:
    """The address of a database on the server."""
    url = administrator(request).url.set(database=database)
    return url.render_as_string(hide_password=False)


def say(request: pytest.FixtureRequest, statement: str) -> None:
    """Run one statement that is no part of a transaction."""
    with administrator(request).connect() as connection:
        connection.exec_driver_sql(statement)


def administrator(request: pytest.FixtureRequest) -> Engine:
    """A connection that makes and drops databases, the same for the whole run."""
    stash = request.config.stash
    if ADMIN not in stash:
        stash[ADMIN] = create_engine(postgresql_url(request), isolation_level="AUTOCOMMIT")
        request.config.add_cleanup(stash[ADMIN].dispose)
    return stash[ADMIN]
