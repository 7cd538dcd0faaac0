"""Cuts a stream of bytes at a separator without ever holding more than one piece of it."""

from collections.abc import Iterable, Iterator

CHUNK = 1 << 20
"""Bytes read at a time: large enough that the loop in Python does not count."""

LONGEST_PIECE = 64 << 20
"""A line or row above this many bytes is damage, not a post: it is skipped, not held."""


def pieces(chunks: Iterable[bytes], separator: bytes, longest: int = LONGEST_PIECE) -> Iterator[bytes | None]:
    """What stands before, between and behind the separators; None in place of a piece that is too long.

    `longest`, in bytes, is no less than the longest chunk.
    """
    overlap = len(separator) - 1
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        # A separator may lie across two chunks.
        edge = held.pop() if held and overlap else b""
        chunk = edge + chunk
        size -= len(edge)
        if separator in chunk:
            first, *middle, last = chunk.split(separator)
            yield b"".join((*held, first)) if size + len(first) <= longest else None
            yield from middle
            held, size = [last], len(last)
        else:
            held.append(chunk)
            size += len(chunk)
        if overlap and len(held[-1]) > overlap:
            last = held.pop()
            held += [last[:-overlap], last[-overlap:]]
        if size > longest:
            held = held[-1:] if overlap else []
    yield b"".join(held) if size <= longest else None
