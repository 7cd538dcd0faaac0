"""Figures and their intervals, on cases that are worked out by hand."""

import numpy as np
import pytest

from search_api.evaluation.measures import MEASURES, differences, estimate, figures, values_of


def test_an_answer_counts_from_the_grade_that_answers_and_recall_counts_all_that_was_judged() -> None:
    judgements = {"q": {"leads": 1, "answers": 2}}
    rankings = {"q": ["leads", "other", "answers"]}
    told = {grade: values_of(rankings, judgements, grade) for grade in (1, 2)}
    assert {name: told[1][name][0] for name in ("success@1", "success@5", "mrr@10")} == {
        "success@1": 1.0,
        "success@5": 1.0,
        "mrr@10": 1.0,
    }
    assert told[2]["success@1"][0] == 0.0
    assert told[2]["success@5"][0] == 1.0
    assert told[2]["mrr@10"][0] == pytest.approx(1 / 3)
    # Gains 1 and 2 at the first and third place, against 2 and 1 at the first and second.
    assert told[2]["ndcg@10"][0] == pytest.approx((1 + 2 / 2) / (2 + 1 / np.log2(3)))
    assert told[2]["recall@1"][0] == 0.5
    assert told[2]["recall@10"][0] == 1.0


def test_success_at_five_does_not_look_at_the_sixth_place() -> None:
    rankings = {"fifth": [*"abcd", "right"], "sixth": [*"abcde", "right"], "nothing": []}
    values = values_of(rankings, {question: {"right": 1} for question in rankings})
    assert values["success@5"].tolist() == [1.0, 0.0, 0.0]
    assert list(values) == list(MEASURES)


def test_the_interval_of_a_mean_is_what_resampling_gives() -> None:
    """Means of four questions drawn with replacement, of which one in four is right: k/4 with k binomial.

    No more than 2 right have a probability of .949, no more than 3 of .996, and none of .316.
    """
    assert estimate(np.array([0.0, 0.0, 0.0, 1.0])) == (0.25, 0.0, 0.75)


def test_equal_values_have_an_interval_without_width() -> None:
    assert estimate(np.array([0.5] * 7)) == (0.5, 0.5, 0.5)


def test_a_share_has_the_interval_of_wilson_and_a_mean_that_of_the_bootstrap() -> None:
    values = np.array([1.0] * 5 + [0.0] * 5)
    told = figures({"success@1": values, "ndcg@10": values})
    assert told["success@1"] == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)
    # Binomial, 10 draws of one half: .011 are below 2 and .055 below 3.
    assert told["ndcg@10"] == pytest.approx((0.5, 0.2, 0.8))


def test_a_difference_is_taken_question_by_question() -> None:
    """Questions differ by .8, every one of them gains .1: unpaired, .1 would drown."""
    base = {"ndcg@10": np.array([0.1, 0.5, 0.9])}
    better = {"ndcg@10": base["ndcg@10"] + 0.1}
    assert differences(better, base)["ndcg@10"] == pytest.approx((0.1, 0.1, 0.1))
    assert differences(base, better)["ndcg@10"] == pytest.approx((-0.1, -0.1, -0.1))
