"""Every contract test runs on both engines: `engine` is an empty one, with vectors of 8 dimensions."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine, Fingerprint

FINGERPRINT = Fingerprint(analyzer="test", dimensions=8)


@pytest.fixture
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Opens an empty engine by name; closed after the test."""
    with ExitStack() as opened:

        def open_named(name: str) -> Engine:
            if name == "opensearch":
                # Imported here: the embedded engine is tested also where OpenSearch's client is not.
                from opensearch_fixture import open_opensearch_engine

                return open_opensearch_engine(request, FINGERPRINT)
            engine = EmbeddedEngine.open(tmp_path / "index", FINGERPRINT, writable=True)
            opened.callback(engine.close)
            return engine

        yield open_named


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def engine(request: pytest.FixtureRequest, open_engine: Callable[[str], Engine]) -> Engine:
    """An empty engine of each kind in turn."""
    return open_engine(request.param)
