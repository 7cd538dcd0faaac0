from collections.abc import Sequence

from models.language.mecab import MecabAnalyzer
from models.language.terms import simple_forms, terms


def forms(text: str) -> list[str]:
    return [term.form for term in terms(MecabAnalyzer().analyze(text))]


def test_a_compound_is_left_out_beside_its_parts() -> None:
    assert simple_forms(forms("백악관 앞")) == ["백악", "관", "앞"]
    assert simple_forms(forms("sub-system 10.5")) == ["sub", "system", "10", "5"]


def test_a_compound_that_is_a_word_stands_without_its_parts() -> None:
    def is_word(compound: str, parts: Sequence[str]) -> bool:
        assert "".join(parts) == compound
        return compound == "손님"

    assert simple_forms(forms("손님 백악관 손"), is_word) == ["손님", "백악", "관", "손"]


def test_words_that_only_begin_alike_all_stay() -> None:
    assert simple_forms(["사사", "사사"]) == ["사사", "사사"]
    assert simple_forms(["서버실", "서버"]) == ["서버실", "서버"]
    assert simple_forms(["가", "가"]) == ["가", "가"]
    assert simple_forms([]) == []


def test_a_measure_is_said_by_its_number_and_its_unit_but_a_code_as_it_is() -> None:
    assert simple_forms(forms("1.5톤 10킬로미터 35℃ 50% 20프로")) == [
        *("1", "5", "톤", "10", "킬로미터", "35", "c", "50", "20", "프로")
    ]
    assert simple_forms(forms("30 30m")) == ["30", "30m", "30"]
    assert simple_forms([""]) == [""]
