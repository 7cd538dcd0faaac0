"""A real PostgreSQL for tests: one server for a whole run of pytest, a database of its own for each test.

`DURE_TEST_POSTGRESQL=postgresql+psycopg://…` takes a server that runs already (`scripts/postgresql.py run`).
"""

import uuid
from collections.abc import Callable

import pytest
from postgresql import PostgreSQLServer
from shared_server import SharedServer
from sqlalchemy import Engine, create_engine

from models.store import Store

ADMIN = pytest.StashKey[Engine]()
TEMPLATE = pytest.StashKey[str]()


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
    """The address of an empty store that belongs to this test alone, copied from one that was made before."""
    stash = request.config.stash
    if TEMPLATE not in stash:
        name = stash[TEMPLATE] = f"template_{uuid.uuid4().hex}"
        say(request, f"CREATE DATABASE {name}")
        request.config.add_cleanup(lambda: say(request, f"DROP DATABASE {name} WITH (FORCE)"))
        Store.open(address(request, name)).close()
    return empty_postgresql(request, template=stash[TEMPLATE])


def empty_postgresql(request: pytest.FixtureRequest, *, template: str = "template1") -> str:
    """The address of a database without tables (or with those of a template), dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    say(request, f"CREATE DATABASE {name} TEMPLATE {template}")
    # By force: a test that failed may have left a session.
    request.addfinalizer(lambda: say(request, f"DROP DATABASE {name} WITH (FORCE)"))
    return address(request, name)


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
