"""What every source is: a function from a path to records, each with its place, and problems."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    # The names of the sources are told without waiting for what reads them.
    from models.snapshot import Line
    from pipelines.problems import Problem

STANDARD_INPUT = Path("-")

Progress = Callable[[int], None]
"""Told after each piece of input how many more bytes on disk are done with; they add up to `source_size`."""


class Located(NamedTuple):
    """A record or snapshot and where it stood; `line` counts from 1."""

    record: "Line"
    file: str
    line: int | None


class Source(Protocol):
    """Reads a file, archive or folder, piece by piece: memory does not grow with the input.

    Good records go on when others are bad; a snapshot is given only of what was read whole. Raises
    `UnreadableSource` (at the first step) only when nothing can be read at all. Options of its own are
    further keyword arguments, with a default.
    """

    def __call__(self, path: Path, *, progress: Progress = ...) -> "Iterator[Located | Problem]":
        """The records and problems of `path`, in the order in which they stand there."""
        ...


def unwatched(_: int) -> None:
    """A `Progress` for which nobody waits."""


def source_size(path: Path) -> int | None:
    """How many bytes on disk a source will go through; None where nobody can know (standard input)."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size if path.is_file() else None
