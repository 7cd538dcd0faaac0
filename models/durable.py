"""Files and folders that appear whole: after a crash there is what was there before, or what is new."""

import os
from contextlib import suppress
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file, or make it; raises `OSError`, and then nothing has changed."""
    # Of two processes that write at once each has a file of its own, and the later one wins.
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        aside.write_bytes(content)
        put_in_place(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def put_in_place(written: Path, place: Path) -> None:
    """Move a file or folder that was written aside, on the same disk, to its place.

    A file that is there is replaced; a folder must not be there. Raises `OSError`.
    """
    for path in (*written.rglob("*"), written):
        sync(path)
    written.replace(place)
    sync(place.parent)


def sync(path: Path) -> None:
    """Have a file's content, or a folder's list of names, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
