"""Writes to OpenSearch in bulk: in pieces that it takes, again where it was busy, late revisions ignored."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from opensearchpy import OpenSearch
from opensearchpy.exceptions import TransportError

from indexer.opensearch.cluster import BUSY, HEALING, NO_INDEX, Cluster
from models.errors import EngineUnavailable, IndexLost, PostsRefused

CHUNK_BYTES = 8_000_000
"""Well under the 100 MB that a node accepts and the tenth of its heap that it gives to writes in flight."""

CHUNK_WRITES = 1_000

CONFLICT = 409
"""The index already has this revision or a later one: as it should be."""


class Write(NamedTuple):
    """One action on one post, as the lines of a bulk request."""

    post: str
    lines: bytes

    @classmethod
    def of(cls, post: str, *lines: dict[str, Any]) -> "Write":
        """An action line and, for a put, its document."""
        texts = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
        return cls(post, b"".join(text.encode() + b"\n" for text in texts))


def send(cluster: Cluster, index: str, writes: Iterable[Write], *, require_alias: bool) -> None:
    """Send all writes in order to `index`; `require_alias` keeps OpenSearch from making one of that name.

    Raises `PostsRefused` once all others are sent, `EngineUnavailable` when it takes nothing.
    """
    refused: dict[str, str] = {}
    for chunk in chunks(writes):
        refused |= _send_chunk(cluster, index, chunk, require_alias)
    if refused:
        raise PostsRefused(refused)


def chunks(writes: Iterable[Write]) -> Iterator[list[Write]]:
    """The writes in order, in pieces of at most `CHUNK_BYTES` (or one larger write) and `CHUNK_WRITES`."""
    chunk: list[Write] = []
    size = 0
    for write in writes:
        if chunk and (size + len(write.lines) > CHUNK_BYTES or len(chunk) == CHUNK_WRITES):
            yield chunk
            chunk, size = [], 0
        chunk.append(write)
        size += len(write.lines)
    if chunk:
        yield chunk


def _send_chunk(cluster: Cluster, index: str, chunk: list[Write], require_alias: bool) -> dict[str, str]:
    """Why OpenSearch does not take some of the writes, by post."""
    refused: dict[str, str] = {}
    unsent = chunk

    def attempt(client: OpenSearch) -> None:
        nonlocal unsent
        response = client.bulk(
            body=b"".join(write.lines for write in unsent),
            index=index,
            params={
                "require_alias": "true" if require_alias else "false",
                "filter_path": "items.*.status,items.*.error",
            },
        )
        results = [next(iter(item.values())) for item in response["items"]]
        busy = []
        for write, result in zip(unsent, results, strict=True):
            if result["status"] in BUSY:
                busy.append(write)
            elif "error" in result and result["status"] != CONFLICT:
                refused[write.post] = _reason(result["error"])
        unsent = busy
        if busy:
            raise TransportError(429, "too many writes at once", {})

    cluster.call(attempt)
    return refused


def _reason(error: dict[str, Any]) -> str:
    reason: str = error.get("caused_by", error)["reason"]
    if error["type"] == NO_INDEX:
        raise IndexLost(f"The index is gone: {reason}.", remedy=HEALING)
    if error["type"] == "cluster_block_exception":
        raise EngineUnavailable(
            f"OpenSearch takes no writes: {reason}.", remedy="Free disk space on its nodes, then try again."
        )
    return reason
