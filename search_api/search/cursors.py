"""Cursors: what a reader has been shown of a question's answers; the next page begins with what is left.

A place in a list would not last: every publish may move it. What was shown is not shown again, whatever
came, went or was edited in between, and what was not shown still waits.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from indexer.engine import Filters
from models.errors import BadInput
from models.scope import Scope

MARK_BYTES = 5
"""Of a post or thread that was shown: among a thousand, two are taken for one once in a million questions."""
MOST_MARKS = 200
"""With so many no page follows: behind a hundred threads one asks otherwise, and addresses have an end."""
DIGEST_BYTES = 16
"""A bookmark, not a key: whatever it marks, the page is computed under the reader's own scope."""

REMEDY = "Ask again without a cursor."

Marks = frozenset[bytes]


def binding(text: str, filters: Filters, scope: Scope) -> bytes:
    """What a cursor holds for: the same question of the same reader, as long as they may read the same."""
    parts = {
        "text": text,
        "filters": {field.name: getattr(filters, field.name) for field in fields(filters)},
        "scope": [sorted(scope.tokens), sorted(scope.denied)],
    }
    canonical = json.dumps(parts, sort_keys=True, default=_plain)
    return hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def mark(id_: str) -> bytes:
    """What stands in a cursor for a post or a thread."""
    return hashlib.blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).digest()


def issue(shown: Iterable[bytes], bound: bytes) -> str:
    """The cursor of the page behind all that was shown."""
    return base64.urlsafe_b64encode(bound + b"".join(sorted(shown))).decode().rstrip("=")


def redeem(cursor: str, bound: bytes) -> Marks:
    """What was shown before; raises `BadInput` for a damaged cursor or one of another question or reader."""
    try:
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadInput("This cursor is damaged.", remedy=REMEDY) from error
    marks = content[DIGEST_BYTES:]
    if content[:DIGEST_BYTES] != bound or len(marks) % MARK_BYTES:
        raise BadInput("This cursor belongs to another question or reader.", remedy=REMEDY)
    return frozenset(marks[place : place + MARK_BYTES] for place in range(0, len(marks), MARK_BYTES))


def marked(cursor: str | None) -> int:
    """How much a cursor holds, before anything is known of it: so much deeper is looked for what is left."""
    return min(MOST_MARKS, max(0, len(cursor or "") * 3 // 4 - DIGEST_BYTES) // MARK_BYTES)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
