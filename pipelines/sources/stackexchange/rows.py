"""The rows of a dump's XML files, one at a time.

A dump is a flat list of `<row … />` elements, and `<` cannot stand inside an attribute. So cutting at `<row `
is exact, costs no memory, and lets one damaged row fail alone. No DTD or entity declaration is ever read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from models.counted import counted
from models.errors import UnreadableSource
from pipelines.problems import Problem
from pipelines.sources.encoding import decoded, utf8
from pipelines.sources.pieces import LONGEST_PIECE, pieces

ROW = b"<row "
_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
_STRICT = etree.XMLParser(**_OPTIONS)
_LENIENT = etree.XMLParser(**_OPTIONS, recover=True)


class Row(NamedTuple):
    """The attributes of a row and the line on which it begins."""

    line: int
    fields: Mapping[str, str]


def rows(chunks: Iterable[bytes], file: str) -> Iterator[Row | Problem]:
    """The rows of a file, and problems; `file` is the name to report."""
    line = 1
    recoded: list[int] = []
    parts = pieces(utf8(chunks), ROW)
    try:
        head = next(parts) or b""
        line += head.count(b"\n")
        last = head
        for piece in parts:
            if piece is None:
                yield _problem("line_too_long", file, line, f"A row is longer than {LONGEST_PIECE >> 20} MB.")
                continue
            last = piece
            yield from _row(piece, file, line, recoded)
            line += piece.count(b"\n")
    except UnreadableSource as error:
        yield Problem(kind="damaged_file", file=file, line=line, message=error.message, remedy=error.remedy)
        return
    if b"</" not in last and (last is head or last.rstrip().endswith(b">")):
        yield _cut(file, line)
    if recoded:
        yield Problem(
            kind="encoding",
            file=file,
            line=recoded[0],
            message=f"In CP949, not in UTF-8, and read as CP949: {counted(len(recoded), 'row')}.",
            count=len(recoded),
            note=True,
        )


def _row(piece: bytes, file: str, line: int, recoded: list[int]) -> Iterator[Row | Problem]:
    inside = piece.partition(b"<")[0].rstrip()
    if not inside.endswith(b">"):
        yield _cut(file, line)
        return
    text, encoding, broken = decoded(inside.removesuffix(b">").removesuffix(b"/"))
    source = f"<row {text}/>"
    try:
        yield Row(line, etree.fromstring(source, _STRICT).attrib)
    except etree.XMLSyntaxError as error:
        element = etree.fromstring(source, _LENIENT)
        if element is None or not element.attrib:
            yield _problem("invalid_xml", file, line, f"Not XML: {error.msg}.")
            return
        yield Row(line, element.attrib)
        yield _problem("invalid_xml", file, line, f"Read as well as it goes: {error.msg}.")
    if broken:
        yield _problem(
            "broken_text", file, line, "Some bytes are neither UTF-8 nor CP949; now they are \ufffd."
        )
    elif encoding != "utf-8":
        recoded.append(line)


def _cut(file: str, line: int) -> Problem:
    return _problem("truncated_file", file, line, "The file was cut off here.")


def _problem(kind: str, file: str, line: int, message: str) -> Problem:
    return Problem(
        kind=kind,
        file=file,
        line=line,
        message=message,
        remedy="Download the dump again; the other rows were read.",
    )
