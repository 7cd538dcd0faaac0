import unicodedata

import pytest

from indexer.engine import TextField, Word
from models.language.mecab import MecabAnalyzer
from search_api.query.question_text import read_question
from search_api.query.saying import coverage
from search_api.query.weighing import MAX_CHARACTERS, MAX_CLAUSES, SYNONYM_SHARE, weighed


def words_of(text: str, analyzer: MecabAnalyzer) -> tuple[Word, ...]:
    return weighed(read_question(text, analyzer))


def weights(text: str, analyzer: MecabAnalyzer, field: TextField = TextField.TERMS) -> dict[str, float]:
    words = words_of(text, analyzer)
    return {clause.term: clause.weight for word in words for clause in word.clauses if clause.field is field}


def test_a_compound_weighs_beside_its_parts(analyzer: MecabAnalyzer) -> None:
    assert weights("회의록 양식", analyzer) == {"회의록": 0.4, "회의": 0.45, "록": 0.45, "양식": 1.0}


def test_what_kind_of_word_it_is_says_how_much_it_weighs(analyzer: MecabAnalyzer) -> None:
    found = weights("서버가 3월에 자주 멈추는 원인", analyzer)
    assert found == {"서버": 1.0, "3": 1.3, "월": 0.3, "자주": 0.7, "멈추": 0.85, "원인": 1.0}


def test_the_last_noun_counts_fully_also_as_a_name_and_a_frame_noun_hardly(analyzer: MecabAnalyzer) -> None:
    assert weights("담당자는 VPN", analyzer)["vpn"] == 1.0
    assert weights("VPN 신청하는 곳", analyzer)["곳"] == 0.2


@pytest.mark.parametrize("asking", ["어떻게", "누가", "언제", "무엇을", "어디에서", "왜", "몇"])
def test_interrogatives_weigh_nothing_in_either_lane(analyzer: MecabAnalyzer, asking: str) -> None:
    with_it, without = f"연차 {asking} 신청", "연차 신청"
    for lane in TextField:
        assert not weights(with_it, analyzer, lane).keys() & {asking, asking[:2]}
    assert weights(with_it, analyzer).keys() == weights(without, analyzer).keys()


def test_a_question_of_interrogatives_alone_is_still_asked(analyzer: MecabAnalyzer) -> None:
    assert weights("누가 왜", analyzer)


def test_english_function_words_hardly_count(analyzer: MecabAnalyzer) -> None:
    found = weights("how do I restart the pods", analyzer)
    assert found["restart"] == 0.9
    assert found["pod"] == 1.0
    assert {found[word] for word in ("how", "do", "i", "the")} == {0.1}


@pytest.mark.parametrize(
    ("question", "abbreviation"),
    [
        ("IT VPN ERP 접속", "it"),
        ("AS IS TO BE 문서", "as"),
        ("ALL IN ONE 신청", "in"),
        ("WHO 권고", "who"),
        (unicodedata.normalize("NFD", "it 예산"), "it"),
    ],
)
def test_abbreviations_amid_korean_count_whatever_they_are_in_english(
    analyzer: MecabAnalyzer, question: str, abbreviation: str
) -> None:
    assert weights(question, analyzer)[abbreviation] == 0.9


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "10.20.30.41"])
def test_a_version_is_asked_for_as_a_whole_because_its_parts_make_others(
    analyzer: MecabAnalyzer, version: str
) -> None:
    found = weights(f"{version} 배포", analyzer)
    assert found.pop(version) >= 0.9 > sum(found[part] for part in version.strip("v").split("."))


def test_bigrams_help_korean_and_hardly_stir_english(analyzer: MecabAnalyzer) -> None:
    assert set(weights("결재선", analyzer, TextField.GRAMS).values()) == {0.4}
    assert set(weights("kubernetes", analyzer, TextField.GRAMS).values()) == {0.1}


def test_synonyms_are_asked_for_too_and_weigh_less(analyzer: MecabAnalyzer) -> None:
    found = weights("CRM 오류", analyzer)
    assert found["crm"] == 0.9
    assert found["고객관리시스템"] == pytest.approx(0.4 * SYNONYM_SHARE)
    assert found["오류"] == 1.0


def test_what_was_typed_outweighs_what_is_a_synonym_of_it(analyzer: MecabAnalyzer) -> None:
    found = weights("고객 시스템 오류", analyzer)
    assert (found["고객"], found["시스템"]) == (1.0, 1.0)
    assert found["crm"] == pytest.approx(0.9 * SYNONYM_SHARE)


def test_a_word_asked_for_twice_counts_once(analyzer: MecabAnalyzer) -> None:
    assert words_of("결재 결재 결재", analyzer) == words_of("결재", analyzer)


def test_a_pasted_log_keeps_its_heaviest_terms(analyzer: MecabAnalyzer) -> None:
    text = " ".join(f"서버{number} 오류가 났습니다" for number in range(100_000))[:MAX_CHARACTERS]
    words = words_of(text, analyzer)
    clauses = [clause for word in words for clause in word.clauses]
    assert len(clauses) == MAX_CLAUSES
    assert min(clause.weight for clause in clauses) >= 1.0


def test_coverage_is_the_share_of_the_words_that_a_text_speaks_of(analyzer: MecabAnalyzer) -> None:
    words = words_of("연차 이월 신청", analyzer)
    assert coverage(dict.fromkeys(words, 1.0), {"연차"}) == pytest.approx(1 / 3)
    assert coverage(dict.fromkeys(words, 1.0), {"연차", "이월", "신청", "점심"}) == 1.0
    assert coverage(dict.fromkeys(words, 1.0), set()) == coverage({}, {"연차"}) == 0.0


@pytest.mark.parametrize("asking", ["하나요", "되나요", "인가요", "있나요"])
def test_a_polite_ending_reads_the_same_with_and_without_a_mark(analyzer: MecabAnalyzer, asking: str) -> None:
    bare = f"연차 이월은 어떻게 {asking}"
    assert weights(bare, analyzer) == weights(f"{bare}?", analyzer) == weights(f"{bare} ", analyzer)
    assert weights(bare, analyzer).keys() <= {"연차", "이월", "하", "되", "있"}
    assert "?" not in "".join(weights(bare, analyzer, TextField.GRAMS))


@pytest.mark.parametrize("noun", ["보안", "역설계 금지", "필요"])
def test_a_noun_at_the_end_stays_a_noun(analyzer: MecabAnalyzer, noun: str) -> None:
    assert noun.split()[-1] in weights(noun, analyzer)


@pytest.mark.parametrize("negated", ["VPN이 안 돼요", "VPN이 못 떠요"])
def test_a_negation_hardly_weighs(analyzer: MecabAnalyzer, negated: str) -> None:
    assert weights(negated, analyzer)[negated.split()[1]] == 0.2


def test_a_noun_that_looks_like_a_negation_is_none(analyzer: MecabAnalyzer) -> None:
    assert weights("건물 안 흡연 구역", analyzer)["안"] == 0.6
