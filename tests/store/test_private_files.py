"""Database, index and home are for their owner alone, under any umask, also where they were there before."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.embedded.folder import IndexFolder
from models.private_files import private_folder
from models.records import Channel
from models.store import Store
from search_api.wiring.home import open_store
from search_api.wiring.settings import load_settings

CHANNEL = Channel(id="s:일반", network="s", name="일반")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def test_a_new_home_and_all_files_of_its_database_are_for_their_owner(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_store(load_settings(home=home), making=True) as store:
        store.write([CHANNEL])
        assert mode(home) == 0o700
        assert {file.name: mode(file) for file in home.iterdir()} == {
            "cache": 0o700,
            "dure.db": 0o600,
            "dure.db-wal": 0o600,
            "dure.db-shm": 0o600,
        }


def test_a_home_from_before_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_store(load_settings(home=home), making=True) as store:
        store.write([CHANNEL])
        home.chmod(0o755)
        for file in home.iterdir():
            file.chmod(0o644)
        with open_store(load_settings(home=home), making=True) as again:
            assert again.status().channels == 1
            assert {mode(file) for file in home.iterdir()} == {0o600}
        assert mode(home) == 0o700


def test_a_database_elsewhere_is_closed_and_its_folder_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    Store.open(f"sqlite:///{shared}/dure.db").close()
    assert (mode(shared), mode(shared / "dure.db")) == (0o755, 0o600)


def test_a_folder_with_other_things_in_it_is_not_closed(tmp_path: Path) -> None:
    shared = tmp_path / "srv"
    (shared / "www").mkdir(parents=True)
    shared.chmod(0o755)
    with open_store(load_settings(home=shared), making=True):
        assert mode(shared) == 0o755
    sticky = tmp_path / "tmp"
    sticky.mkdir()
    sticky.chmod(0o1777)
    private_folder(sticky)
    assert mode(sticky) == 0o1777


def test_the_index_is_for_its_owner(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir(mode=0o755)
    IndexFolder(tmp_path / "index").lock().release()
    assert mode(tmp_path / "index") == 0o700
