"""A fresh store for every test, and the records that tests are written in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.store import Store


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """The address of an empty database: the one place to parametrise over other databases."""
    return f"sqlite:///{tmp_path}/home/dure.db"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url)
    yield opened
    opened.close()
