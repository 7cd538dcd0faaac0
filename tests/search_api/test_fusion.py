"""Fusion: words decide, meaning adds what words cannot find."""

import json
from pathlib import Path

import pytest

from search_api.ranking.fusion import CROWD, WEIGHTS, FusionWeights, fused, read_weights
from search_api.retrieval.candidate import CandidateFeatures

EVEN = FusionWeights(semantic=0.5, nearness=0.25, foreign_semantic=1.0, foreign_nearness=0.5)
"""Weights that are easy to reckon with."""


def features(
    *, words: float = 0.0, semantic: float = 0.0, cosine: float = 0.0, foreign: bool = False
) -> CandidateFeatures:
    return CandidateFeatures(words, words, semantic, cosine, foreign)


def scores(**found: CandidateFeatures) -> dict[str, float]:
    return dict(zip(found, fused(list(found.values()), EVEN), strict=True))


def test_nothing_found_fuses_to_nothing() -> None:
    assert fused(()) == []


def test_words_alone_keep_their_order() -> None:
    first, second = fused([features(words=0.3), features(words=0.7)])
    assert first < second


def test_meaning_and_nearness_count_beside_the_words() -> None:
    found = scores(가=features(words=0.5, semantic=0.4, cosine=0.8))
    assert found == pytest.approx({"가": 0.5 + 0.2 + 0.2})


def test_across_languages_meaning_and_nearness_count_more() -> None:
    found = scores(
        en=features(semantic=0.4, cosine=0.8, foreign=True),
        ko=features(semantic=0.4, cosine=0.8),
        words=features(words=0.5, foreign=True),
    )
    assert found == pytest.approx({"en": 0.2 + 0.2 + 0.4 + 0.4, "ko": 0.2 + 0.2, "words": 0.5})


def test_a_negative_cosine_takes_nothing_away() -> None:
    assert scores(가=features(words=0.5, cosine=-0.5)) == pytest.approx({"가": 0.5})


def test_what_is_no_nearer_than_a_whole_crowd_gains_nothing() -> None:
    crowd = {f"글{number:02}": features(cosine=0.5) for number in range(CROWD)}
    found = scores(**crowd, 나=features(cosine=0.75))
    assert found["글07"] == 0.0
    assert found["나"] == pytest.approx(0.25 * 0.5)


def test_a_crowd_of_twins_gains_nothing() -> None:
    crowd = {f"글{number:02}": features(cosine=1.0) for number in range(CROWD)}
    assert set(scores(**crowd).values()) <= {0.0, 0.25}


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
