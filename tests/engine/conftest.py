"""Every contract test runs on both engines: `engine` is an empty one, with vectors of 8 dimensions."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from engine_examples import FINGERPRINT

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine, Fingerprint


@pytest.fixture
def open_engine(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[str, Fingerprint], Engine]]:
    """Opens this test's index by the name of its engine, empty at first; closed after the test."""
    with ExitStack() as opened:

        def open_named(name: str, fingerprint: Fingerprint) -> Engine:
            if name == "opensearch":
                # Imported here: the embedded engine is tested also where OpenSearch's client is not.
                from opensearch_fixture import open_opensearch_engine

                return open_opensearch_engine(request, fingerprint)
            engine = EmbeddedEngine.open(tmp_path / "index", fingerprint, writable=True)
            opened.callback(engine.close)
            return engine

        yield open_named


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def engine(request: pytest.FixtureRequest, open_engine: Callable[[str, Fingerprint], Engine]) -> Engine:
    """An empty engine of each kind in turn."""
    return open_engine(request.param, FINGERPRINT)


@pytest.fixture
def reopened(
    engine: Engine, open_engine: Callable[[str, Fingerprint], Engine]
) -> Callable[[Fingerprint], Engine]:
    """Closes `engine` and opens its index with another fingerprint."""

    def reopen(fingerprint: Fingerprint) -> Engine:
        engine.close()
        return open_engine(engine.name, fingerprint)

    return reopen
