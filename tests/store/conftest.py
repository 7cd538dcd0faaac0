"""A fresh store for every test, on each database in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_fixture import store_in_sqlite

from models.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "postgresql":
        # Imported here: SQLite is tested also where PostgreSQL's driver is not.
        from postgresql_fixture import store_in_postgresql

        return store_in_postgresql(request)
    return store_in_sqlite(request, tmp_path / "home")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url)
    yield opened
    opened.close()
