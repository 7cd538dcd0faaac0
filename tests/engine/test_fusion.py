"""Fusion: words decide, vectors add what words cannot find."""

import pytest

from indexer.engine import Hit
from indexer.fusion import CROWD, NEAR_WEIGHT, fuse


def hit(post: str, score: float, passage: int = 0) -> Hit:
    return Hit(post=post, passage=passage, score=score)


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse((), ()) == []


def test_words_alone_keep_their_order() -> None:
    assert [candidate.post for candidate in fuse((hit("나", 7.0), hit("가", 3.0)), ())] == ["나", "가"]


def test_vectors_alone_answer_when_no_word_matches() -> None:
    fused = fuse((), (hit("가", 0.9), hit("나", 0.4)))
    assert [(candidate.post, candidate.lanes) for candidate in fused] == [
        ("가", ("near",)),
        ("나", ("near",)),
    ]


def test_what_only_the_vectors_found_never_outranks_the_best_word_match() -> None:
    fused = fuse((hit("휴가", 0.01), hit("휴가 사진", 0.009)), tuple(hit(f"딴말{n}", 1.0) for n in range(50)))
    assert fused[0].post == "휴가"
    assert NEAR_WEIGHT < 1


def test_the_scale_of_word_scores_does_not_matter() -> None:
    near = (hit("나", 0.8), hit("다", 0.7))
    small = fuse((hit("가", 0.2), hit("나", 0.19)), near)
    large = fuse((hit("가", 200.0), hit("나", 190.0)), near)
    assert (
        [candidate.post for candidate in small]
        == [candidate.post for candidate in large]
        == ["나", "가", "다"]
    )


def test_agreement_of_both_lanes_lifts_a_post_over_a_slightly_better_word_match() -> None:
    fused = fuse((hit("가", 10.0), hit("나", 9.5)), (hit("나", 0.9),))
    assert [candidate.post for candidate in fused] == ["나", "가"]
    assert fused[0].lanes == ("match", "near")
    assert fused[0].score == pytest.approx(0.95 + NEAR_WEIGHT * 0.9)


def test_a_negative_cosine_takes_nothing_away() -> None:
    assert fuse((hit("가", 2.0),), (hit("가", -0.5),))[0].score == pytest.approx(1.0)


def test_what_is_no_nearer_than_a_whole_crowd_gains_nothing() -> None:
    crowd = tuple(hit(f"글{number:02}", 0.5) for number in range(CROWD))
    fused = {one.post: one.score for one in fuse((hit("가", 2.0),), (hit("나", 0.75), *crowd))}
    assert fused["글07"] == 0.0
    assert fused["나"] == pytest.approx(NEAR_WEIGHT * 0.5)


def test_without_weight_the_order_is_that_of_the_words() -> None:
    fused = fuse((hit("나", 2.0), hit("가", 1.0)), (hit("가", 1.0), hit("다", 1.0)), near_weight=0.0)
    assert [candidate.post for candidate in fused] == ["나", "가", "다"]


def test_ties_are_broken_by_post_id_and_word_scores_of_zero_are_harmless() -> None:
    assert [candidate.post for candidate in fuse((hit("나", 0.0), hit("가", 0.0)), ())] == ["가", "나"]


def test_the_passage_that_the_words_found_is_shown() -> None:
    fused = fuse((hit("가", 1.0, passage=3),), (hit("가", 0.9, passage=7), hit("나", 0.5, passage=2)))
    assert {candidate.post: candidate.passage for candidate in fused} == {"가": 3, "나": 2}
