"""How `benchmarks.relevance` fits: what speaks for an answer never speaks against it."""

import numpy as np
import pytest

from benchmarks.relevance import fit, fit_rising

DRAWN = np.random.default_rng(0)
FEATURES = np.column_stack([np.ones(4_000), DRAWN.normal(size=(4_000, 2))])
ODDS = FEATURES @ [-1.0, 2.0, -1.0]
ANSWERS = (DRAWN.random(4_000) < 1 / (1 + np.exp(-ODDS))).astype(float)
EVEN = np.ones(4_000)


def test_what_it_was_drawn_from_is_found_again() -> None:
    assert fit(FEATURES, ANSWERS, EVEN) == pytest.approx([-1.0, 2.0, -1.0], abs=0.15)


def test_what_would_speak_against_an_answer_is_left_out_and_the_rest_fitted_without_it() -> None:
    found = fit_rising(FEATURES, ANSWERS, EVEN)
    assert found[2] == 0.0
    assert found[:2] == pytest.approx(fit(FEATURES[:, :2], ANSWERS, EVEN))


def test_what_speaks_for_answers_alone_is_fitted_as_it_is() -> None:
    features = FEATURES * [1, 1, -1]
    assert fit_rising(features, ANSWERS, EVEN) == pytest.approx(fit(features, ANSWERS, EVEN))
