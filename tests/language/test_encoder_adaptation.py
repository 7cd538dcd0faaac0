"""Adapting an encoder learns from earlier threads, is measured on later ones, and leaves the rest as it was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from encoder_examples import WORDS, vectors

from models.language.encoders import load_embedder
from models.language.mecab import MecabAnalyzer
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.training import adaptation
from models.language.training.adaptation import adapted, learn, shares_by_worth, steps_for
from models.language.training.finding import Sought, gain
from models.language.training.model_files import write_model
from models.language.training.threads import Said, Thread, corpus_of, pairs_of, split

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)


def said(day: float, text: str, *, title: str = "", answers: bool = False) -> Said:
    created = FIRST + timedelta(days=day)
    return Said(created=created, answers=answers, title=tuple(title.split()), body=tuple(text.split()))


def thread(day: float, question: str, *answers: str, later: float = 0.1) -> Thread:
    replies = tuple(said(day + later, answer, answers=True) for answer in answers)
    return Thread(opener=said(day, f"{question} 문의 드립니다 급해요", title=question), replies=replies)


@pytest.fixture
def encoder(tmp_path: Path) -> MorphemeEncoder:
    write_model(tmp_path / "encoder", vectors(dimensions=32), {})
    loaded = load_embedder(tmp_path / "encoder", MecabAnalyzer())
    assert isinstance(loaded, MorphemeEncoder)
    return loaded


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptation, "FEWEST_STEPS", 60)


def company() -> list[Thread]:
    """Twelve words of a company, each asked about by one name and answered by another, all over again."""
    names = [(f"가{number}", f"나{number}") for number in range(12)]
    return [
        thread(day, f"{asked} 서버 장애", f"{answered} 연차 휴가 서버 장애")
        for day, (asked, answered) in enumerate(names * 6)
    ]


def test_the_latest_answered_threads_are_held_out_with_all_that_was_said_since() -> None:
    threads = [thread(day, f"질문{day}", f"답변{day} 입니다") for day in range(10)]
    threads[1] = thread(1, "질문1", "늦은 답변 입니다", later=8.5)
    threads.append(Thread(opener=said(9.5, "아무도 답하지 않은 글")))
    held = split(reversed(threads))
    assert held is not None
    assert [it.question for it in held.later] == [("질문8",), ("질문9",)]
    assert held.moment == FIRST + timedelta(days=8)
    assert len(held.earlier) == 8
    assert not set(corpus_of(held.earlier).forms) & {"질문8", "답변8", "질문9", "답변9", "늦은", "아무도"}


def test_a_handful_of_threads_cannot_be_split() -> None:
    assert split([]) is None
    assert split([thread(1, "질문", "답변 입니다")]) is None


def test_texts_that_belong_together_are_paired_by_kind() -> None:
    answered = thread(1, "연차 이월", "연차 는 다음 해 로")
    chat = Thread(
        opener=said(2, "점심 메뉴 가 바뀌었습니다"),
        replies=(said(3, "네"), said(4, "저 는 예전 메뉴 가 더 좋아요")),
    )
    pairs = pairs_of([answered, chat])
    assert pairs["answers"] == [
        (("연차", "이월"), ("연차", "는", "다음", "해", "로")),
        (("점심", "메뉴", "가", "바뀌었습니다"), ("저", "는", "예전", "메뉴", "가", "더", "좋아요")),
    ]
    assert [title for title, _ in pairs["titles"]] == [("연차", "이월")]
    assert pairs["replies"] == []


def test_names_that_answer_each_other_come_near_and_later_answers_are_found(
    encoder: MorphemeEncoder, tmp_path: Path
) -> None:
    held = split(company())
    assert held is not None
    learned = learn(encoder, held.earlier, lambda amount: None)
    sought = Sought.of(held)
    share = shares_by_worth(encoder, learned, sought)[0]
    write_model(tmp_path / "new", adapted(encoder, learned, share), {})
    new = load_embedder(tmp_path / "new", MecabAnalyzer())
    found = gain(sought.found_by(encoder), sought.found_by(new))
    assert found.after > found.before
    assert found.low <= found.after - found.before <= found.high


def test_the_same_threads_give_the_same_rows(encoder: MorphemeEncoder) -> None:
    told: list[int] = []
    once = learn(encoder, company(), told.append)
    again = learn(encoder, company(), told.append)
    np.testing.assert_array_equal(once.new, again.new)
    assert sum(told) == 2 * steps_for(company())


def test_new_words_start_as_unknown_ones_and_enter_the_vocabulary_when_they_are_frequent(
    encoder: MorphemeEncoder,
) -> None:
    threads = [*company(), thread(99, "한번뿐인말", "다른 답변 입니다")]
    learned = learn(encoder, threads, lambda amount: None)
    place = learned.words.index("나3")
    unknown = encoder.embed([""], [("나3",)])[0]
    np.testing.assert_allclose(learned.old[place] / np.linalg.norm(learned.old[place]), unknown, atol=1e-5)
    made = adapted(encoder, learned, 1.0)
    assert "나3" in made.words
    assert "한번뿐인말" not in made.words
    assert set(WORDS) <= set(made.words)


def test_words_that_the_company_does_not_use_and_pieces_stay_as_they_were(
    encoder: MorphemeEncoder, tmp_path: Path
) -> None:
    learned = learn(encoder, company(), lambda amount: None)
    write_model(tmp_path / "new", adapted(encoder, learned, 1.0), {})
    new = load_embedder(tmp_path / "new", MecabAnalyzer())
    assert isinstance(new, MorphemeEncoder)
    unused = [token for token in encoder.vocabulary if token not in learned.words]
    assert "server" in unused
    assert any(token.startswith("▁") for token in unused)
    np.testing.assert_array_equal(new.words(unused, made_up=True), encoder.words(unused, made_up=True))
    used = [token for token in encoder.vocabulary if token in learned.words]
    assert not np.allclose(new.words(used, made_up=True), encoder.words(used, made_up=True))


def test_a_thread_is_ranked_by_its_nearest_answer_and_ties_share_their_mean() -> None:
    sought = Sought(
        questions=(("가",), ("나",)),
        asked=np.array([1, 2]),
        candidates=(("a",), ("b",), ("c",), ("d",)),
        threads=np.array([0, 1, 1, 2]),
    )
    candidates = np.array([[1, 0], [-1, 0], [0.9, 0.1], [0, 1]], dtype=np.float32)
    questions = np.array([[1, 0], [0, 0]], dtype=np.float32)
    np.testing.assert_allclose(sought.reciprocal_ranks(questions, candidates), [1 / 2, 1 / 2])


def test_a_gain_within_noise_is_none() -> None:
    before = np.random.default_rng(1).random(50)
    assert not gain(before, before).beyond_noise
    assert not gain(before, before + np.random.default_rng(2).normal(0, 0.2, 50)).beyond_noise
    assert gain(before, before + 0.1).beyond_noise
