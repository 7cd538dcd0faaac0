"""A real store, a real embedded index and the real annotator, in a temporary home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts import TOWN, Parts
from shuffled_encoder import shuffled_encoder
from sqlite_fixture import store_in_sqlite

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.language.annotator import Annotator, AnnotatorSpec
from models.store import Store
from pipelines.publish import Publisher


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return AnnotatorSpec().build()


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder as good as the shipped one, whose vectors have nothing to do with its vectors."""
    return shuffled_encoder(tmp_path_factory.mktemp("encoders") / "other")


@pytest.fixture
def parts(request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator) -> Iterator[Parts]:
    store = Store.open(store_in_sqlite(request, tmp_path))
    fingerprint = Fingerprint(analyzer=annotator.revision.analyzer)
    engine = EmbeddedEngine.open(tmp_path / "index", fingerprint, writable=True)
    opened = Parts(store, engine, annotator, Publisher(store, engine, annotator, AnnotatorSpec()))
    opened.write(*TOWN)
    yield opened
    engine.close()
    store.close()
