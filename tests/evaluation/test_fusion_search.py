"""How `benchmarks.fusion` chooses: never what costs a set anything, else what gains most."""

import numpy as np

from benchmarks.fusion import Answered, by_score, search
from search_api.retrieval.candidate import CandidateFeatures


def answered(right: str, *, sure: float, foreign: bool = False) -> Answered:
    """The words say 가 as far as they are sure, the semantic score says 나."""
    features = [
        CandidateFeatures(sure, sure, sure / 2, 0.0, 0.0, 0.0, 0.0),
        CandidateFeatures(0.0, 0.0, 0.5, 0.0, float(foreign), 0.0, 0.0),
        CandidateFeatures(0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0),
    ]
    return Answered(by_score(features, [0.0, 0.0, 0.0], "가나다"), {right: 1})


def words_of(answers: list[Answered]) -> np.ndarray:
    return np.array([1.0 if answer.judged == {"가": 1} else 0.0 for answer in answers])


def test_weights_are_chosen_that_let_meaning_help_where_words_are_unsure() -> None:
    sets = {"sure": [answered("가", sure=0.9)] * 20, "paraphrases": [answered("나", sure=0.2)] * 20}
    _, fused = search(sets, {name: words_of(answers) for name, answers in sets.items()})
    assert fused["sure"].mean() == 1.0
    assert fused["paraphrases"].mean() == 1.0


def test_no_gain_on_one_set_buys_a_loss_on_another() -> None:
    """The words are as unsure of both; meaning that wins on the second would lose the first."""
    sets = {"words right": [answered("가", sure=0.6)] * 20, "meaning right": [answered("나", sure=0.6)] * 200}
    _, fused = search(sets, {name: words_of(answers) for name, answers in sets.items()})
    assert fused["words right"].mean() == 1.0


def test_the_other_language_is_weighed_by_itself() -> None:
    sets = {
        "sure": [answered("가", sure=0.5)] * 20,
        "translations": [answered("나", sure=0.5, foreign=True)] * 20,
    }
    weights, fused = search(sets, {name: words_of(answers) for name, answers in sets.items()})
    assert fused["sure"].mean() == fused["translations"].mean() == 1.0
    assert weights.foreign_semantic + weights.foreign_nearness > 0.0
