"""Folders and files that other users of the machine shall not read, whatever the umask is."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ALONE = 0o700
OTHERS = 0o077
"""The rights of the group and of all others."""


def private_folder(path: Path, *, ours: tuple[str, ...] = ("",)) -> None:
    """Make a folder that its owner alone enters; close one that is there, unless it holds what is not `ours`.

    `ours` are beginnings of names. A folder given by mistake, such as /srv, stays as it is, and so does one
    of another owner.
    """
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True, mode=OWNER_ALONE)
    elif path.is_dir() and all(entry.name.startswith(ours) for entry in _entries(path)):
        _close(path)


def private_file(path: Path) -> None:
    """Make an empty file that its owner alone reads; one that is there is closed to others."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    _close(path)


def is_private(path: Path) -> bool:
    """Whether others of the machine are kept out of a folder or file."""
    return not stat.S_IMODE(path.stat().st_mode) & OTHERS


def _close(path: Path) -> None:
    # Of a mounted volume or a read-only disk only its owner decides.
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & OTHERS and not mode & stat.S_ISVTX:
            path.chmod(mode & ~OTHERS)


def _entries(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []
