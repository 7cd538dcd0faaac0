"""Training data as published: JSON lines, plain or gzipped, two texts in each."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from models.errors import BadInput


class Row(NamedTuple):
    """Two texts that belong together, and where they come from."""

    a: str
    b: str
    source: str


def read_rows(path: Path, fields: tuple[str, str]) -> Iterator[Row]:
    """The rows of a file. Raises `BadInput` with file and line for what is no such row."""
    for number, line in _lines(path):
        try:
            record = json.loads(line)
            a, b = (record[field] for field in fields)
            if not (isinstance(a, str) and isinstance(b, str)):
                raise TypeError
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f'{path}:{number}: no JSON object with the texts "{fields[0]}" and "{fields[1]}".',
                remedy="Correct the line or leave it out.",
            ) from error
        yield Row(a, b, str(record.get("source", "")))


def held_out(rows: Iterator[Row], sources: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """The rows to train on, and those of the sources that are held out."""
    kept: list[Row] = []
    held: list[Row] = []
    for row in rows:
        (held if any(source in row.source for source in sources) else kept).append(row)
    return kept, held


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as file
        ):
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path}: cannot be read ({error}).", remedy="Give the path of a JSON-lines file."
        ) from error
