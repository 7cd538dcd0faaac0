"""Digests of large files, kept with what tells whether a file is still the one that was read."""

import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from models.durable import write_durably

YOUNG_SECONDS = 2.0
"""A file that was changed within this time may be changed again in the same tick of the disk's clock."""


class KeptDigests:
    """Digests by path, in the file `digests.json` of a folder for what can be made again.

    A file is taken for the one that was read as long as its size, its inode and both its times (of content
    and of status, to the nanosecond) are what they were; otherwise it is read again. Without a folder, or
    where that cannot be written, files are read every time.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / "digests.json" if folder else None

    def sha256(self, path: Path) -> str:
        """The digest of a file, in hexadecimal; raises `OSError`. Reads it at about 1 GB/s if it must."""
        with path.open("rb") as file:
            looks = _looks(path)
            kept = self._kept()
            if kept.get(str(path), [])[:-1] == looks:
                return str(kept[str(path)][-1])
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        young = time.time_ns() - max(looks[2:]) < YOUNG_SECONDS * 1e9
        if self._file and not young and looks == _looks(path):
            rows = {name: row for name, row in kept.items() if Path(name).exists()}
            # Of two processes that write at once the later one wins: the other's files are read once more.
            with suppress(OSError):
                write_durably(self._file, json.dumps({**rows, str(path): [*looks, digest]}).encode())
        return digest

    def _kept(self) -> dict[str, list[Any]]:
        if self._file:
            with suppress(OSError, ValueError):
                kept = json.loads(self._file.read_bytes())
                if isinstance(kept, dict) and all(isinstance(row, list) for row in kept.values()):
                    return kept
        return {}


def _looks(path: Path) -> list[int]:
    seen = path.stat()
    return [seen.st_size, seen.st_ino, seen.st_mtime_ns, seen.st_ctime_ns]
