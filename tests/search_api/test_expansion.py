"""A question also asks for its words in the other language."""

import pytest
from search_examples import Group, post

from indexer.engine import Clause, TextField, Word
from models.language.translations import MOST, Translation, read_translations
from search_api.query.expansion import translated

KNOWN = {
    "휴가": (Translation("vacat", 0.8), Translation("holiday", 0.7)),
    "연차": (Translation("vacat", 0.6),),
    "하": (Translation("do", 0.9),),
    "vpn": (Translation("가상사설망", 0.9),),
}


def word(*clauses: tuple[TextField, str, float]) -> Word:
    return Word(tuple(Clause(*clause) for clause in clauses))


def test_a_translation_weighs_as_much_less_as_it_is_less_alike() -> None:
    (asked,) = translated([word((TextField.TERMS, "휴가", 0.5), (TextField.GRAMS, "휴가", 0.4))], KNOWN)
    assert [(clause.term, clause.weight) for clause in asked.clauses] == [
        ("휴가", 0.5),
        ("휴가", 0.4),
        ("vacat", 0.4),
        ("holiday", pytest.approx(0.35)),
    ]


def test_what_was_typed_is_no_translation_and_a_translation_counts_once() -> None:
    words = [
        word((TextField.TERMS, "휴가", 1.0)),
        word((TextField.TERMS, "연차", 1.0)),
        word((TextField.TERMS, "holiday", 1.0)),
    ]
    asked = translated(words, KNOWN)
    assert [[clause.term for clause in word.clauses] for word in asked] == [
        ["휴가", "vacat"],
        ["연차"],
        ["holiday"],
    ]


def test_words_of_little_weight_and_bigrams_are_not_translated() -> None:
    words = [word((TextField.TERMS, "하", 0.1)), word((TextField.GRAMS, "휴가", 0.4))]
    assert translated(words, KNOWN) == tuple(words)


def test_no_part_of_a_word_is_translated_and_parts_of_other_compounds_are() -> None:
    known = KNOWN | {"데이터": (Translation("data", 0.9),), "베이스": (Translation("base", 0.8),)}
    whole = Clause(TextField.TERMS, "데이터베이스", 0.4)
    parts = (
        Clause(TextField.TERMS, "데이터", 0.45, ("데이터베이스",), ("베이스",)),
        Clause(TextField.TERMS, "베이스", 0.45, ("데이터베이스",), ("데이터",)),
    )
    (asked,) = translated([Word((whole, *parts))], known)
    assert [clause.term for clause in asked.clauses[3:]] == ["data", "base"]
    known["데이터베이스"] = (Translation("databas", 0.9),)
    (asked,) = translated([Word((whole, *parts))], known)
    assert [clause.term for clause in asked.clauses[3:]] == ["databas"]


def test_the_translations_that_ship_know_words_of_the_work_place() -> None:
    translations = read_translations()
    for korean, english in (("휴가", "vacat"), ("비밀", "secret"), ("오류", "error"), ("세금", "tax")):
        assert english in [translation.form for translation in translations[korean]]
        assert korean in [translation.form for translation in translations[english]]
    assert all(len(found) <= MOST for found in translations.values())
    assert all(0 < it.likeness <= 1 for found in translations.values() for it in found)


def test_a_question_finds_the_answer_in_the_other_language(bilingual_group: Group) -> None:
    bilingual_group.publish(
        post("1", "Report a password error on the login page to the help desk."),
        post("2", "점심은 구내식당에서 먹습니다."),
        post("3", "사내 동호회 회원을 모집합니다."),
    )
    assert bilingual_group.found("비밀번호 오류 신고")[0] == "sns:1"
    bilingual_group.publish(post("4", "창고 조명 교체는 설비팀에 신청하세요."))
    assert bilingual_group.found("warehouse lamp")[0] == "sns:4"


def test_a_post_that_says_it_as_typed_leads_one_that_says_it_in_the_other_language(
    bilingual_group: Group,
) -> None:
    bilingual_group.publish(post("1", "Tax refund"), post("2", "세금 환급"))
    assert bilingual_group.found("세금 환급") == ["sns:2", "sns:1"]
    assert bilingual_group.found("tax refund")[0] == "sns:1"
