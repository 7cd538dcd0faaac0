"""How `benchmarks.fusion` chooses: never what costs a set anything, else what gains most."""

import numpy as np

from benchmarks.fusion import Answered, search
from indexer.engine import Hit


def answered(right: str, *, confidence: float, foreign: frozenset[str] = frozenset()) -> Answered:
    """The words found 가 first, the vectors 나."""
    match = [Hit("가", 0, 10.0), Hit("다", 0, 9.0)]
    near = [Hit("나", 0, 0.9), Hit("라", 0, 0.3)]
    unit_of = {post: post for post in "가나다라"}
    return Answered(
        match=match,
        near=near,
        confidence=confidence,
        foreign=foreign,
        unit_of=unit_of,
        judged={right: 1},
    )


def words_of(answers: list[Answered]) -> np.ndarray:
    return np.array([1.0 if answer.judged == {"가": 1} else 0.0 for answer in answers])


def test_weights_are_chosen_that_let_vectors_help_where_words_are_unsure() -> None:
    sets = {
        "sure": [answered("가", confidence=0.9)] * 20,
        "paraphrases": [answered("나", confidence=0.1)] * 20,
    }
    _, fused = search(sets, {name: words_of(answers) for name, answers in sets.items()})
    assert fused["sure"].mean() == 1.0
    assert fused["paraphrases"].mean() > 0.6


def test_no_gain_on_one_set_buys_a_loss_on_another() -> None:
    """The words are as unsure of both; vectors that win on the second would lose the first."""
    sets = {
        "words right": [answered("가", confidence=0.3)] * 20,
        "vectors right": [answered("나", confidence=0.3)] * 200,
    }
    _, fused = search(sets, {name: words_of(answers) for name, answers in sets.items()})
    assert fused["words right"].mean() == 1.0


def test_the_other_language_is_weighed_by_itself() -> None:
    sets = {
        "sure": [answered("가", confidence=1.0)] * 20,
        "translations": [answered("나", confidence=1.0, foreign=frozenset("나"))] * 20,
    }
    weights, fused = search(sets, {name: words_of(answers) for name, answers in sets.items()})
    assert fused["translations"].mean() == 1.0
    assert weights.foreign >= 1.0
