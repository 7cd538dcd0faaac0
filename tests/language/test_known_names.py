"""Names of people whom the company knows are words; plain words stay what they are."""

from collections.abc import Sequence

import pytest

from models.language.analyzer import Role
from models.language.known_names import KnownNames
from models.language.mecab import MecabAnalyzer
from models.language.phrases import noun_sequences
from models.language.terms import terms

SHOWN = (
    "오새별(총무팀)", "남궁민수", "김 률", "인사팀 임다온 과장", "도은채", "달빛여우", "반영은", "정해진",
    "최하나", "이유", "고민", "김우리", "이나은", "제갈람", "김민수", "이지원 (연구원)", "하늘별",
)  # fmt: skip


def knowing(shown: Sequence[str]) -> MecabAnalyzer:
    analyzer = MecabAnalyzer()
    analyzer.know(KnownNames(shown))
    return analyzer


@pytest.fixture(scope="module")
def analyzer() -> MecabAnalyzer:
    return knowing(SHOWN)


def forms(analyzer: MecabAnalyzer, text: str) -> list[str]:
    return [term.form for term in terms(analyzer.analyze(text))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("오새별에게 문의", "오새별"),
        ("담당: 오새별(총무)", "오새별"),
        ("@오새별 확인", "오새별"),
        ("오새별이라고 합니다", "오새별"),
        ("오새별입니다", "오새별"),
        ("남궁민수가 왔다", "남궁민수"),
        ("남궁민수님께", "남궁민수"),
        ("임다온과 점심", "임다온"),
        ("CC 도은채, 임다온", "도은채"),
        ("도은채만 빼고", "도은채"),
        ("이나은이 왔다", "이나은"),
        ("제갈람 책임", "제갈람"),
        ("최하나는 휴가", "최하나"),
        ("이지원이 지원합니다", "이지원"),
        ("반영은님께", "반영은"),
        ("반영은이 왔다", "반영은"),
        ("정해진님", "정해진"),
        ("김률님이", "김률"),
        ("새별씨 축하", "새별"),
        ("새별 대리님", "새별"),
        ("@새별 확인", "새별"),
        ("달빛여우님 글", "달빛여우"),
        ("@달빛여우가 썼다", "달빛여우"),
        ("오새\u200b별님", "오새별"),
        ("\u110b\u1169\u1109\u1162\u1107\u1167\u11af\u1102\u1175\u11b7", "오새별"),
    ],
)
def test_a_known_name_is_one_word_with_particles_titles_and_in_any_spelling(
    analyzer: MecabAnalyzer, text: str, name: str
) -> None:
    assert name in forms(analyzer, text)


def test_a_name_gives_the_given_name_too_and_nothing_that_it_is_torn_into(analyzer: MecabAnalyzer) -> None:
    assert forms(MecabAnalyzer(), "도은채가 왔어요") == ["도", "채", "오"]
    assert forms(analyzer, "도은채가 왔어요") == ["도은채", "은채", "오"]
    assert forms(analyzer, "김민수") == ["김민수", "민수"]


@pytest.mark.parametrize(
    "text",
    [
        "의견 반영은 다음 주에 합니다",
        "정해진 시간에 정해진 감사 일정",
        "하나는 되고 하나는 안 됩니다",
        "하나님께 하나라는 것을",
        "우리 팀장님 우리는 이유 책임 고민 상담",
        "하늘별에서 고민을",
        "고대로부터 이주하였다고 하나",
    ],
)  # fmt: skip
def test_plain_words_that_are_names_stay_as_they_are_read(analyzer: MecabAnalyzer, text: str) -> None:
    read = [term.form for term in terms(analyzer.analyze(text)) if term.role is not Role.VARIANT]
    assert read == forms(MecabAnalyzer(), text)


@pytest.mark.parametrize(
    "text", ["Kim Do Hyun 확인", "Do Hyun Kim님께", "DO HYUN KIM", "ｄｏ ｈｙｕｎ ｋｉｍ"]
)
def test_a_latin_name_is_one_word_whichever_name_comes_first(text: str) -> None:
    found = terms(knowing(["Do Hyun Kim"]).analyze(text))

    assert (found[0].form, found[0].role) == ("dohyunkim", Role.COMPOUND)
    assert sorted(term.form for term in found if term.role is Role.PART) == ["do", "hyun", "kim"]


def test_words_of_a_latin_name_that_stand_apart_are_words() -> None:
    text = "He will. Park, James will not park"
    assert knowing(["Will Park", "James"]).analyze(text) == MecabAnalyzer().analyze(text) != []


def test_a_person_is_no_topic(analyzer: MecabAnalyzer) -> None:
    text = "김민수 도은채 배포 승인 절차, 김민수 배포 승인 절차"
    phrases = {text[start:end] for start, end, _ in noun_sequences(text, analyzer.analyze(text))}

    assert phrases == {"배포 승인 절차"}


def test_places_stay_within_the_text_and_in_order(analyzer: MecabAnalyzer) -> None:
    text = "도은채입니다. 오새\u200b별이가 하나님과 @달빛여우님, 새별이랑 남궁민수씨는요?"
    end = 0
    for token in analyzer.analyze(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end
        for term in token.terms:
            assert token.start <= term.start < term.end <= token.end


def test_in_what_order_names_become_known_makes_no_difference() -> None:
    text = "도은채가 오새별님과 은채씨를 남궁민수에게, 정해진 정해진님 반영은 하나"
    at_once, bit_by_bit = knowing(SHOWN), MecabAnalyzer()
    for shown in reversed(SHOWN):
        bit_by_bit.know(KnownNames([shown], bit_by_bit.names))
    assert at_once.analyze(text) == bit_by_bit.analyze(text)


def test_only_texts_that_tell_a_name_are_read_otherwise() -> None:
    names = KnownNames(["도은채", "반영은", "하나", "Will Park"])
    assert names.are_told_in("은채님 확인")
    assert names.are_told_in("의견 반영은")
    assert names.are_told_in("ask park will")
    for text in ("하나는 되고", "도은 채색", "영은 회의", "will do park", ""):
        assert not names.are_told_in(text)
