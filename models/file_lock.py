"""A lock on a file that tells who holds it, and that the system lets go of when its process ends."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock


class LockHeld(Exception):
    """Another process holds the lock. `owner` is what it said of itself; empty if it has not yet."""

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.owner = owner


class OwnedLock:
    """A lock that this process holds until it is released."""

    def __init__(self, path: Path, lock: "BaseFileLock") -> None:
        self._path = path
        self._lock = lock
        self._file = path.stat().st_ino

    @classmethod
    def take(cls, path: Path, owner: str) -> "OwnedLock":
        """Take the lock at once; raises `LockHeld`, or `OSError` where its file cannot be written."""
        # Imported here: who only searches takes no lock.
        from filelock import FileLock, Timeout

        # None is made of a file alone where the disk knows no locks: it would outlive a killed process.
        lock = FileLock(path, mode=0o600, thread_local=False, fallback_to_soft=False, preserve_lock_file=True)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise LockHeld(path.read_text(encoding="utf-8").strip()) from None
        try:
            path.write_text(owner, encoding="utf-8")
        except BaseException:
            lock.release()
            raise
        return cls(path, lock)

    def in_place(self) -> bool:
        """Whether its file is still there: who deletes that deletes the lock with it."""
        try:
            return self._path.stat().st_ino == self._file
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let another process have it; once is enough."""
        if self._lock.is_locked:
            if self.in_place():
                os.truncate(self._path, 0)
            self._lock.release()
