"""What is held until a run or request has been read to its end: in memory while small, else on disk."""

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Generic, Self, TypeVar

MEMORY_BYTES = 1 << 20
"""Kept on disk beyond this, so that memory does not grow with what arrives."""

Item = TypeVar("Item")


def spooled_file(folder: Path | None = None) -> IO[bytes]:
    """A file that nobody else sees, gone when it is closed; without a folder it goes where such files do."""
    return tempfile.SpooledTemporaryFile(MEMORY_BYTES, dir=str(folder) if folder else None)


class Spool(Generic[Item]):
    """Items in the order in which they came, in a file of their own; read at will, then closed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = spooled_file(folder)
        self._count = 0

    def add(self, item: Item) -> None:
        """Keep an item; all are added before any is read."""
        pickle.dump(item, self._file)
        self._count += 1

    def __iter__(self) -> Iterator[Item]:
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
