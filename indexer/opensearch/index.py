"""One index in the cluster, or the alias that stands for the live one: making, writing and asking it."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import TransportError

from indexer.engine import Entry, Fingerprint, Removal
from indexer.opensearch.bulk import Write, send
from indexer.opensearch.cluster import Cluster
from indexer.opensearch.layout import drop_action, index_body, origin, post_document, put_action
from models.errors import EngineUnavailable

PAGE = 5_000
"""Revisions read at a time."""

ASK_SECONDS = 10
"""Nobody waits longer for an answer; a search that takes seconds means a cluster in trouble."""


class Index:
    """An index by its own name, or by its alias (`live`); a write to an alias never makes an index."""

    def __init__(self, cluster: Cluster, name: str, *, live: bool) -> None:
        self.cluster = cluster
        self.name = name
        self._live = live

    def create(self, alias: str, fingerprint: Fingerprint, shards: int, *, live: bool) -> None:
        """Make the index, and let `alias` name it at once if it is to be the live one.

        Returns when every copy of it is there (30 s at most): from then on a write is in all of them.
        """
        body = index_body(alias, fingerprint, shards)
        if live:
            body["aliases"] = {alias: {}}
        copies = {"wait_for_active_shards": "all"}
        self.cluster.call(lambda client: client.indices.create(index=self.name, body=body, params=copies))

    def exists(self) -> bool:
        """Whether there is an index, or alias, of this name."""
        found: bool = self.cluster.call(lambda client: client.indices.exists(index=self.name))
        return found

    def put(self, entries: Iterable[Entry], *, vectors: bool) -> None:
        """Index posts under their revisions, with their vectors or without."""
        self._send(
            Write.of(entry.post, put_action(entry), post_document(entry, vectors=vectors))
            for entry in entries
        )

    def drop(self, removals: Iterable[Removal]) -> None:
        """Take posts out under their revisions."""
        self._send(Write.of(removal.post, drop_action(removal)) for removal in removals)

    def _send(self, writes: Iterable[Write]) -> None:
        send(self.cluster, self.name, writes, require_alias=self._live)

    def refresh(self) -> None:
        """Make all writes visible."""
        self.cluster.call(lambda client: client.indices.refresh(index=self.name))

    def mark(self, alias: str, built_with: dict[str, Any], generation: str) -> None:
        """Write down, where every process sees it and no lost node loses it, which generation is visible."""
        body = {"_meta": origin(alias, built_with, generation)}
        self.cluster.call(lambda client: client.indices.put_mapping(index=self.name, body=body))

    def search(self, searches: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The responses to all searches, from one request; whole ones only: a lost shard is an error."""
        if not searches:
            return []
        lines = []
        for search in searches:
            body = json.dumps(search, ensure_ascii=False).encode(errors="replace")
            # Copies of a shard score a little differently: the same question always goes to the same one.
            header = {"preference": f"question-{zlib.crc32(body)}", "allow_partial_search_results": False}
            lines += [json.dumps(header).encode(), body]

        def ask(client: OpenSearch) -> list[dict[str, Any]]:
            found = client.msearch(
                index=self.name, body=b"\n".join(lines), params={"request_timeout": ASK_SECONDS}
            )
            responses: list[dict[str, Any]] = found["responses"]
            for response in responses:
                if "error" in response:
                    raise TransportError(response["status"], response["error"]["type"], response)
            return responses

        return self.cluster.call(ask)

    def search_each(self, wanted: Sequence[Mapping[str, dict[str, Any]]]) -> list[dict[str, dict[str, Any]]]:
        """By name the responses to the searches of each of the wanted, from one request."""
        responses = iter(self.search([search for one in wanted for search in one.values()]))
        return [{name: next(responses) for name in one} for one in wanted]

    def term_vectors(self, request: dict[str, Any]) -> dict[str, Any]:
        """The statistics of the terms of a document that is not in the index."""

        def ask(client: OpenSearch) -> dict[str, Any]:
            found: dict[str, Any] = client.termvectors(
                index=self.name, body=request, params={"request_timeout": ASK_SECONDS}
            )
            return found

        return self.cluster.call(ask)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Every post and its revision, as of one moment and ordered by post."""
        call = self.cluster.call
        point = call(lambda client: client.create_pit(index=self.name, params={"keep_alive": "5m"}))["pit_id"]
        search: dict[str, Any] = {
            "size": PAGE,
            "pit": {"id": point, "keep_alive": "5m"},
            "sort": [{"post": "asc"}],
            "track_total_hits": False,
            "_source": False,
            "docvalue_fields": ["post", "revision"],
        }
        try:
            while hits := call(lambda client: client.search(body=search))["hits"]["hits"]:
                yield from ((hit["fields"]["post"][0], hit["fields"]["revision"][0]) for hit in hits)
                search["search_after"] = hits[-1]["sort"]
        finally:
            call(lambda client: client.delete_pit(body={"pit_id": [point]}))


def present(cluster: Cluster, alias: str) -> bool:
    """Whether an index stands behind the alias."""
    quiet = {"ignore": 404}
    found: bool = cluster.call(lambda client: client.indices.exists_alias(name=alias, params=quiet))
    return found


def create_first(cluster: Cluster, alias: str, fingerprint: Fingerprint, shards: int) -> None:
    """Make an empty index behind the alias."""
    # One fixed name: of two processes that start at once, one is refused and finds the other's index.
    first = Index(cluster, f"{alias}-first", live=False)
    try:
        first.create(alias, fingerprint, shards, live=True)
    except EngineUnavailable:
        if not present(cluster, alias):
            raise
