"""Bytes that should be UTF-8 and may not be: byte order marks, UTF-16, CP949, characters nobody can use."""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
REPLACEMENT = "\ufffd"
THREE_BYTES_FROM = "\u0800"
"""Hangul takes three bytes of UTF-8. CP949 is by chance often valid UTF-8 of two, hardly ever of three."""

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same text without a byte order mark, and in UTF-8 if the mark says that it is UTF-16."""
    rest = iter(chunks)
    first = next(rest, b"")
    if not first.startswith(UTF_16_MARKS):
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from rest
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for chunk in chain((first,), rest):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def likely_encoding(data: bytes) -> str:
    """The encoding of bytes that are not all UTF-8: cp949, unless most are UTF-8 and a few are broken."""
    text = data.decode("utf-8", "replace")
    sound = sum(character >= THREE_BYTES_FROM for character in text) - text.count(REPLACEMENT)
    return "utf-8" if sound > text.count(REPLACEMENT) else "cp949"


class Decoded(NamedTuple):
    """A text, the encoding that it was in, and whether some bytes were in none and became U+FFFD."""

    text: str
    encoding: str
    broken: bool


def decoded(data: bytes) -> Decoded:
    """Reads UTF-8, or else what `likely_encoding` says; never raises."""
    try:
        return Decoded(data.decode(), "utf-8", False)
    except UnicodeDecodeError:
        encoding = likely_encoding(data)
        text = data.decode(encoding, "replace")
        return Decoded(text, encoding, REPLACEMENT in text)


def decoded_chunks(chunks: Iterable[bytes]) -> Iterator[Decoded]:
    """As `decoded`, in chunks: from the first chunk that is not UTF-8 on, the likely encoding is used."""
    encoding = "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)()
    recovering = False
    for chunk in chain(chunks, (b"",)):
        try:
            text = decoder.decode(chunk, not chunk)
        except UnicodeDecodeError:
            data = decoder.getstate()[0] + chunk
            encoding, recovering = likely_encoding(data), True
            decoder = codecs.getincrementaldecoder(encoding)("replace")
            text = decoder.decode(data, not chunk)
        yield Decoded(text, encoding, recovering and REPLACEMENT in text)


def usable(value: Any) -> Any:
    """The same JSON value with U+FFFD for NUL and lone surrogates, which no analyser or database takes."""
    if isinstance(value, str):
        return _UNUSABLE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [usable(element) for element in value]
    if isinstance(value, dict):
        return {usable(key): usable(element) for key, element in value.items()}
    return value
