"""How much of a question a passage says in other words: each word by the likest one of the passage."""

import numpy as np
import pytest

from indexer.engine import Frequencies, TextField, Word
from models.language.annotator import Annotator
from models.language.embedder import WordVectors
from models.language.encoders import SHIPPED
from models.language.mecab import MecabAnalyzer
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.terms import terms
from models.ranking_features import PassageText
from search_api.query.question_text import read_question
from search_api.query.weighing import weighed
from search_api.retrieval.passages import Passages
from search_api.retrieval.semantic import semantic_scores


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return MorphemeEncoder(SHIPPED, MecabAnalyzer())


@pytest.fixture
def meanings(annotator: Annotator, vectors: WordVectors):
    """Scores of texts for a question, by default each its own thread and every word rare."""
    analyzer = annotator.analyzer

    def scores(question: str, *texts: str, threads=None, common: dict[str, int] | None = None):
        words: tuple[Word, ...] = weighed(read_question(question, analyzer))
        passages = [
            PassageText(text, " ".join(term.form for term in terms(analyzer.analyze(text))), "ko")
            for text in texts
        ]
        of = {(TextField.TERMS, term): count for term, count in (common or {}).items()}
        held = Passages(passages, threads or texts)
        found = semantic_scores(words, held, Frequencies(1_000, of), vectors)
        return found.tolist()

    return scores


def test_what_says_it_in_other_words_is_ahead_of_what_says_something_else(meanings) -> None:
    other_words, something_else = meanings("급여 인상", "연봉이 오른다", "점심 메뉴 안내")
    assert other_words > something_else


def test_the_other_language_says_it_too(meanings) -> None:
    english, something_else = meanings("비밀번호 오류", "password error", "lunch menu")
    assert english > 2 * something_else
    korean, something_else = meanings("tax refund", "세금 환급", "점심 메뉴")
    assert korean > 2 * something_else


def test_the_words_themselves_say_most_also_those_that_the_encoder_does_not_know(meanings) -> None:
    same, like = meanings("급여", "급여", "연봉")
    assert same > like
    unknown, other = meanings("쮸빠뿌링크", "쮸빠뿌링크", "점심")
    assert unknown > 0.5 > other


def test_a_rare_word_counts_more_than_a_common_one(meanings) -> None:
    texts = ("연봉 안내", "신청 방법")
    rare_pay = meanings("급여 신청", *texts, common={"신청": 400, "급여": 2})
    rare_request = meanings("급여 신청", *texts, common={"신청": 2, "급여": 400})
    assert rare_pay[0] - rare_pay[1] > rare_request[0] - rare_request[1]


def test_the_thread_speaks_for_each_of_its_posts(meanings) -> None:
    texts = ("급여 인상 문의", "네 그렇습니다", "점심 메뉴")
    alone = meanings("급여 인상", *texts)
    together = meanings("급여 인상", *texts, threads=(1, 1, 2))
    assert together[1] > alone[1]
    assert together[2] == pytest.approx(alone[2])


def test_scores_are_shares_and_nothing_has_none(meanings) -> None:
    assert meanings("급여") == []
    found = meanings("급여 인상", "", " ", "🙂", "급여 인상", "급여 " * 500)
    assert all(0.0 <= score <= 1.0 for score in found)
    assert np.isfinite(found).all()
    assert meanings("🙂", "🙂", "급여") == [0.0, 0.0]
