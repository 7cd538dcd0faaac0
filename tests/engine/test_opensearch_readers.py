"""OpenSearch opened for reading only: nothing is made, nothing is written."""

from dataclasses import replace

import opensearch_fixture
import pytest
from asking import ask, match
from engine_examples import ALL, asks, entry, found, passage, publish, removal, vector
from opensearchpy import OpenSearch

from indexer.engine import Fingerprint
from models.errors import EngineUnavailable

pytestmark = pytest.mark.opensearch

FINGERPRINT = Fingerprint(analyzer="test")


def test_a_reader_of_no_index_is_told_how_to_make_one_and_makes_none(request: pytest.FixtureRequest) -> None:
    with pytest.raises(EngineUnavailable, match=r"no index test-.*dure publish"):
        opensearch_fixture.read_opensearch_engine(request, FINGERPRINT)
    with OpenSearch(opensearch_fixture.opensearch_url(request)) as client:
        assert client.indices.get(index=f"{opensearch_fixture.opensearch_alias(request)}*") == {}


def test_a_reader_reads_what_a_publisher_commits_and_writes_nothing(request: pytest.FixtureRequest) -> None:
    publisher = opensearch_fixture.open_opensearch_engine(request, FINGERPRINT)
    engine = opensearch_fixture.read_opensearch_engine(request, FINGERPRINT)
    publish(publisher, entry("p1", "휴가"))
    assert found(match(engine, asks("휴가"), ALL, 5)) == ["p1"]
    generation = publisher.generation
    with pytest.raises(EngineUnavailable, match="reading only"):
        engine.put([entry("p2", "휴가")])
    with pytest.raises(EngineUnavailable, match="reading only"):
        engine.drop([removal("p1", 2)])
    with pytest.raises(EngineUnavailable, match="reading only"):
        engine.commit()
    with pytest.raises(EngineUnavailable, match="reading only"):
        engine.begin_rebuild()
    assert list(publisher.revisions()) == [("p1", 1)]
    assert publisher.generation == generation


@pytest.mark.parametrize("dimensions", [8, 4])
def test_a_reader_follows_when_another_process_swaps_an_index_of_another_encoder_in(
    request: pytest.FixtureRequest, dimensions: int
) -> None:
    old = Fingerprint(analyzer="test", embedder="모델 1", dimensions=8)
    publisher = opensearch_fixture.open_opensearch_engine(request, old)
    publish(publisher, entry("p1", passage("휴가", vector(1))))
    engine = opensearch_fixture.read_opensearch_engine(request, FINGERPRINT)
    both = replace(asks(), vector={"모델 1": vector(1), "모델 2": vector(1)[:dimensions]}, near=9)
    assert found(ask(engine, both, ALL).near) == ["p1"]
    rebuild = publisher.begin_rebuild(Fingerprint(analyzer="test", embedder="모델 2", dimensions=dimensions))
    rebuild.put([entry("p2", passage("출장", vector(1)[:dimensions]))])
    rebuild.finish()
    assert found(ask(engine, both, ALL).near) == ["p2"]
    assert engine.embedder == "모델 2"
