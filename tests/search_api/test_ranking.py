"""How candidates are ranked by their words: the score as a function of a question and visible passages."""

import unicodedata

import pytest

from indexer.engine import Frequencies, TextField, Word
from models.language.annotator import Annotator
from models.language.terms import terms
from models.ranking_features import PassageText
from search_api.query.question_text import read_question
from search_api.query.weighing import pairs_of, weighed
from search_api.retrieval.answer_type import answer_bonus
from search_api.retrieval.lexical import lexical_scores
from search_api.retrieval.passages import Passages


@pytest.fixture(scope="module")
def reader(annotator: Annotator) -> "Reader":
    return Reader(annotator)


class Reader:
    """Scores texts against a question as search does, in an index of 1,000 documents."""

    def __init__(self, annotator: Annotator) -> None:
        self._analyzer = annotator.analyzer

    def passage(self, text: str) -> PassageText:
        return PassageText(text, " ".join(term.form for term in terms(self._analyzer.analyze(text))), "ko")

    def words(self, question: str) -> tuple[Word, ...]:
        return weighed(read_question(question, self._analyzer))

    def scores(
        self,
        question: str,
        *texts: str,
        threads: tuple[str, ...] | None = None,
        common: dict[tuple[TextField, str], int] | None = None,
    ) -> list[float]:
        passages = Passages([self.passage(text) for text in texts], threads or texts)
        return lexical_scores(
            question,
            self.words(question),
            pairs_of(read_question(question, self._analyzer)),
            passages,
            Frequencies(1_000, common or {}),
        ).tolist()


def test_more_of_the_question_scores_higher(reader: Reader) -> None:
    both, one, none = reader.scores(
        "휴가 신청", "휴가를 신청합니다", "휴가를 다녀왔습니다", "점심 메뉴입니다"
    )
    assert both > one > none == 0.0


def test_a_rare_word_weighs_more_than_a_common_one(reader: Reader) -> None:
    common = {(TextField.TERMS, "회의"): 900, (TextField.GRAMS, "회의"): 900}
    rare, frequent = reader.scores("회의 프로젝터", "프로젝터가 꺼집니다", "회의를 시작합니다", common=common)
    assert rare > frequent


def test_a_short_passage_says_it_more_plainly_than_a_long_one(reader: Reader) -> None:
    long = "휴가 " + "점심 저녁 아침 간식 과일 커피 " * 20
    short_score, long_score = reader.scores("휴가", "휴가 안내", long)
    assert short_score > long_score


def test_words_that_stand_together_in_the_question_count_more_where_they_do_so_in_the_passage(
    reader: Reader,
) -> None:
    together, turned = reader.scores("보안 교육 자료", "보안 교육을 합니다", "교육 보안을 합니다")
    assert together > turned


def test_neighbours_are_found_across_a_compound_that_stands_before_its_parts(reader: Reader) -> None:
    assert reader.passage("예약 회의실").terms == "예약 회의실 회의 실"
    across, apart = reader.scores("예약 회의", "예약 회의실 안내", "회의실 안내 예약")
    assert across > apart


def test_bigrams_find_what_morphemes_miss(reader: Reader) -> None:
    misspelt, other = reader.scores("쿠버네티스배포", "쿠버네티즈 배포", "점심 메뉴")
    assert misspelt > other == 0.0


def test_a_text_in_decomposed_hangul_scores_as_the_same_text_composed(reader: Reader) -> None:
    text = "연차 휴가 신청"
    composed, decomposed = reader.scores("휴가신청", text, unicodedata.normalize("NFD", text))
    assert composed == pytest.approx(decomposed)


def test_a_single_character_counts_only_where_it_stands_alone(reader: Reader) -> None:
    alone, within = reader.scores("R 강의", "R 입문", "ERP 입문")
    assert alone > within


def test_what_the_thread_says_counts_for_each_of_its_posts(reader: Reader) -> None:
    texts = ("휴가 규정이 궁금해요", "신청은 근태 시스템에서 합니다", "신청은 총무팀에서 합니다")
    _, in_thread, elsewhere = reader.scores("휴가 신청", *texts, threads=("a", "a", "b"))
    assert in_thread > elsewhere
    apart = reader.scores("휴가 신청", *texts, threads=("a", "b", "c"))
    assert apart[1] == pytest.approx(apart[2])


def test_saying_it_twice_in_a_thread_is_worth_no_more_than_saying_it_once(reader: Reader) -> None:
    once, *_ = reader.scores("휴가", "휴가 안내", "점심 안내", threads=("a", "a"))
    twice, *_ = reader.scores("휴가", "휴가 안내", "휴가 안내", threads=("a", "a"))
    assert once == pytest.approx(twice)


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        (
            "연말정산 서류는 언제까지 내나요",
            "연말정산 서류는 1월 20일까지 냅니다",
            "연말정산 서류는 총무팀에 냅니다",
        ),
        ("회의는 몇 시에 하나요", "회의는 14:30에 합니다", "회의는 본관에서 합니다"),
        ("참석 인원은 몇 명인가요", "참석 인원은 12명입니다", "참석 인원은 미정입니다"),
        ("How many seats are left", "There are 14 seats left", "There are some seats left"),
        ("When is the maintenance", "The maintenance is on Friday", "The maintenance is over"),
    ],
)
def test_a_passage_with_the_kind_of_answer_that_is_asked_for_gains(
    question: str, holds: str, lacks: str
) -> None:
    bonus = answer_bonus(question)
    assert bonus is not None
    assert bonus(holds) > bonus(lacks) == 0.0


def test_what_the_question_itself_holds_is_no_answer() -> None:
    bonus = answer_bonus("3월 1일 행사는 몇 시에 하나요")
    assert bonus is not None
    assert bonus("3월 1일에 행사를 합니다") == 0.0


@pytest.mark.parametrize("question", ["VPN 접속 방법", "재택근무 규정", "Who wrote this", "집에서 일하기"])
def test_other_questions_ask_for_no_kind_of_answer(question: str) -> None:
    assert answer_bonus(question) is None


@pytest.mark.parametrize("question", ["?", "🙂", "!!!", "\x00", "\ud800"])
def test_a_question_without_words_scores_nothing(reader: Reader, question: str) -> None:
    assert reader.scores(question, "휴가 안내", "") == [0.0, 0.0]


def test_no_passages_have_no_scores(reader: Reader) -> None:
    assert reader.scores("휴가") == []


def test_odd_passages_have_finite_scores(reader: Reader) -> None:
    scores = reader.scores("휴가 신청", "", " ", "🙂", "\ud800 휴가", "휴가" * 5_000)
    assert all(0.0 <= value < float("inf") for value in scores)
