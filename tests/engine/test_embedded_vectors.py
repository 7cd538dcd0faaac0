"""The embedded engine's vectors: merged segments, codes, and filters."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from math import cos, sin
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt
import pytest
from asking import near
from engine_examples import ALL, FINGERPRINT, asks, entry, found, passage, publish, removal, scope, vector

from indexer.embedded import EmbeddedEngine, segment_writer, vectors
from indexer.embedded.segment import Bits, Codebook, Segment, number_of
from indexer.embedded.segment_writer import SegmentDraft
from indexer.embedded.vectors import Vectors
from indexer.engine import Filters
from models.scope import Scope

CLUSTERS, ROWS, SMALL, QUESTIONS = 300, 24_000, 1_000, 60


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
    assert found(near(engine, question, ALL, 3)) == ["p15", "p18", "p12"]
    assert found(near(engine, asks(near=vector(1)), ALL, 30)) == [f"p{number:02}" for number in range(30)]


def test_dropped_rows_stay_dropped_through_merges(engine: EmbeddedEngine, tmp_path: Path) -> None:
    publish(engine, *(entry(f"p{number}", passage("휴가", vector(1))) for number in range(10)))
    for number in range(1, 10):
        engine.drop([removal(f"p{number}", 2)])
        engine.commit()
        assert found(near(engine, asks(near=vector(1)), ALL, 99)) == [
            "p0",
            *(f"p{n}" for n in range(number + 1, 10)),
        ]
    engine.drop([removal("p0", 2)])
    engine.commit()
    assert list(tmp_path.glob("*/vectors/*")) == []


def test_a_vector_of_zeros_is_near_to_nothing(engine: EmbeddedEngine) -> None:
    nothing = np.zeros(8, np.float32)
    publish(engine, entry("p1", passage("휴가", nothing)), entry("p2", passage("휴가", vector(-1))))
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p2"]
    assert near(engine, asks(near=nothing), ALL, 9) == ()


@cache
def clustered(rows: int) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(3)
    centres = random.normal(size=(CLUSTERS, 32))
    vectors = centres[np.arange(rows) % CLUSTERS] + 0.4 * random.normal(size=(rows, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def drafted(numbers: Iterable[int]) -> SegmentDraft:
    """Some rows; one in so many, and each cluster, has an audience of its own besides."""
    rows = clustered(ROWS)
    draft = SegmentDraft(32)
    for number in numbers:
        shares = [f"one in {share}" for share in (2, 10, 40) if number // CLUSTERS % share == 0]
        audience = ("everyone", f"cluster {number % CLUSTERS}", *shares)
        kind = "answer" if number % 7 else "post"
        draft.add(entry(f"p{number}", passage("글", rows[number]), audience=audience, kind=kind))
    return draft


def written(folder: Path, name: str, numbers: Iterable[int], codebook: Codebook | None = None) -> Segment:
    drafted(numbers).write(folder, name, codebook)
    return Segment(folder, name)


def whole(folder: Path, *segments: Segment) -> Vectors:
    return Vectors.open(folder, [(segment.name, None) for segment in segments], None)


@pytest.fixture(scope="module")
def scanned_and_coded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vectors, Vectors]]:
    """The same rows twice: scanned exactly, and in two segments with codes beside a small one without."""
    folder = tmp_path_factory.mktemp("vectors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment_writer, "QUICK_ROWS", ROWS // 3)
        patch.setattr(vectors, "COMPARED", 200)
        scanned = [written(folder, f"scanned{part}", range(part, ROWS, 4)) for part in range(4)]
        first = written(folder, "coded0", range(0, ROWS - SMALL, 2))
        coded = [first, written(folder, "coded1", range(1, ROWS - SMALL, 2), first.codebook)]
        yield (
            whole(folder, *scanned),
            whole(folder, *coded, written(folder, "small", range(ROWS - SMALL, ROWS))),
        )


def test_what_is_written_later_is_coded_as_what_is_there_until_it_is_much_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_writer, "QUICK_ROWS", 1_000)
    monkeypatch.setattr(vectors, "SMALLEST_TIER", 4_000)
    lane = Vectors(folder=tmp_path)
    codebooks: list[Codebook] = []
    for generation in range(4):
        lane = lane.next(generation, drafted(range(generation * 1_000, (generation + 1) * 1_000)), ())
        codebook = lane.parts[-1].segment.codebook
        assert codebook is not None
        codebooks.append(codebook)
    first, second, third, merged = codebooks
    assert np.array_equal(first, second)
    assert np.array_equal(first, third)
    assert len(lane.parts) == 1
    assert not np.array_equal(first, merged)


def test_what_was_learnt_before_a_part_of_the_vectors_came_codes_none_that_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_writer, "QUICK_ROWS", 1_000)
    rows = clustered(ROWS)[:2_000]

    def draft(vectors: npt.NDArray[np.float32]) -> SegmentDraft:
        made = SegmentDraft(32)
        for number, one in enumerate(vectors):
            made.add(entry(f"p{number}", passage("글", one)))
        return made

    halves = np.where(np.arange(32) < 16, rows, 0).astype(np.float32)
    lane = Vectors(folder=tmp_path).next(0, draft(halves), ())
    assert lane.parts[0].segment.nearest_by_codes(halves[0], lane.parts[0].alive, 10, 100) is not None
    lane = lane.next(1, draft(rows), [f"p{number}" for number in range(2_000)])
    (part,) = lane.parts
    assert part.segment.codebook is not None
    scanned = [part.segment.nearest(row, part.alive, 10)[1] for row in rows[:QUESTIONS]]
    coded = [part.segment.nearest_by_codes(row, part.alive, 10, 100) for row in rows[:QUESTIONS]]
    shares = [
        len({*exact.tolist()} & {*quick[1].tolist()}) / 10
        for exact, quick in zip(scanned, coded, strict=True)
        if quick
    ]
    assert len(shares) == QUESTIONS
    assert np.mean(shares) >= 0.98


def recalled(
    both: tuple[Vectors, Vectors], seen_by: Callable[[int], Scope], filters: Filters | None = None
) -> float:
    """The part of what an exact scan finds, ten neighbours a question, that the codes find too."""
    scanned, coded = both
    found = []
    for number, question in enumerate(clustered(ROWS)[:QUESTIONS]):
        asked = (question, seen_by(number), filters or Filters(), 10)
        exact, quick = scanned.nearest(*asked), coded.nearest(*asked)
        assert len(exact) == len(quick) == min(10, len(exact))
        assert [hit.score for hit in quick] == sorted((hit.score for hit in quick), reverse=True)
        found.append(len({hit.post for hit in exact} & {hit.post for hit in quick}) / len(exact))
    return float(np.mean(found))


@pytest.mark.slow
def test_codes_find_what_an_exact_scan_finds_however_much_a_viewer_sees(
    scanned_and_coded: tuple[Vectors, Vectors],
) -> None:
    _, coded = scanned_and_coded
    everything = [
        part.segment.nearest_by_codes(clustered(ROWS)[0], part.alive, 10, 100) for part in coded.parts
    ]
    assert [nearest is not None for nearest in everything] == [True, True, False]
    for token in ("everyone", "one in 2", "one in 10", "one in 40"):
        assert recalled(scanned_and_coded, lambda _, token=token: scope(token)) >= 0.98, token


def test_codes_find_what_is_far_where_a_viewer_sees_nothing_near(
    scanned_and_coded: tuple[Vectors, Vectors],
) -> None:
    def elsewhere(cluster: int) -> Scope:
        return scope(*(f"cluster {(cluster + away) % CLUSTERS}" for away in range(1, CLUSTERS // 2)))

    assert recalled(scanned_and_coded, elsewhere) >= 0.98


def test_codes_are_filtered_before_the_best_are_taken(scanned_and_coded: tuple[Vectors, Vectors]) -> None:
    only = Filters(kinds=frozenset({"post"}))
    assert recalled(scanned_and_coded, lambda _: ALL, only) >= 0.98


def test_dropped_rows_are_not_found_by_their_codes(scanned_and_coded: tuple[Vectors, Vectors]) -> None:
    _, coded = scanned_and_coded
    (question,) = clustered(ROWS)[:1]
    nearest = [hit.post for hit in coded.nearest(question, ALL, Filters(), 20)]
    assert nearest[0] == "p0"
    left = coded.next(1, SegmentDraft(32), nearest[:10])
    assert [hit.post for hit in left.nearest(question, ALL, Filters(), 10)] == nearest[10:]


def test_as_many_neighbours_are_found_as_are_asked_for(scanned_and_coded: tuple[Vectors, Vectors]) -> None:
    for each in scanned_and_coded:
        assert len(each.nearest(clustered(ROWS)[:1][0], ALL, Filters(), 5_000)) == 5_000


def test_clusters_of_an_earlier_version_are_scanned(tmp_path: Path) -> None:
    segment = written(tmp_path, "old", range(2_000))
    flat = faiss.read_index(str(tmp_path / "old.faiss"))
    clusters = faiss.index_factory(32, "IVF16,SQ8", faiss.METRIC_INNER_PRODUCT)
    clusters.train(clustered(ROWS)[:2_000])
    clusters.add(clustered(ROWS)[:2_000])
    expected = whole(tmp_path, segment).nearest(clustered(ROWS)[:1][0], ALL, Filters(), 10)
    faiss.write_index(faiss.IndexRefine(clusters, flat), str(tmp_path / "old.faiss"))
    assert (
        whole(tmp_path, Segment(tmp_path, "old")).nearest(clustered(ROWS)[:1][0], ALL, Filters(), 10)
        == expected
    )


def test_a_scope_is_answered_though_another_thread_empties_the_kept_ones_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Emptied(dict[Scope, Bits]):
        """Forgets at once what is stored, which is the worst that another thread can do."""

        def __setitem__(self, scope: Scope, rows: Bits) -> None:
            self.clear()

    flat = written(tmp_path, "flat", range(100))
    monkeypatch.setattr(flat, "_visible", Emptied())
    assert number_of(flat.allowed(ALL, Filters())) == 100
