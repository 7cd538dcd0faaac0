"""The folder of an embedded index: which build is live, who may publish, and what a crash left behind.

folder/CURRENT          the name of the live build; replaced by one atomic rename
folder/publisher.lock   held by the one process that writes
folder/<build>/         build.json, words/ (tantivy), vectors/ (FAISS segments)
"""

import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

from models.errors import EngineUnavailable, IndexLost, PublisherRunning
from models.private_files import private_folder

LOCK = "publisher.lock"
BUILD_NAME = re.compile(r"[0-9a-f]{32}")
REBUILD = "Run `dure rebuild` to make it anew from the store."
HEALING = "A running server makes it anew from the store; without one, run `dure rebuild`."
ROOM = "Check free space and rights, then start again; nothing committed is lost."
REFUSED = re.compile(
    r"No space left|Permission denied|Read-only file system|quota|File too large", re.IGNORECASE
)
"""What the system says of a disk, which tantivy tells in words only."""


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Translate what the libraries raise over a missing or damaged file into `IndexLost`.

    A disk that is full or refuses is no damage, but `EngineUnavailable`: a rebuild would fail as well.
    """
    try:
        yield
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, BadZipFile) as error:
        message = f"The index at {path} cannot be used: {error}."
        if REFUSED.search(str(error)):
            raise EngineUnavailable(message, remedy=ROOM) from error
        raise IndexLost(message, remedy=HEALING) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Translate what the libraries raise while they write (a full disk above all) to `EngineUnavailable`."""
    try:
        yield
    except UnicodeError:  # the caller's text, not the disk
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineUnavailable(
            f"The index at {path} cannot be written: {error}.",
            remedy=ROOM,
        ) from error


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file so that a crash leaves either the old content or the new."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file's content, or a folder's list of names, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def signature(path: Path) -> tuple[int, int, int] | None:
    """Tells one atomically replaced file from the next; None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


class IndexFolder:
    """Names, swaps and sweeps the builds in one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.current = path / "CURRENT"

    def live(self) -> Path | None:
        """The live build; None where nothing was built yet. `IndexLost` if damaged."""
        with readable(self.current):
            if not self.current.exists():
                return None
            name = self.current.read_text("utf-8").strip()
            if not BUILD_NAME.fullmatch(name):
                raise ValueError("it does not name a build")
            if not (self.path / name).is_dir():
                raise ValueError(f"it names the build {name}, which is not there")
        return self.path / name

    def new_build(self) -> Path:
        """A path for a build that nobody has used before."""
        return self.path / uuid.uuid4().hex

    def swap_in(self, build: Path) -> None:
        """Make a build the live one, atomically and durably."""
        with writing(self.path):
            write_durably(self.current, f"{build.name}\n".encode())

    def sweep(self) -> None:
        """Remove every build but the live one: rebuilds that a crash cut short, and what they replaced."""
        live = self.live()
        for path in self.path.iterdir():
            if BUILD_NAME.fullmatch(path.name) and path != live:
                shutil.rmtree(path, ignore_errors=True)

    def holds(self, lock: IO[str]) -> bool:
        """Whether a lock is still in the folder: who deletes that deletes the lock with it."""
        there = signature(self.path / LOCK)
        return there is not None and there[0] == os.fstat(lock.fileno()).st_ino

    def lock(self) -> IO[str]:
        """Become the one publisher until the file is closed; raises `PublisherRunning`."""
        private_folder(self.path)
        file = (self.path / LOCK).open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            file.close()
            raise PublisherRunning(
                f"Process {owner} already publishes to the index at {self.path}.",
                remedy="Let it publish, or stop it first; `dure ingest` only writes to the store.",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file
