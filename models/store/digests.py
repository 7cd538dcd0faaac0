"""The digests that tell whether a post, what is read of it, or who may read it has changed.

Parts are joined by NUL, which no stored text holds, and lists carry their length: no two posts share a digest
by moving a word across a border.
"""

from collections.abc import Iterable
from hashlib import blake2b

from models.moments import utc
from models.records import Post

SIZE = 12
"""Bytes: among a billion posts the chance of any two sharing one is below 1e-10."""
DELETED = "deleted"
"""The digest of every tombstone."""


def digest_of(*parts: str | None) -> str:
    """A short digest of the parts; None and the empty string are the same."""
    return blake2b("\x00".join([part or "" for part in parts]).encode(), digest_size=SIZE).hexdigest()


def content_digest(post: Post) -> str:
    """The digest of what an annotator reads and the index shows of a post, access aside."""
    digest = digest_of(post.title, post.text, post.kind, utc(post.created).isoformat(), *post.tags)
    if not (post.attachments or post.links):
        return digest
    names = [file.name for file in post.attachments]
    return digest_of(digest, str(len(names)), *names, *post.links)


def record_digest(post: Post, content: str) -> str:
    """The digest of all that the source gave save the version, so that the same post given twice is known."""
    if not (post.mentions or post.links or post.attachments or post.audience is not None):
        return digest_of(content, post.channel, post.account, post.parent, post.url, "01"[post.anonymous])
    files = [
        part for file in post.attachments for part in (file.name, file.url, file.media_type, str(file.size))
    ]
    audience = ["given", *sorted(post.audience)] if post.audience is not None else []
    lists: Iterable[Iterable[str | None]] = (post.mentions, post.links, files, audience)
    flat = [part for items in lists for part in (str(len(list(items))), *items)]
    return digest_of(content, post.channel, post.account, post.parent, post.url, "01"[post.anonymous], *flat)
