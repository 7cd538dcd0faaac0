"""SQLite for tests: a store is copied from one that was made before, for making one runs every migration."""

import shutil
from pathlib import Path

import pytest

from models.store import Store

TEMPLATE = pytest.StashKey[Path]()


def store_in_sqlite(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty store in a folder, which is made if it is missing."""
    stash = request.config.stash
    if TEMPLATE not in stash:
        made: Path = request.getfixturevalue("tmp_path_factory").mktemp("template") / "dure.db"
        Store.open(f"sqlite:///{made}").close()
        stash[TEMPLATE] = made
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{shutil.copy(stash[TEMPLATE], folder / 'dure.db')}"
