"""A lost index is made anew from the store, and readers never take a part of it for all."""

import logging
import shutil
from pathlib import Path

import pytest
from parts import Parts, post

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.errors import IndexLost
from models.language.annotator import Annotator, AnnotatorSpec
from models.records import Deletion
from pipelines import publish
from pipelines.background import REBUILD_STATE, BackgroundPublisher
from pipelines.publish import Publisher
from pipelines.verify import verify


@pytest.fixture
def reader(parts: Parts, tmp_path: Path, annotator: Annotator) -> EmbeddedEngine:
    return EmbeddedEngine.open(
        tmp_path / "index", Fingerprint(analyzer=annotator.revision.analyzer), writable=False
    )


@pytest.fixture
def full(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Parts:
    """Several pages of posts that are published, and one that is not yet."""
    monkeypatch.setattr(publish, "PAGE", 10)
    parts.write(*(post(number, f"{number}번 창고 재고") for number in range(45)))
    parts.publisher.publish()
    parts.write(Deletion(post="sns:3"), post(45, "45번 창고 재고"))
    return parts


EXPECTED = {f"sns:{number}" for number in range(46) if number != 3}


def test_publishing_to_a_deleted_index_makes_it_anew_and_readers_see_all_or_nothing(
    full: Parts, reader: EmbeddedEngine, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "index")
    pages = 0

    def advance(amount: int) -> None:
        nonlocal pages
        pages += 1
        with pytest.raises(IndexLost):
            reader.generation  # noqa: B018

    full.publisher.publish(advance)
    assert pages == 5
    assert full.found("재고") == EXPECTED
    assert reader.generation == full.engine.generation
    assert full.store.status().pending == 0
    assert verify(full.store, full.engine).agrees


def test_the_servers_publisher_heals_by_itself_and_tells_how_far_it_is(
    full: Parts, tmp_path: Path, annotator: Annotator, caplog: pytest.LogCaptureFixture
) -> None:
    background = BackgroundPublisher(full.publisher, full.store, annotator.analyzer, None)
    for path in (tmp_path / "index").glob("*/words/meta.json"):
        path.unlink()
    with caplog.at_level(logging.WARNING, "dure.publisher"):
        background._rebuild_if_needed()
        background._publish()
    assert full.store.get_state(REBUILD_STATE) == "done"
    assert full.found("재고") == EXPECTED
    assert verify(full.store, full.engine).agrees
    told = [record.getMessage() for record in caplog.records]
    assert "made anew from the store: 45 posts" in told[0]
    assert any("of 45 posts" in line for line in told[1:-1])
    assert told[-1] == "The index has been made anew."
    background._rebuild_if_needed()
    assert len(caplog.records) == len(told), "once is enough"


def test_an_index_that_is_lost_while_it_is_rebuilt_is_swapped_in_whole(full: Parts, tmp_path: Path) -> None:
    build = tmp_path / "index" / full.engine.identity
    later = iter([post(46, "46번 창고 재고")])

    def meanwhile() -> None:
        shutil.rmtree(build, ignore_errors=True)
        for arriving in later:
            full.write(arriving)
        full.publisher.publish()

    full.publisher.rebuild(meanwhile=meanwhile)
    full.publisher.publish()
    assert full.found("재고") == EXPECTED | {"sns:46"}
    assert verify(full.store, full.engine).agrees


def test_a_publisher_that_starts_without_an_index_and_is_stopped_halfway_leaves_none_that_looks_whole(
    full: Parts, tmp_path: Path, annotator: Annotator
) -> None:
    full.engine.close()
    shutil.rmtree(tmp_path / "index")
    fingerprint = Fingerprint(analyzer=annotator.revision.analyzer)

    def opened() -> tuple[EmbeddedEngine, Publisher]:
        engine = EmbeddedEngine.open(tmp_path / "index", fingerprint, writable=True, lost_ok=True)
        return engine, Publisher(full.store, engine, annotator, AnnotatorSpec())

    engine, publisher = opened()

    def stop(amount: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publisher.publish(stop)
    engine.close()
    with pytest.raises(IndexLost):
        EmbeddedEngine.open(tmp_path / "index", fingerprint, writable=False)
    engine, publisher = opened()
    publisher.publish()
    assert verify(full.store, engine).agrees
    assert {post for post, _ in engine.revisions()} == EXPECTED
    engine.close()
