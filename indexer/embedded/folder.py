"""The folder of an embedded index: which build is live, who may publish, and what a crash left behind.

folder/CURRENT          the name of the live build; replaced by one atomic rename
folder/publisher.lock   held by the one process that writes
folder/<build>/         build.json, words/ (tantivy), vectors/ (FAISS segments)
"""

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

from models.durable import write_durably
from models.errors import EngineUnavailable, IndexLost, PublisherRunning
from models.file_lock import LockHeld, OwnedLock
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

    def lock(self) -> OwnedLock:
        """Become the one publisher until the lock is released.

        Raises `PublisherRunning`, or `EngineUnavailable` where nothing can be written.
        """
        try:
            with writing(self.path):
                private_folder(self.path)
                return OwnedLock.take(self.path / LOCK, str(os.getpid()))
        except LockHeld as held:
            raise PublisherRunning(
                f"Process {held.owner or 'unknown'} already publishes to the index at {self.path}.",
                remedy="Let it publish, or stop it first; `dure ingest` only writes to the store.",
            ) from held
