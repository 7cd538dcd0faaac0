"""What SQL cannot hold: lone surrogates, NUL and integers beyond 64 bits."""

import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from models.records import Post

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST = 2**63 - 1
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

Thing = TypeVar("Thing")


def storable(record: Thing) -> Thing:
    """The record itself, or (a new one) with NUL removed and lone surrogates replaced in all of its strings.

    Raises:
        OverflowError: a number has more than 64 bits.
    """
    if isinstance(record, Post) and _is_plain(record):
        return record
    changes: dict[str, Any] = {}
    for name in _names(type(record)):  # type: ignore[arg-type]
        value = getattr(record, name)
        if value is not None and (kept := _storable(value)) is not value:
            changes[name] = kept
    return replace(record, **changes) if changes else record  # type: ignore[type-var]


def _is_plain(post: Post) -> bool:
    # One look at all strings together: nearly every record is a post, and nearly every post is plain.
    if post.attachments or post.source_revision is not None:
        return False
    given = (post.id, post.channel, post.account, post.parent, post.title, post.url, post.text)
    lists = (*post.tags, *post.mentions, *post.links, *(post.audience or ()))
    return UNSTORABLE.search("".join([value for value in (*given, *lists) if value])) is None


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value) if UNSTORABLE.search(value) else value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise OverflowError(f"{value} has more than 64 bits")
        return value
    if isinstance(value, tuple) and value:
        kept = tuple(_storable(item) for item in value)
        return value if all(new is old for new, old in zip(kept, value, strict=True)) else kept
    return storable(value) if is_dataclass(value) else value


def _text(text: str) -> str:
    return UNSTORABLE.sub(REPLACEMENT, text.replace("\x00", ""))
