"""A real OpenSearch for tests: one server for a whole run of pytest, an index of its own for each test.

`DURE_TEST_OPENSEARCH=http://127.0.0.1:…` takes a server that runs already (`scripts/opensearch.py run`).
"""

import uuid
from collections.abc import Callable

import pytest
from opensearch import OpenSearchServer
from opensearchpy import OpenSearch
from server_process import PrerequisiteError
from shared_server import SharedServer, missing

from indexer.engine import Fingerprint
from indexer.opensearch import OpenSearchEngine

ALIAS = pytest.StashKey[str]()


def _start() -> tuple[str, Callable[[], object]]:
    server = OpenSearchServer(brief=True)
    return server.start()[0], server.stop


SERVER = SharedServer("DURE_TEST_OPENSEARCH", _start)


def opensearch_url(request: pytest.FixtureRequest) -> str:
    """The address of a node, started by the first test that asks and stopped at the end of the run.

    Where none can run, the test is skipped with the reason; under `CI=true` it fails.
    """
    return SERVER.url(request)


def opensearch_cluster() -> OpenSearchServer:
    """Three nodes that are one cluster: whoever asks stops them. Skips or fails as `opensearch_url`."""
    server = OpenSearchServer(nodes=3, brief=True)
    try:
        server.start()
    except PrerequisiteError as reason:
        missing(str(reason))
    return server


def opensearch_alias(request: pytest.FixtureRequest) -> str:
    """An alias that belongs to this test alone; its indices go afterwards."""
    stash = request.node.stash
    if ALIAS not in stash:
        url = opensearch_url(request)
        alias = stash[ALIAS] = f"test-{uuid.uuid4().hex}"

        def remove() -> None:
            with OpenSearch(url) as client:
                client.indices.delete(index=f"{alias}-*")

        request.addfinalizer(remove)
    return str(stash[ALIAS])


def open_opensearch_engine(request: pytest.FixtureRequest, fingerprint: Fingerprint) -> OpenSearchEngine:
    """An engine on this test's index, which is empty at first; closed after the test."""
    url, alias = opensearch_url(request), opensearch_alias(request)
    engine = OpenSearchEngine.open(url, alias, fingerprint, writable=True)
    request.addfinalizer(engine.close)
    return engine


def read_opensearch_engine(request: pytest.FixtureRequest, fingerprint: Fingerprint) -> OpenSearchEngine:
    """As a process that only answers opens this test's index, which must be there; closed after the test."""
    url, alias = opensearch_url(request), opensearch_alias(request)
    engine = OpenSearchEngine.open(url, alias, fingerprint, writable=False)
    request.addfinalizer(engine.close)
    return engine
