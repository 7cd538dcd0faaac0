"""Cursors: where the next page begins, bound to the question, the scope and the index's generation."""

import base64
import binascii
import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from indexer.engine import Filters
from models.errors import BadInput
from models.scope import Scope

OFFSET_BYTES = 2
"""Pages end with the candidates, of which there are a few hundred."""

DIGEST_BYTES = 16
"""A bookmark, not a key: whatever its offset, the page is computed under the reader's own scope."""

REMEDY = "Ask again without a cursor."


def binding(text: str, filters: Filters, scope: Scope, generation: str) -> bytes:
    """What a cursor holds for: the same question of the same reader to the same generation."""
    parts = {
        "text": text,
        "filters": asdict(filters),
        "scope": [sorted(scope.tokens), sorted(scope.denied)],
        "generation": generation,
    }
    canonical = json.dumps(parts, sort_keys=True, default=_plain)
    return hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def issue(offset: int, bound: bytes) -> str:
    """The cursor of the page that begins at `offset`."""
    return base64.urlsafe_b64encode(offset.to_bytes(OFFSET_BYTES) + bound).decode().rstrip("=")


def redeem(cursor: str, bound: bytes) -> int:
    """The offset that a cursor stands for; raises `BadInput` for a damaged, foreign or outdated one."""
    try:
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadInput("This cursor is damaged.", remedy=REMEDY) from error
    if content[OFFSET_BYTES:] != bound:
        raise BadInput(
            "This cursor belongs to another question or reader, or the index has changed since.",
            remedy=REMEDY,
        )
    return int.from_bytes(content[:OFFSET_BYTES])


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
