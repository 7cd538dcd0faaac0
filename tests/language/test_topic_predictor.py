"""Topics are predicted from posts that people tagged themselves."""

import pytest

from models.language.analyzer import Analyzer
from models.language.mecab import MecabAnalyzer
from models.language.terms import terms
from models.language.topic_predictor import TopicPredictor

TAGGED = [
    ("오링이 굳어서 물이 샙니다", ["누설"]),
    ("하우징 접합면에서 물이 비칩니다", ["누설"]),
    ("접합면 오링을 새로 끼웠더니 새지 않습니다", ["누설"]),
    ("영수증을 잃어버려 정산이 안 됩니다", ["출장비"]),
    ("숙박 영수증은 정산할 때 같이 올립니다", ["출장비"]),
    ("기차표 정산은 카드 내역으로 됩니다", ["출장비", "카드"]),
]


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return MecabAnalyzer()


def forms(analyzer: Analyzer, text: str) -> list[str]:
    return [term.form for term in terms(analyzer.analyze(text))]


@pytest.fixture(scope="module")
def predictor(analyzer: Analyzer) -> TopicPredictor:
    return TopicPredictor([(forms(analyzer, text), topics) for text, topics in TAGGED], analyzer)


def test_the_likeliest_topic_comes_first(predictor: TopicPredictor, analyzer: Analyzer) -> None:
    assert predictor.predict(forms(analyzer, "오링을 바꿨는데 접합면이 또 젖어요"), 2)[0][0] == "누설"
    assert predictor.predict(forms(analyzer, "택시 영수증 정산은요"), 1)[0][0] == "출장비"


def test_a_topic_that_is_named_gains_by_it(predictor: TopicPredictor, analyzer: Analyzer) -> None:
    assert predictor.predict(forms(analyzer, "카드 정산"), 1)[0][0] == "카드"


def test_of_a_text_without_a_known_word_nothing_is_said(predictor: TopicPredictor) -> None:
    assert predictor.predict(["없는말"], 5) == []


def test_nothing_is_learnt_from_nothing(analyzer: Analyzer) -> None:
    assert TopicPredictor([], analyzer).predict(["오링"], 5) == []
