"""The publisher's lock: one process publishes from a home at a time, whatever the engine."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from pathlib import Path

from models.errors import BadSetting, PublisherRunning
from models.file_lock import LockHeld, OwnedLock

FILE = "publisher.lock"
SERVE = "serve"
"""The command whose process goes on publishing, and answers requests for a rebuild."""


@contextmanager
def publisher_lock(home: Path, command: str) -> Iterator[None]:
    """Be the publisher of this home while inside.

    Raises `PublisherRunning`, which names the process and the command that publishes already.
    """
    parent = parent_process()  # of a server's processes the first is the one to stop
    owner = json.dumps([parent.pid if parent else os.getpid(), command])
    try:
        lock = OwnedLock.take(home / FILE, owner)
    except LockHeld as held:
        process, running = _told(held.owner)
        raise PublisherRunning(
            f"`dure {running}` (process {process}) publishes from {home} already.",
            remedy="Wait for it to end, or stop it.",
            command=running,
        ) from held
    except OSError as error:
        raise BadSetting(
            f"The home {home} cannot be written: {error.strerror}.",
            remedy="Change its owner, or give another folder with --home or DURE_HOME.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def serving(home: Path) -> bool:
    """Whether a server publishes from this home at this moment."""
    try:
        with publisher_lock(home, "status"):
            return False
    except PublisherRunning as error:
        return error.command == SERVE


def _told(owner: str) -> tuple[int, str]:
    try:
        process, command = json.loads(owner)
    except ValueError:
        # It holds the lock already and has not written its name yet, or not any more.
        return 0, "publish"
    return process, command
