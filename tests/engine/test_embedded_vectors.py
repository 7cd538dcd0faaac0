"""The embedded engine's vectors: merged segments, clusters, and filters inside the search."""

from collections.abc import Iterator
from math import cos, sin
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from conftest import FINGERPRINT
from engine_examples import ALL, asks, entry, found, passage, publish, removal, scope, vector

from indexer.embedded import EmbeddedEngine, segment, segment_writer
from indexer.embedded.segment import Bits, Segment, bits, number_of
from indexer.embedded.segment_writer import SegmentDraft, merge
from indexer.engine import Filters
from models.scope import Scope

CLUSTERS, ROWS = 60, 6_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    engine = EmbeddedEngine.open(tmp_path, FINGERPRINT, writable=True)
    yield engine
    engine.close()


def test_segments_are_merged_and_lose_nothing(engine: EmbeddedEngine, tmp_path: Path) -> None:
    directions = [vector(cos(number / 20), sin(number / 20)) for number in range(30)]
    for number, direction in enumerate(directions):
        publish(engine, entry(f"p{number:02}", passage("휴가", direction), channel=f"c{number % 3}"))
    segments = list(tmp_path.glob("*/vectors/*.faiss"))
    assert 1 <= len(segments) <= 8
    question = asks(near=vector(cos(0.77), sin(0.77)), filters=Filters(channels=frozenset({"c0"})))
    assert found(engine.near(question, ALL, 3)) == ["p15", "p18", "p12"]
    assert found(engine.near(asks(near=vector(1)), ALL, 30)) == [f"p{number:02}" for number in range(30)]


def test_dropped_rows_stay_dropped_through_merges(engine: EmbeddedEngine, tmp_path: Path) -> None:
    publish(engine, *(entry(f"p{number}", passage("휴가", vector(1))) for number in range(10)))
    for number in range(1, 10):
        engine.drop([removal(f"p{number}", 2)])
        engine.commit()
        assert found(engine.near(asks(near=vector(1)), ALL, 99)) == [
            "p0",
            *(f"p{n}" for n in range(number + 1, 10)),
        ]
    engine.drop([removal("p0", 2)])
    engine.commit()
    assert list(tmp_path.glob("*/vectors/*")) == []


def test_a_vector_of_zeros_is_near_to_nothing(engine: EmbeddedEngine) -> None:
    nothing = np.zeros(8, np.float32)
    publish(engine, entry("p1", passage("휴가", nothing)), entry("p2", passage("휴가", vector(-1))))
    assert found(engine.near(asks(near=vector(1)), ALL, 9)) == ["p2"]
    assert engine.near(asks(near=nothing), ALL, 9) == ()


def clustered(rows: int) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(3)
    centres = random.normal(size=(CLUSTERS, 32))
    vectors = centres[np.arange(rows) % CLUSTERS] + 0.4 * random.normal(size=(rows, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Segment, Segment]:
    """The same rows twice: scanned exactly, and clustered as if they were many."""
    draft = SegmentDraft(32)
    for number, row in enumerate(clustered(ROWS)):
        token = "channel:작은" if number % 1_000 == 0 else "everyone"
        draft.add(
            entry(
                f"p{number}", passage("글", row), audience=(token,), kind="answer" if number % 2 else "post"
            )
        )
    draft.write(tmp_path, "flat")
    flat = Segment(tmp_path, "flat")
    monkeypatch.setattr(segment, "EXACT_ROWS", 1_000)
    monkeypatch.setattr(segment_writer, "EXACT_ROWS", 1_000)
    merge([(flat, bits(np.ones(ROWS, np.bool_)))], tmp_path, "clustered", 32)
    return flat, Segment(tmp_path, "clustered")


def test_clusters_find_what_an_exact_scan_finds(segments: tuple[Segment, Segment]) -> None:
    flat, quick = segments
    allowed = flat.allowed(ALL, Filters(kinds=frozenset({"answer"})))
    recalled = []
    for question in clustered(20):
        exact = flat.nearest(question, allowed, 10)
        probed = quick.nearest(question, allowed, 10)
        assert all(row % 2 for _, row in probed)
        assert probed[0][0] == pytest.approx(exact[0][0], abs=0.01)
        recalled.append(len({row for _, row in exact} & {row for _, row in probed}) / 10)
    assert np.mean(recalled) > 0.9


def test_clusters_are_not_probed_for_a_viewer_who_sees_little(segments: tuple[Segment, Segment]) -> None:
    flat, quick = segments
    allowed = quick.allowed(scope("channel:작은"), Filters())
    question = clustered(1)[0]
    assert [row for _, row in quick.nearest(question, allowed, 6)] == [
        row for _, row in flat.nearest(question, allowed, 6)
    ]
    assert sorted(row for _, row in quick.nearest(question, allowed, 99)) == list(range(0, ROWS, 1_000))


def test_more_neighbours_than_the_probed_clusters_hold_are_found_all_the_same(
    segments: tuple[Segment, Segment],
) -> None:
    _, quick = segments
    assert len(quick.nearest(clustered(1)[0], quick.allowed(ALL, Filters()), 5_000)) == 5_000


def test_a_scope_is_answered_though_another_thread_empties_the_kept_ones_meanwhile(
    segments: tuple[Segment, Segment], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Emptied(dict[Scope, Bits]):
        """Forgets at once what is stored, which is the worst that another thread can do."""

        def __setitem__(self, scope: Scope, rows: Bits) -> None:
            self.clear()

    flat, _ = segments
    monkeypatch.setattr(flat, "_visible", Emptied())
    assert number_of(flat.allowed(ALL, Filters())) == ROWS - 6
