"""`OpenSearchEngine`: the `Engine` protocol on an OpenSearch cluster, behind an alias."""

import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from indexer.engine import (
    NO_FREQUENCIES,
    Answer,
    Bucket,
    Entry,
    Fingerprint,
    Frequencies,
    Question,
    Removal,
    TextField,
)
from indexer.opensearch.answering import answers_of, buckets, frequencies_of, indices_of, long_posts
from indexer.opensearch.asking import frequencies_request, passage_searches, searches, suggest_search
from indexer.opensearch.cluster import Cluster
from indexer.opensearch.index import Index, create_first, present
from indexer.opensearch.layout import built_with
from indexer.opensearch.rebuild import OpenSearchRebuild
from models.errors import EngineUnavailable, IndexLost, StaleIndex
from models.scope import Scope

LOOK_AGAIN = 1.0
"""Seconds after which the generation is asked for again: so late another process's commit is noticed."""


class _Sighting(NamedTuple):
    """What the index behind the alias said of itself, and when (monotonic clock) it did."""

    name: str
    identity: str
    generation: str
    built_with: dict[str, Any]
    at: float


class OpenSearchEngine:
    """An index in an OpenSearch cluster; may be shared between threads, and read while others write.

    OpenSearch remembers the revision of a dropped post for an hour (`index.gc_deletes`), while its node
    runs; a write of an older revision that comes later still is for the store's tombstone to stop.
    """

    name = "opensearch"

    def __init__(
        self, cluster: Cluster, alias: str, fingerprint: Fingerprint, *, writable: bool, shards: int = 1
    ) -> None:
        """Use `open`."""
        self._cluster = cluster
        self._alias = alias
        self._fingerprint = fingerprint
        self._writable = writable
        self._shards = shards
        self._index = Index(cluster, alias, live=True)
        self._sighting: _Sighting | None = None
        # What a killed process wrote without a commit becomes visible with our first one.
        self._uncommitted = True

    @classmethod
    def open(
        cls,
        urls: str | Sequence[str],
        alias: str,
        fingerprint: Fingerprint,
        *,
        writable: bool,
        user: str | None = None,
        password: str | None = None,
        shards: int = 1,
        lost_ok: bool = False,
        rebuilding: bool = False,
    ) -> "OpenSearchEngine":
        """The index behind `alias` on the cluster with the nodes `urls`; a writable one is made if missing.

        Raises `EngineUnavailable`, `IndexLost` where there is none to read (unless `lost_ok`: then whatever
        is asked raises that until it is rebuilt) and `StaleIndex` when another analyser built it. With
        `rebuilding` both open, and are good for nothing but `begin_rebuild`. More than one of `shards` (they
        count for new indices) suits tens of millions of posts; each then ranks by its own frequencies.
        """
        cluster = Cluster([urls] if isinstance(urls, str) else urls, user=user, password=password)
        try:
            engine = cls(cluster, alias, fingerprint, writable=writable, shards=shards)
            if not present(cluster, alias):
                if lost_ok or rebuilding:
                    return engine
                if not writable:
                    raise IndexLost(
                        f"There is no index {alias} at {cluster.address}.",
                        remedy="Run `dure publish` to make it from the store.",
                    )
                create_first(cluster, alias, fingerprint, shards)
            engine._sighting = engine._sight()
            if not rebuilding:
                engine._check(engine._sighting)
        except BaseException:
            cluster.close()
            raise
        return engine

    @property
    def identity(self) -> str:
        """The UUID that the cluster gave to the index behind the alias; asked for each time."""
        return self._look_now().identity

    @property
    def generation(self) -> str:
        """The identity and the mark that each commit leaves; another process's is seen within a second."""
        sighting = self._look()
        return f"{sighting.identity}.{sighting.generation}"

    @property
    def embedder(self) -> str | None:
        """As `Engine.embedder`; another process's rebuild is seen within a second."""
        embedder: str | None = (self._built_with() or {}).get("embedder")
        return embedder

    @property
    def vectors_current(self) -> bool:
        """As `Engine.vectors_current`; another process's rebuild is seen within a second."""
        noted, wanted = self._built_with(), built_with(self._fingerprint)
        return noted is None or all(noted.get(key) == wanted[key] for key in ("embedder", "dimensions"))

    def put(self, entries: Iterable[Entry]) -> None:
        """As `Engine.put`."""
        self._publishing()
        self._uncommitted = True
        vectors = self._fingerprint.dimensions is not None and self.vectors_current
        self._index.put(entries, vectors=vectors)

    def drop(self, removals: Iterable[Removal]) -> None:
        """As `Engine.drop`."""
        self._publishing()
        self._uncommitted = True
        self._index.drop(removals)

    def commit(self) -> None:
        """As `Engine.commit`: durable every write is already, so this refreshes, if anything was written."""
        self._publishing()
        if not self._uncommitted:
            return
        self._index.refresh()
        # Marked afterwards: whoever reads the new generation must find the new posts.
        self._index.mark(self._alias, self._look_now().built_with, uuid.uuid4().hex)
        self._uncommitted = False
        self._look_now()

    def ask_all(self, questions: Sequence[Question], scope: Scope) -> list[Answer]:
        """As `Engine.ask_all`: one `_msearch`, or no request at all where nothing can be found.

        Where posts of several passages are found, another one tells which of these it was.
        Where the index turns out to have been swapped since the last look, it is asked again.
        """
        seen = self._sighting or self._look_now()  # asking for it anew would be a request more
        try:
            found = self._asked(questions, scope, seen)
        except EngineUnavailable:
            # Perhaps the vectors of the new one are of another length.
            now = self._look_now()
            if now.identity == seen.identity:
                raise
            seen = now
        else:
            near = [responses["near"] for responses in found if "near" in responses]
            if all(name == seen.name for response in near for name in indices_of(response)):
                return answers_of(questions, found)
            seen = self._look_now()
        return answers_of(questions, self._asked(questions, scope, seen))

    def _asked(
        self, questions: Sequence[Question], scope: Scope, seen: _Sighting
    ) -> list[dict[str, dict[str, Any]]]:
        """By question the responses, `match` and `near`, of the index as it was seen, and the passages."""
        embedder = seen.built_with.get("embedder")
        found = self._index.search_each([searches(question, scope, embedder) for question in questions])
        long = [
            passage_searches(question, scope, embedder, long_posts(responses))
            for question, responses in zip(questions, found, strict=True)
        ]
        return [{**one, **more} for one, more in zip(found, self._index.search_each(long), strict=True)]

    def frequencies(self, terms: Collection[tuple[TextField, str]]) -> Frequencies:
        """As `Engine.frequencies`; of several shards, one tells for all."""
        return (
            frequencies_of(self._index.term_vectors(frequencies_request(terms))) if terms else NO_FREQUENCIES
        )

    def suggest(self, prefix: str, scope: Scope, limit: int) -> tuple[Bucket, ...]:
        """As `Engine.suggest`."""
        search = suggest_search(prefix, scope, limit) if scope.tokens and limit else None
        if search is None:
            return ()
        (response,) = self._index.search([search])
        return buckets(response["aggregations"]["suggestions"])

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `Engine.revisions`, as of one moment and ordered by post."""
        return self._index.revisions()

    def begin_rebuild(self, fingerprint: Fingerprint | None = None) -> OpenSearchRebuild:
        """As `Engine.begin_rebuild`; what a killed rebuild left behind is removed first."""
        self._publishing()
        wanted = fingerprint or self._fingerprint

        def swapped() -> None:
            self._fingerprint = wanted
            self._look_now()

        return OpenSearchRebuild(self._cluster, self._alias, wanted, self._shards, swapped)

    def close(self) -> None:
        """As `Engine.close`."""
        self._cluster.close()

    def _publishing(self) -> None:
        if not self._writable:
            raise EngineUnavailable(
                f"The index {self._alias} is open for reading only.", remedy="Publish from one process."
            )

    def _look(self) -> _Sighting:
        seen = self._sighting
        return seen if seen and time.monotonic() - seen.at <= LOOK_AGAIN else self._look_now()

    def _built_with(self) -> dict[str, Any] | None:
        """What the index was built with; None where it is lost."""
        try:
            return self._look().built_with
        except IndexLost:
            return None

    def _look_now(self) -> _Sighting:
        try:
            seen = self._sight()
        except IndexLost:
            self._sighting = None
            raise
        if self._sighting is None or seen.identity != self._sighting.identity:
            # It was rebuilt, perhaps by somebody else with another analyser than ours.
            self._check(seen)
        self._sighting = seen
        return seen

    def _sight(self) -> _Sighting:
        said = "*.settings.index.uuid,*.mappings._meta"
        found = self._cluster.call(
            lambda client: client.indices.get(index=self._alias, params={"filter_path": said})
        )
        ((name, index),) = found.items()
        meta = index.get("mappings", {}).get("_meta", {})
        return _Sighting(
            name=name,
            identity=index["settings"]["index"]["uuid"],
            generation=meta.get("generation", ""),
            built_with=meta.get("built_with", {}),
            at=time.monotonic(),
        )

    def _check(self, sighting: _Sighting) -> None:
        noted, wanted = sighting.built_with, built_with(self._fingerprint)
        if any(noted.get(key) != wanted[key] for key in ("layout", "analyzer")):
            raise StaleIndex(
                f"The index {self._alias} was built with {noted}, not with {wanted}.",
                remedy="Run `dure rebuild`.",
            )
