"""Dure's own format: a record or a snapshot as a JSON object on each line (docs/sources.md)."""

import gzip
import json
import sys
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from pydantic import ValidationError

from models.counted import counted
from models.errors import UnreadableSource
from models.snapshot import line_adapter
from pipelines.problems import Problem
from pipelines.sources.archive import DAMAGE, damaged
from pipelines.sources.checks import invalid_record
from pipelines.sources.encoding import decoded, usable, utf8
from pipelines.sources.pieces import CHUNK, LONGEST_PIECE, pieces
from pipelines.sources.source import STANDARD_INPUT, Located, Progress, unwatched

ONE_A_LINE = "Write one JSON object on each line."
SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

ESCAPED_NUL = b"\\u0000"
"""The one character that validation lets through and nothing after it can take."""

GZIP_MARK = b"\x1f\x8b"


def read(path: Path, *, progress: Progress = unwatched) -> Iterator[Located | Problem]:
    """The records of a .jsonl or .ndjson file (also .gz), of a folder of such files by name, or of `-`."""
    if path == STANDARD_INPUT:
        yield from read_lines(
            pieces(utf8(_chunks(cast("_Readable", sys.stdin.buffer))), b"\n"), "standard input"
        )
        return
    if not path.exists():
        raise UnreadableSource(
            f"{path} does not exist.", remedy="Give the path of a .jsonl file or a folder."
        )
    if path.is_file():
        yield from _file(path, path.name, progress)
        return
    found = False
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        if file.name.endswith(SUFFIXES):
            found = True
            yield from _file(file, file.relative_to(path.parent).as_posix(), progress)
        else:
            progress(file.stat().st_size)
    if not found:
        raise UnreadableSource(
            f"{path} holds no file that ends in {', '.join(SUFFIXES)}.",
            remedy="Name the files so, or give a single file.",
        )


def read_lines(
    lines: Iterable[bytes | None], name: str, *, longest: int = LONGEST_PIECE, remedy: str = ONE_A_LINE
) -> Iterator[Located | Problem]:
    """The records of lines of JSON, and problems with their line numbers; `name` stands for the file.

    Blank lines are skipped; None stands for a line of more than `longest` bytes, and `remedy` says what
    to do about one. Lines that are not UTF-8 are read as CP949 and reported once, at the end.
    """
    validate = line_adapter.validate_json
    recoded, first_recoded = 0, 0
    for number, line in enumerate(lines, 1):
        if line is None:
            yield Problem(
                kind="line_too_long",
                file=name,
                line=number,
                message=f"The line is longer than {longest >> 20} MB.",
                remedy=remedy,
            )
            continue
        if not line or line.isspace():
            continue
        try:
            record = validate(line)
        except ValidationError as error:
            if (yield from _second_reading(line, error, name, number)):
                recoded, first_recoded = recoded + 1, first_recoded or number
            continue
        if ESCAPED_NUL in line:
            yield from _second_reading(line, None, name, number)
            continue
        yield Located(record, name, number)
    if recoded:
        yield Problem(
            kind="encoding",
            file=name,
            line=first_recoded,
            message=f"In CP949, not in UTF-8, and read as CP949: {counted(recoded, 'line')}.",
            remedy="Write UTF-8 if you can: CP949 lacks many characters.",
            count=recoded,
            note=True,
        )


def _second_reading(
    line: bytes, error: ValidationError | None, file: str, number: int
) -> Generator[Located | Problem, None, bool]:
    """What can be made of a line in another encoding, or with lone surrogates, NUL or control characters.

    Returns whether all of it was read as another encoding.
    """
    if error is not None and not _about_the_json(error):
        yield invalid_record(error, file, number)
        return False
    text, encoding, broken = decoded(line)
    parsed = _parsed(text, file, number)
    if isinstance(parsed, Problem):
        yield parsed
        return False
    value, sound = parsed
    try:
        record = line_adapter.validate_json(json.dumps(sound))
    except ValidationError as deeper:
        yield invalid_record(deeper, file, number)
        return False
    yield Located(record, file, number)
    if broken:
        yield Problem(
            kind="broken_text",
            file=file,
            line=number,
            message="Some bytes are neither UTF-8 nor CP949; they were replaced by �.",
            remedy="The record was kept; export it again without cutting characters in two.",
        )
    if sound != value:
        yield Problem(
            kind="unusable_character",
            file=file,
            line=number,
            message="A NUL or half a surrogate pair was replaced by �.",
            note=True,
        )
    return encoding != "utf-8" and not broken


def _about_the_json(error: ValidationError) -> bool:
    """Whether the line is no JSON object at all, rather than an object that is no record."""
    if error.error_count() > 1:
        return False
    first = error.errors(include_url=False, include_input=False)[0]
    return not first["loc"] and not first["type"].startswith("union_tag")


def _parsed(text: str, file: str, number: int) -> tuple[dict[str, Any], Any] | Problem:
    """The JSON object of a line, as it is and as it can be used, or the problem with it."""
    try:
        value = json.loads(text, strict=False)
        sound = usable(value)
    except json.JSONDecodeError as error:
        message = f"Not JSON: {error.msg[0].lower()}{error.msg[1:]} (column {error.colno})."
    except (ValueError, RecursionError) as error:
        message = f"Not usable JSON: {error}."
    else:
        if isinstance(value, dict):
            return value, sound
        message = f"The line is a JSON {'array' if isinstance(value, list) else 'value'}, not an object."
    return Problem(
        kind="invalid_json",
        file=file,
        line=number,
        message=message,
        remedy="Write one JSON object on each line, as in docs/sources.md.",
    )


def _file(path: Path, name: str, progress: Progress) -> Iterator[Located | Problem]:
    """One file's records; what stood before a damaged part of it is kept."""
    try:
        yield from read_lines(pieces(utf8(_unpacked(path, progress)), b"\n"), name)
    except UnreadableSource as error:
        yield Problem(kind="damaged_file", file=name, message=error.message, remedy=error.remedy)


def _unpacked(path: Path, progress: Progress) -> Iterator[bytes]:
    done = 0
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == GZIP_MARK
            stream: _Readable = gzip.GzipFile(fileobj=file) if packed else file
            for chunk in _chunks(stream):
                yield chunk
                progress(file.tell() - done)
                done = file.tell()
    except DAMAGE as error:
        raise damaged(error, done) from error


class _Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...


def _chunks(stream: _Readable) -> Iterator[bytes]:
    """Reads what is there: a damaged .gz gives all that came before the damage."""
    while chunk := stream.read1(CHUNK):
        yield chunk
