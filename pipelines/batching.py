"""Puts what is to be written into batches of a bounded size."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from models.records import Denial, Post
from models.snapshot import Line, Snapshot

CHARACTERS = 8_000_000
"""A batch ends here, so that memory does not grow with the length of posts."""

Item = TypeVar("Item")


def batches(items: Iterable[Item], most: int, size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """The items in lists of at most `most`, which end early once their sizes come to `CHARACTERS`."""
    batch: list[Item] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += size(item)
        if len(batch) == most or characters >= CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def characters_of(record: Line) -> int:
    """About how much a record weighs: the length of what may be long in it."""
    if isinstance(record, Post):
        listed = (*record.links, *record.tags, *record.mentions, *(record.audience or ()))
        attached = (text for file in record.attachments for text in (file.name, file.url, file.media_type))
        texts = (record.text, record.title, record.url, *listed, *attached)
        return sum(len(text) for text in texts if text)
    if isinstance(record, Denial):
        return len(record.container) + len(record.reason or "")
    if isinstance(record, Snapshot):
        return sum(map(len, record.ids)) + sum(len(reaction.post) for reaction in record.reactions)
    return len(getattr(record, "description", None) or "")
