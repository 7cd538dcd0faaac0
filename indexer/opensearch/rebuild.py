"""`OpenSearchRebuild`: a new index aside, swapped in by the alias."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from opensearchpy import OpenSearch

from indexer.engine import Entry, Fingerprint, Removal
from indexer.opensearch.cluster import Cluster
from indexer.opensearch.index import Index
from models.errors import EngineUnavailable


class OpenSearchRebuild:
    """An index being built aside: the `Rebuild` protocol. `swapped` is called once it is the live one."""

    def __init__(
        self,
        cluster: Cluster,
        alias: str,
        fingerprint: Fingerprint,
        shards: int,
        swapped: Callable[[], object],
    ) -> None:
        """Makes the new index, after removing what a killed rebuild of the same alias left behind."""
        self._cluster = cluster
        self._alias = alias
        self._swapped = swapped
        self._vectors = fingerprint.dimensions is not None
        for name in self._left_behind():
            self._remove(name)
        self._index = Index(cluster, f"{alias}-{uuid.uuid4().hex}", live=False)
        try:
            self._index.create(alias, fingerprint, shards, live=False)
        except EngineUnavailable:
            # A node that died may have made it and not said so: nobody else would give it this name.
            if not self._index.exists():
                raise

    def put(self, entries: Iterable[Entry]) -> None:
        """As `Rebuild.put`."""
        self._index.put(entries, vectors=self._vectors)

    def drop(self, removals: Iterable[Removal]) -> None:
        """As `Rebuild.drop`."""
        self._index.drop(removals)

    def finish(self) -> None:
        """As `Rebuild.finish`: the alias moves and the old index goes in one step of the cluster."""
        self._index.refresh()
        self._cluster.call(self._swap)
        self._swapped()

    def _swap(self, client: OpenSearch) -> None:
        # Looked at in each attempt: the one before may have succeeded, on a node that died before it said so.
        live = _behind(client, self._alias)
        if live != {self._index.name}:
            old = live - {self._index.name}
            actions: list[dict[str, Any]] = [{"add": {"index": self._index.name, "alias": self._alias}}]
            actions += [{"remove_index": {"index": name}} for name in sorted(old)]
            client.indices.update_aliases(body={"actions": actions})

    def abandon(self) -> None:
        """As `Rebuild.abandon`, unless `finish` was interrupted when the alias had moved already."""
        if self._index.name not in self._cluster.call(lambda client: _behind(client, self._alias)):
            self._remove(self._index.name)

    def _remove(self, name: str) -> None:
        self._cluster.call(lambda client: client.indices.delete(index=name, params={"ignore": 404}))

    def _left_behind(self) -> list[str]:
        # By what the index says of itself: another installation's alias may begin like ours.
        found = self._cluster.call(lambda client: client.indices.get(index=f"{self._alias}-*"))
        return [
            name
            for name, index in found.items()
            if index["mappings"].get("_meta", {}).get("alias") == self._alias
            and self._alias not in index["aliases"]
        ]


def _behind(client: OpenSearch, alias: str) -> set[str]:
    """The indices that an alias stands for; none where somebody has deleted it."""
    if not client.indices.exists_alias(name=alias):
        return set()
    return set(client.indices.get_alias(name=alias))
