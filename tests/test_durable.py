"""Files that appear whole, and locks that end with their process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.durable import put_in_place, write_durably
from models.errors import BadSetting, EngineUnavailable, PublisherRunning
from models.file_lock import LockHeld, OwnedLock
from pipelines.publisher_lock import publisher_lock

ROOT = Path(__file__).parent.parent
HOLDER = """
import sys
from pathlib import Path
from models.file_lock import OwnedLock
lock = OwnedLock.take(Path(sys.argv[1]), "도은채")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lock_says_who_holds_it(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(LockHeld) as held:
        OwnedLock.take(tmp_path / "lock", "김하늘")
    assert held.value.owner == "도은채"


def test_a_killed_process_leaves_its_lock(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    OwnedLock.take(tmp_path / "lock", "김하늘").release()


def test_a_released_lock_names_nobody_and_may_be_released_again(tmp_path: Path) -> None:
    lock = OwnedLock.take(tmp_path / "lock", "김하늘")
    assert (tmp_path / "lock").read_text(encoding="utf-8") == "김하늘"
    lock.release()
    lock.release()
    assert (tmp_path / "lock").read_text(encoding="utf-8") == ""
    OwnedLock.take(tmp_path / "lock", "도은채").release()


def test_a_second_publisher_of_a_home_is_told_which_command_publishes(tmp_path: Path) -> None:
    with (
        publisher_lock(tmp_path, "ingest"),
        pytest.raises(PublisherRunning, match=rf"`dure ingest` \(process {os.getpid()}\)"),
        publisher_lock(tmp_path, "publish"),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_said_with_a_remedy(tmp_path: Path) -> None:
    from indexer.embedded.folder import IndexFolder

    (tmp_path / "publisher.lock").mkdir()  # as a lock no user, and not root either, can open it
    with pytest.raises(BadSetting, match="cannot be written"), publisher_lock(tmp_path, "ingest"):
        pass
    with pytest.raises(EngineUnavailable, match="cannot be written"):
        IndexFolder(tmp_path).lock()


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_durably(tmp_path / "CURRENT", b"old")
    write_durably(tmp_path / "CURRENT", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("CURRENT", b"new")]


def test_what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(OSError, match="CURRENT"):
        write_durably(tmp_path / "CURRENT", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["CURRENT"]


def test_a_folder_written_aside_is_put_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "aside" / "in").mkdir(parents=True)
    (tmp_path / "aside" / "in" / "file").write_bytes(b"all")
    put_in_place(tmp_path / "aside", tmp_path / "place")
    assert (tmp_path / "place" / "in" / "file").read_bytes() == b"all"
