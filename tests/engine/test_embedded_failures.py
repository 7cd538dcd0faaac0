"""The embedded engine when writing fails: what was not committed is undone, and trying again works."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from asking import match, near
from engine_examples import ALL, FINGERPRINT, asks, entry, found, passage, publish, removal, vector

from indexer.embedded import EmbeddedEngine, build
from indexer.engine import Entry
from models.errors import EngineUnavailable, PostsRefused


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    engine = EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=True)
    publish(engine, entry("p1", passage("휴가", vector(1))), entry("p2", passage("휴가", vector(1))))
    yield engine
    engine.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows: the system refuses to write, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def edits() -> list[Entry]:
    return [
        entry("p1", passage("출장", vector(0, 1)), revision=2),
        entry("p3", passage("출장", vector(0, 1))),
    ]


def test_a_commit_on_a_full_disk_is_undone_and_works_once_there_is_room(engine: EmbeddedEngine) -> None:
    generation = engine.generation
    engine.put(edits())
    engine.drop([removal("p2", 2)])
    with full_disk(), pytest.raises(EngineUnavailable, match="cannot be written"):
        engine.commit()
    assert engine.generation == generation
    assert sorted(engine.revisions()) == [("p1", 1), ("p2", 1)]
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1", "p2"]

    engine.put(edits())
    engine.drop([removal("p2", 2)])
    engine.commit()
    assert sorted(engine.revisions()) == [("p1", 2), ("p3", 1)]
    assert found(match(engine, asks("출장"), ALL, 9)) == ["p1", "p3"]
    assert found(near(engine, asks(near=vector(0, 1)), ALL, 9)) == ["p1", "p3"]


def test_a_disk_that_stays_full_refuses_every_attempt_and_none_is_lost(engine: EmbeddedEngine) -> None:
    for _ in range(2):
        with full_disk(), pytest.raises(EngineUnavailable, match="cannot be"):
            publish(engine, entry("p3", "출장"))
    publish(engine, entry("p3", "출장"))
    assert found(match(engine, asks("출장"), ALL, 9)) == ["p3"]


def test_what_a_failed_put_undid_is_not_committed_by_the_next(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH", 1)

    def interrupted() -> Iterator[Entry]:
        yield entry("p1", passage("출장", vector(0, 1)), revision=2)
        raise OSError("읽던 파일이 사라졌습니다")

    with pytest.raises(OSError, match="사라졌습니다"):
        engine.put(interrupted())
    generation = engine.generation
    engine.commit()
    assert engine.generation == generation
    publish(engine, entry("p3", "출장"))
    assert sorted(engine.revisions()) == [("p1", 1), ("p2", 1), ("p3", 1)]
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1", "p2"]


def test_an_engine_that_cannot_write_still_closes_and_gives_up_its_lock(tmp_path: Path) -> None:
    engine = EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=True)
    engine.put(edits())
    with full_disk():
        with pytest.raises(EngineUnavailable):
            engine.commit()
        engine.close()
    EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=True).close()


def test_a_rebuild_on_a_full_disk_is_abandoned_and_the_old_index_serves(engine: EmbeddedEngine) -> None:
    rebuild = engine.begin_rebuild()
    rebuild.put(edits())
    with full_disk(), pytest.raises(EngineUnavailable):
        rebuild.finish()
    rebuild.abandon()
    assert sorted(engine.revisions()) == [("p1", 1), ("p2", 1)]
    publish(engine, *edits())
    assert sorted(engine.revisions()) == [("p1", 2), ("p2", 1), ("p3", 1)]


def test_a_rebuild_that_was_swapped_in_is_never_abandoned(engine: EmbeddedEngine) -> None:
    rebuild = engine.begin_rebuild()
    rebuild.put(edits())
    rebuild.finish()
    rebuild.abandon()
    assert sorted(engine.revisions()) == [("p1", 2), ("p3", 1)]


def test_text_that_no_index_can_hold_costs_its_own_post_only(engine: EmbeddedEngine) -> None:
    with pytest.raises(PostsRefused) as refusal:
        engine.put([entry("p1", "휴가 \ud800", revision=2), *edits()[1:]])
    assert tuple(refusal.value.reasons) == ("p1",)
    engine.commit()
    assert sorted(engine.revisions()) == [("p1", 1), ("p2", 1), ("p3", 1)]
