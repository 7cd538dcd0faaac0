"""Reads a large JSON array element by element, and keeps what stands before the point where it is damaged."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from models.errors import UnreadableSource
from pipelines.problems import Problem
from pipelines.sources.encoding import Decoded, decoded_chunks, usable, utf8
from pipelines.sources.pieces import LONGEST_PIECE

_BETWEEN = re.compile(r"[\s,]*")


class Element(NamedTuple):
    """An object of the array and the line on which it begins."""

    line: int
    value: dict[str, Any]


def elements(chunks: Iterable[bytes], file: str) -> Iterator[Element | Problem]:
    """The objects of a JSON array, and problems; `file` is the name to report."""
    try:
        yield from _Reader(chunks, file).elements()
    except UnreadableSource as error:
        yield Problem(kind="damaged_file", file=file, message=error.message, remedy=error.remedy)


class _Reader:
    def __init__(self, chunks: Iterable[bytes], file: str) -> None:
        self._texts = decoded_chunks(utf8(chunks))
        self._file = file
        self._buffer = ""
        self._position = 0
        self._line = 1
        self._last = Decoded("", "utf-8", False)
        self._broken = False

    def elements(self) -> Iterator[Element | Problem]:
        decoder = json.JSONDecoder(strict=False)
        if self._next() != "[":
            yield self._invalid("the file is not a JSON array")
            return
        self._move(self._position + 1)
        while (character := self._next()) != "]":
            if not character:
                yield self._invalid("the file ends in the middle")
                break
            try:
                value, end = decoder.raw_decode(self._buffer, self._position)
                sound = usable(value)
            except RecursionError:
                yield self._invalid("it is nested too deeply")
                break
            except ValueError as error:
                if len(self._buffer) - self._position < LONGEST_PIECE and self._fill():
                    continue
                if isinstance(error, json.JSONDecodeError):
                    self._move(min(error.pos, len(self._buffer)))
                yield self._invalid(getattr(error, "msg", str(error)))
                break
            yield from self._element(value, sound)
            self._move(end)
        else:
            self._move(self._position + 1)
            if self._next():
                yield self._invalid("there is more behind the end of the array")
        yield from self._encoding_problems()

    def _element(self, value: Any, sound: Any) -> Iterator[Element | Problem]:
        if not isinstance(value, dict):
            yield self._problem(
                "invalid_record", "An element of the array is not an object.", "It was left out."
            )
            return
        yield Element(self._line, sound)
        if sound != value:
            yield self._problem(
                "unusable_character", "A NUL or half a surrogate pair was replaced by \ufffd.", "", note=True
            )

    def _next(self) -> str:
        """The first character of what comes next; empty at the end of the file."""
        while True:
            match = _BETWEEN.match(self._buffer, self._position)
            self._move(match.end() if match else self._position)
            if self._position < len(self._buffer):
                return self._buffer[self._position]
            if not self._fill():
                return ""

    def _move(self, end: int) -> None:
        self._line += self._buffer.count("\n", self._position, end)
        self._position = end

    def _fill(self) -> bool:
        """Read at least as much again as is left, so that a long element is tried a few times only."""
        parts = [self._buffer[self._position :]]
        wanted = max(len(parts[0]), 1)
        read = 0
        while read < wanted and (decoded := next(self._texts, None)):
            self._last = decoded
            self._broken |= decoded.broken
            parts.append(decoded.text)
            read += len(decoded.text)
        self._buffer, self._position = "".join(parts), 0
        return read > 0

    def _encoding_problems(self) -> Iterator[Problem]:
        if self._broken:
            yield Problem(
                kind="broken_text",
                file=self._file,
                message="Some bytes are neither UTF-8 nor CP949; they were replaced by \ufffd.",
                remedy="The records were kept; export it again if you can.",
            )
        elif self._last.encoding != "utf-8":
            yield Problem(
                kind="encoding",
                file=self._file,
                message="The file is in CP949, not in UTF-8; it was read as CP949.",
                note=True,
            )

    def _invalid(self, reason: str) -> Problem:
        return self._problem(
            "invalid_json",
            f"Not readable from here on: {reason[0].lower()}{reason[1:]}.",
            "Export it again; what stood before was kept, and the other files were read.",
        )

    def _problem(self, kind: str, message: str, remedy: str, *, note: bool = False) -> Problem:
        return Problem(kind=kind, file=self._file, line=self._line, message=message, remedy=remedy, note=note)
