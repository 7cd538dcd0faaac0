"""Acronyms that are spelt in Hangul are found by their letters; words that only look like it are not."""

import pytest

from models.language.analyzer import Analyzer, Term
from models.language.mecab import MecabAnalyzer
from models.language.terms import terms


@pytest.fixture(scope="module")
def analyzer() -> MecabAnalyzer:
    return MecabAnalyzer()


def latin(analyzer: Analyzer, text: str) -> list[Term]:
    return [term for term in terms(analyzer.analyze(text)) if term.form.isascii()]


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        ("브이피엔", "vpn"), ("에이에스", "as"), ("에스엔에스", "sns"), ("오에스", "os"), ("유에스비", "usb"),
        ("에이치알", "hr"), ("케이피아이", "kpi"), ("이알피", "erp"), ("씨알엠", "crm"), ("피피티", "ppt"),
        ("티에프", "tf"), ("아이티", "it"), ("씨씨티비", "cctv"), ("엠오유", "mou"), ("엘지", "lg"), ("피씨", "pc"),
        ("디비", "db"), ("더블유에이치오", "who"), ("에이치디엠아이", "hdmi"), ("케이티엑스", "ktx"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("after", ["", "에서 안 돼요", "만 됩니다", " 접수"])
def test_an_acronym_is_found_by_its_letters(analyzer: Analyzer, said: str, letters: str, after: str) -> None:
    found = latin(analyzer, said + after)

    assert [(term.form, term.start, term.end) for term in found] == [(letters, 0, len(said))]


@pytest.mark.parametrize(("said", "letters"), [("브이피엔이 끊겨요", "vpn"), ("엘티이 라우터", "lte")])
def test_a_last_e_may_be_the_particle(analyzer: Analyzer, said: str, letters: str) -> None:
    assert letters in {term.form for term in latin(analyzer, said)}


@pytest.mark.parametrize(("said", "letters"), [("큐에이팀", "qa"), ("큐알코드", "qr"), ("씨티촬영", "ct")])
def test_a_noun_may_follow(analyzer: Analyzer, said: str, letters: str) -> None:
    assert [term.form for term in latin(analyzer, said)] == [letters]


@pytest.mark.parametrize(
    "text",
    [
        "오이", "이유가 뭐예요", "유지보수", "아이가 아파요", "아이디어 공모", "이씨가 말했다", "유아이들 안전", "케이지 청소",
        "비유하자면", "에이전트", "케이블 정리", "오피스", "에이스", "사이트", "와이어", "비지니스",
    ],
)  # fmt: skip
def test_words_that_only_look_like_acronyms_are_none(analyzer: Analyzer, text: str) -> None:
    assert latin(analyzer, text) == []


def test_the_words_that_an_acronym_was_read_as_are_found_as_before(analyzer: Analyzer) -> None:
    found = [term.form for term in terms(analyzer.analyze("유지비 절감"))]

    assert found[0] == "유지비" or "유지" in found
    assert "절감" in found
