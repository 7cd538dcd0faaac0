from pathlib import Path

import pytest

from models.errors import BadInput
from models.language.dictionary import CompanyWord, Dictionary, changed_words
from models.language.mecab import MecabAnalyzer


@pytest.fixture(scope="module")
def analyzer() -> MecabAnalyzer:
    return MecabAnalyzer()


def dictionary(tmp_path: Path, text: str) -> Dictionary:
    path = tmp_path / "words.tsv"
    path.write_text(text, encoding="utf-8")
    return Dictionary.load(path)


def test_a_line_gives_a_word_its_parts_and_its_synonyms(tmp_path: Path) -> None:
    words = dictionary(
        tmp_path, "\ufeff# 사내 시스템\n\n고객관리시스템\t고객, 관리,시스템\tCRM\r\n두레봇\n"
    ).words

    assert words == (
        CompanyWord(word="고객관리시스템", parts=("고객", "관리", "시스템"), synonyms=("CRM",)),
        CompanyWord(word="두레봇"),
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\t고객,관리", "no word"),
        ("고객,관리", "more than one word"),
        ("두레봇\t두레,봇\t봇\t덤", "4 columns"),
        ("두레봇\t두레봇", "one part alone"),
        ("두레봇\t두레,!", "'!' is no word"),
        ('"두레봇"', "is no word"),
        ("가" * 61, "more than 60 characters"),
        ("두 레", "is on line 1 already"),
    ],
)
def test_a_bad_line_is_named_with_file_number_and_remedy(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        dictionary(tmp_path, f"두레\n{line}\n")

    assert f"words.tsv, line 2: {reason}" in refused.value.message or (
        "line 2" in refused.value.message and reason in refused.value.message
    )
    assert "tab" in refused.value.remedy


def test_every_bad_line_is_named_at_once_up_to_a_handful(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        dictionary(tmp_path, "!\n" * 7)

    assert "line 1:" in refused.value.message
    assert "line 5:" in refused.value.message
    assert "2 more" in refused.value.message


def test_a_file_in_another_encoding_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes("두레봇\n".encode("cp949"))

    with pytest.raises(BadInput, match="UTF-8"):
        Dictionary.load(path)
    with pytest.raises(BadInput, match="cannot be read"):
        Dictionary.load(tmp_path / "missing.tsv")


def test_synonyms_work_both_ways_whatever_the_case_and_the_blanks(tmp_path: Path) -> None:
    words = dictionary(tmp_path, "고객관리시스템\t\tCRM,고객 솔루션\n")

    assert words.synonyms("crm") == ("고객관리시스템", "고객 솔루션")
    assert words.synonyms("고객 관리 시스템") == ("CRM", "고객 솔루션")
    assert words.synonyms("고객") == ()


def test_a_name_with_two_meanings_does_not_make_these_synonyms_of_each_other(tmp_path: Path) -> None:
    words = dictionary(tmp_path, "예방정비\t\tPM\n사업관리자\t\tPM\n")

    assert set(words.synonyms("PM")) == {"예방정비", "사업관리자"}
    assert words.synonyms("예방정비") == ("PM",)


def test_synonyms_are_found_in_a_question_with_particles_and_blanks(
    tmp_path: Path, analyzer: MecabAnalyzer
) -> None:
    words = dictionary(tmp_path, "고객관리시스템\t\tCRM\n시스템\t\t체계\n")
    text = "고객 관리 시스템에서 CRM이"

    found = words.synonyms_in(text, analyzer.analyze(text))

    assert [(text[start:end], others) for start, end, others in found] == [
        ("고객 관리 시스템", ("CRM",)),
        ("CRM", ("고객관리시스템",)),
    ]


def test_synonyms_do_not_change_the_revision_but_parts_and_words_do() -> None:
    word = CompanyWord(word="두레봇")

    assert Dictionary().revision == "none"
    assert Dictionary([word]).revision == Dictionary([CompanyWord(word="두레봇", synonyms=("봇",))]).revision
    assert (
        Dictionary([word]).revision != Dictionary([CompanyWord(word="두레봇", parts=("두레", "봇"))]).revision
    )
    assert Dictionary([word]).revision != Dictionary([CompanyWord(word="두레톡")]).revision


def test_changed_words_are_those_that_came_went_or_have_other_parts() -> None:
    old = Dictionary([CompanyWord(word="두레봇"), CompanyWord(word="결재함"), CompanyWord(word="나눔방")])
    new = Dictionary(
        [
            CompanyWord(word="두레봇", parts=("두레", "봇")),
            CompanyWord(word="나눔방", synonyms=("공유방",)),
            CompanyWord(word="ERP 시스템"),
        ]
    )

    assert changed_words(old, new) == {"두레봇", "결재함", "ERP시스템", "erp시스템"}
    assert changed_words(new, new) == set()
