"""Fusion: words decide, vectors add what words cannot find."""

import json
from pathlib import Path

import pytest

from indexer.engine import Hit
from indexer.fusion import CROWD, WEIGHTS, Fused, FusionWeights, fuse, read_weights

EVEN = FusionWeights(doubt=0.5, doubt_power=1.0, foreign=0.8, nearness_power=1.0)
"""Weights that are easy to reckon with: without confidence a nearness counts half."""


def hit(post: str, score: float, passage: int = 0) -> Hit:
    return Hit(post=post, passage=passage, score=score)


def posts(fused: list[Fused]) -> list[str]:
    return [candidate.post for candidate in fused]


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse((), ()) == []


def test_words_alone_keep_their_order() -> None:
    assert posts(fuse((hit("나", 7.0), hit("가", 3.0)), ())) == ["나", "가"]


def test_vectors_alone_answer_when_no_word_matches() -> None:
    fused = fuse((), (hit("가", 0.9), hit("나", 0.4)))
    assert [(candidate.post, candidate.lanes) for candidate in fused] == [
        ("가", ("near",)),
        ("나", ("near",)),
    ]
    assert fused[0].score > fused[1].score > 0


def test_what_the_words_are_sure_of_the_vectors_leave_alone() -> None:
    match, near = (hit("가", 10.0), hit("나", 9.5)), (hit("나", 0.9), hit("다", 0.9))
    assert posts(fuse(match, near, confidence=1.0, weights=EVEN)) == ["가", "나", "다"]
    assert posts(fuse(match, near, confidence=0.0, weights=EVEN)) == ["나", "가", "다"]


def test_the_less_of_the_question_the_words_found_the_more_a_nearness_counts() -> None:
    scores = [
        fuse((hit("가", 1.0),), (hit("나", 0.8),), confidence=sure, weights=EVEN)[1].score
        for sure in (0.9, 0.5, 0.1)
    ]
    assert scores == pytest.approx([0.04, 0.2, 0.36])


def test_a_near_post_in_another_language_counts_however_sure_the_words_are() -> None:
    match, near = (hit("가", 1.0),), (hit("en", 0.9), hit("ko", 0.9))
    fused = fuse(match, near, confidence=1.0, foreign={"en"}, weights=EVEN)
    assert [(candidate.post, candidate.score) for candidate in fused] == [
        ("가", 1.0),
        ("en", pytest.approx(0.72)),
        ("ko", 0.0),
    ]


def test_a_power_lets_only_what_is_really_near_count() -> None:
    weights = EVEN._replace(nearness_power=3.0)
    fused = fuse((hit("가", 1.0),), (hit("나", 0.8), hit("다", 0.4)), confidence=0.0, weights=weights)
    assert [candidate.score for candidate in fused] == pytest.approx([1.0, 0.256, 0.032])


def test_the_scale_of_word_scores_does_not_matter() -> None:
    near = (hit("나", 0.8), hit("다", 0.7))
    small = fuse((hit("가", 0.2), hit("나", 0.19)), near, confidence=0.3)
    large = fuse((hit("가", 200.0), hit("나", 190.0)), near, confidence=0.3)
    assert [(one.post, pytest.approx(one.score)) for one in small] == [(one.post, one.score) for one in large]


def test_a_negative_cosine_takes_nothing_away() -> None:
    assert fuse((hit("가", 2.0),), (hit("가", -0.5),), confidence=0.0)[0].score == pytest.approx(1.0)


def test_what_is_no_nearer_than_a_whole_crowd_gains_nothing() -> None:
    crowd = tuple(hit(f"글{number:02}", 0.5) for number in range(CROWD))
    near = (hit("나", 0.75), *crowd)
    fused = {one.post: one.score for one in fuse((hit("가", 2.0),), near, confidence=0.0, weights=EVEN)}
    assert fused["글07"] == 0.0
    assert fused["나"] == pytest.approx(0.25)


def test_ties_are_broken_by_post_id_and_word_scores_of_zero_are_harmless() -> None:
    assert posts(fuse((hit("나", 0.0), hit("가", 0.0)), ())) == ["가", "나"]


def test_the_passage_that_the_words_found_is_shown() -> None:
    fused = fuse((hit("가", 1.0, passage=3),), (hit("가", 0.9, passage=7), hit("나", 0.5, passage=2)))
    assert {candidate.post: candidate.passage for candidate in fused} == {"가": 3, "나": 2}


def test_the_weights_that_ship_lost_on_no_development_set_beyond_chance() -> None:
    """What `benchmarks.fusion` measured when it wrote the file."""
    measured = json.loads(WEIGHTS.read_text(encoding="utf-8"))["measured"]
    assert {"paraphrases", "ko to en", "en to ko", "sample company"} < measured.keys()
    assert all(figures["difference"][2] >= 0 for figures in measured.values())
    for name in ("paraphrases", "ko to en", "en to ko"):
        assert measured[name]["difference"][1] > 0, name


def test_weights_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text(json.dumps({"weights": EVEN._asdict()}))
    assert read_weights(tmp_path / "weights.json") == EVEN
