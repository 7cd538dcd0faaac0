"""Compares what the store has published with what the index holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from indexer.engine import Engine
from models.store import Store

EXAMPLES = 20
"""Posts named for each kind of difference: enough to look into, not a second export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Numbers, digests and differences. `pending` posts are known to be on their way and are no difference.

    A digest is the sum, modulo 2^64, of the BLAKE2b hashes of (post, revision): independent of order.
    """

    store_posts: int
    index_posts: int
    store_digest: str
    index_digest: str
    pending: int
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    outdated: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the index holds exactly what the store has published, at the same revisions."""
        return self.store_digest == self.index_digest and self.store_posts == self.index_posts


def verify(store: Store, engine: Engine) -> Comparison:
    """Read every published post's revision from both sides and compare them."""
    published = dict(store.published())
    indexed = dict(engine.revisions())
    outdated = (post for post, revision in published.items() if indexed.get(post, revision) != revision)
    return Comparison(
        store_posts=len(published),
        index_posts=len(indexed),
        store_digest=_digest(published.items()),
        index_digest=_digest(indexed.items()),
        pending=store.status().pending,
        missing=_examples(published.keys() - indexed.keys()),
        surplus=_examples(indexed.keys() - published.keys()),
        outdated=_examples(outdated),
    )


def _digest(revisions: Iterable[tuple[str, int]]) -> str:
    total = 0
    for post, revision in revisions:
        hashed = blake2b(f"{post}\0{revision}".encode(), digest_size=8).digest()
        total = (total + int.from_bytes(hashed)) % 2**64
    return f"{total:016x}"


def _examples(posts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(posts)[:EXAMPLES])
