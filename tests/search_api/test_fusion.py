"""Fusion: words decide, meaning adds what words cannot find."""

import json
from pathlib import Path

import pytest

from search_api.ranking.fusion import WEIGHTS, FusionWeights, fused, read_weights
from search_api.retrieval.candidate import CandidateFeatures

EVEN = FusionWeights(semantic=0.5, foreign_semantic=1.0, foreign_nearness=0.5, opener=0.5, thread=1.0)
"""Weights that are easy to reckon with."""


def features(
    *,
    words: float = 0.0,
    semantic: float = 0.0,
    cosine: float = 0.0,
    foreign: bool = False,
    opener: float = 0.0,
    thread: float = 0.0,
) -> CandidateFeatures:
    return CandidateFeatures(words, words, semantic, cosine, foreign, opener, thread)


def scores(**found: CandidateFeatures) -> dict[str, float]:
    return dict(zip(found, fused(list(found.values()), EVEN), strict=True))


def test_nothing_found_fuses_to_nothing() -> None:
    assert fused(()) == []


def test_words_alone_keep_their_order() -> None:
    first, second = fused([features(words=0.3), features(words=0.7)])
    assert first < second


def test_meaning_counts_beside_the_words() -> None:
    assert scores(가=features(words=0.5, semantic=0.4)) == pytest.approx({"가": 0.5 + 0.2})


def test_across_languages_meaning_and_nearness_count_more() -> None:
    found = scores(
        en=features(semantic=0.4, cosine=0.8, foreign=True),
        ko=features(semantic=0.4, cosine=0.8),
        words=features(words=0.5, foreign=True),
    )
    assert found == pytest.approx({"en": 0.2 + 0.4 + 0.4, "ko": 0.2, "words": 0.5})


def test_a_thread_counts_as_far_as_words_leave_the_question_open() -> None:
    """Of 1 - .75 the root is .5."""
    found = scores(
        said=features(words=0.75), alike=features(thread=0.8), opened=features(opener=0.4, thread=0.8)
    )
    assert found == pytest.approx({"said": 0.75, "alike": 0.5 * 0.8, "opened": 0.5 * (0.8 + 0.5 * 0.4)})


@pytest.mark.parametrize("words", [1.0, 1.6])
def test_where_all_is_said_in_the_words_of_the_question_threads_count_nothing(words: float) -> None:
    found = scores(said=features(words=words), alike=features(words=0.1, opener=1.0, thread=1.0))
    assert found == pytest.approx({"said": words, "alike": 0.1})


def test_the_weights_that_ship_lost_on_no_development_set_beyond_chance() -> None:
    """What `benchmarks.fusion` measured when it wrote the file."""
    measured = json.loads(WEIGHTS.read_text(encoding="utf-8"))["measured"]
    assert {"KorQuAD passages", "paraphrases", "ko to en", "en to ko", "sample company"} < measured.keys()
    assert all(figures["difference"][2] >= 0 for figures in measured.values())
    for name in ("ko to en", "en to ko", "sample company, across languages"):
        assert measured[name]["difference"][1] > 0, name


def test_weights_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text(json.dumps({"weights": EVEN._asdict()}))
    assert read_weights(tmp_path / "weights.json") == EVEN
