"""An index that is deleted or damaged under its readers and its publisher: told as lost, and whole once rebuilt."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from asking import ask, match, near
from engine_examples import ALL, FINGERPRINT, asks, entry, found, passage, publish, vector

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine
from models.errors import IndexLost, PublisherRunning


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Engine]]:
    """Opens the index of this test: for publishing or reading, also one that is lost."""
    if request.param == "opensearch":
        from indexer.opensearch import cluster

        # A lost index stays lost: each of many reads tries as often as ever, and waits less in between.
        monkeypatch.setattr(cluster, "LONGEST_WAIT", 0.05)
    with ExitStack() as stack:

        def open_it(*, writable: bool, lost_ok: bool = False) -> Engine:
            engine: Engine
            if request.param == "opensearch":
                import opensearch_fixture

                from indexer.opensearch import OpenSearchEngine

                engine = OpenSearchEngine.open(
                    opensearch_fixture.opensearch_url(request),
                    opensearch_fixture.opensearch_alias(request),
                    FINGERPRINT,
                    writable=writable,
                    lost_ok=lost_ok,
                )
            else:
                engine = EmbeddedEngine.open(
                    tmp_path / "index", FINGERPRINT, writable=writable, lost_ok=lost_ok
                )
            stack.callback(engine.close)
            return engine

        yield open_it


@pytest.fixture
def delete(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], None]:
    """Deletes the whole index behind everybody's back."""

    def delete_it() -> None:
        if "opensearch" not in request.node.callspec.id:
            shutil.rmtree(tmp_path / "index")
            return
        import opensearch_fixture
        from opensearchpy import OpenSearch

        with OpenSearch(opensearch_fixture.opensearch_url(request)) as client:
            alias = opensearch_fixture.opensearch_alias(request)
            for name in client.indices.get_alias(name=alias):
                client.indices.delete(index=name)

    return delete_it


def rebuild(engine: Engine) -> None:
    building = engine.begin_rebuild()
    building.put([entry("p1", passage("휴가", vector(1)))])
    building.finish()


def is_lost(engine: Engine) -> bool:
    for read in (
        lambda: engine.identity,
        lambda: engine.generation,
        lambda: ask(engine, asks("휴가"), ALL),
        lambda: engine.suggest("휴", ALL, 5),
    ):
        with pytest.raises(IndexLost, match=r"server.*dure rebuild"):
            read()
    return engine.embedder is None and engine.vectors_current


def test_a_deleted_index_is_lost_to_all_until_its_publisher_rebuilds_it(
    opened: Callable[..., Engine], delete: Callable[[], None]
) -> None:
    publisher = opened(writable=True)
    publish(publisher, entry("p1", passage("휴가", vector(1))))
    reader = opened(writable=False)
    assert found(match(reader, asks("휴가"), ALL, 9)) == ["p1"]
    delete()
    assert is_lost(publisher)
    assert is_lost(reader)
    with pytest.raises(IndexLost):
        opened(writable=False)
    late = opened(writable=False, lost_ok=True)
    assert is_lost(late)
    rebuild(publisher)
    for engine in (publisher, reader, late):
        assert found(match(engine, asks("휴가"), ALL, 9)) == ["p1"]
        assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1"]
        assert engine.embedder == FINGERPRINT.embedder
    publish(publisher, entry("p2", passage("휴가", vector(1))))
    assert found(match(reader, asks("휴가"), ALL, 9)) == ["p1", "p2"]


def test_a_rebuild_of_a_deleted_index_that_is_given_up_leaves_it_lost(
    opened: Callable[..., Engine], delete: Callable[[], None]
) -> None:
    publisher = opened(writable=True)
    delete()
    building = publisher.begin_rebuild()
    building.put([entry("p1", "휴가")])
    building.abandon()
    assert is_lost(publisher)
    rebuild(publisher)
    assert found(match(publisher, asks("휴가"), ALL, 9)) == ["p1"]


def test_a_publisher_that_finds_no_index_makes_none_that_readers_would_take_for_whole(
    opened: Callable[..., Engine],
) -> None:
    publisher = opened(writable=True, lost_ok=True)
    assert is_lost(publisher)
    with pytest.raises(IndexLost):
        opened(writable=False)
    rebuild(publisher)
    assert found(match(opened(writable=False), asks("휴가"), ALL, 9)) == ["p1"]


PARTS = ["CURRENT", "*/build.json", "*/words/meta.json", "*/words/*.store", "*/words/*.term", "*/vectors/*.npz",
         "*/vectors/*.faiss", "*/words", "*/vectors"]  # fmt: skip


@pytest.mark.parametrize("pattern", PARTS)
def test_a_publisher_notices_that_a_part_of_its_index_is_gone(tmp_path: Path, pattern: str) -> None:
    publisher = EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=True)
    publish(publisher, entry("p1", passage("휴가", vector(1))))
    reader = EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=False)
    assert found(match(reader, asks("휴가"), ALL, 9)) == ["p1"]
    before = publisher.identity
    for path in list(tmp_path.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(IndexLost):
        publisher.identity  # noqa: B018
    rebuild(publisher)
    assert publisher.identity != before
    for engine in (publisher, reader, EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=False)):
        assert found(match(engine, asks("휴가"), ALL, 9)) == ["p1"]
        assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1"]
        engine.close()
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1, "what was damaged is removed"


def test_what_a_publisher_writes_and_merges_itself_is_no_loss(tmp_path: Path) -> None:
    publisher = EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=True)
    before = publisher.identity
    for number in range(40):
        publish(publisher, entry(f"p{number % 9}", passage("휴가", vector(1)), revision=number + 1))
        assert publisher.identity == before
    publisher.close()


def test_a_lock_that_was_deleted_with_the_folder_is_taken_anew(tmp_path: Path) -> None:
    publisher = EmbeddedEngine.open(tmp_path / "index", FINGERPRINT, writable=True)
    shutil.rmtree(tmp_path / "index")
    rebuild(publisher)
    with pytest.raises(PublisherRunning):
        EmbeddedEngine.open(tmp_path / "index", FINGERPRINT, writable=True)
    publisher.close()
    EmbeddedEngine.open(tmp_path / "index", FINGERPRINT, writable=True).close()
