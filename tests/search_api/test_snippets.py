from dataclasses import replace

import pytest
from search_examples import Group, post

from indexer.engine import Word
from models.stored import StoredPost
from search_api.query.question_text import read_question
from search_api.query.weighing import weighed
from search_api.search.snippets import LENGTH, Snippet, marked_title, snippet

FILLER = "오늘 회의에서는 여러 안건을 차례로 살펴보았습니다. "


def highlighted(cut: Snippet) -> list[str]:
    return [cut.text[start:end] for start, end in cut.highlights]


def shown(group: Group, question: str, id_: str = "sns:1", passage: int = 0) -> Snippet:
    scope = group.scope("minji")
    found, annotations = group.store.posts([id_], scope)[id_], group.store.annotations([id_], scope)
    return snippet(found, annotations[id_], passage, words(group, question))


def words(group: Group, question: str) -> tuple[Word, ...]:
    analyzer = group.services.annotator.analyzer
    return weighed(read_question(question, analyzer))


def stored(group: Group, id_: str = "sns:1") -> StoredPost:
    return group.store.posts([id_], group.scope("minji"))[id_]


def test_the_words_that_answer_are_marked_without_their_particles(group: Group) -> None:
    group.publish(post("1", "연차휴가를 이월하려면 인사팀에 신청서를 내세요."))
    cut = shown(group, "연차 이월 신청은 어떻게")
    assert cut.text == "연차휴가를 이월하려면 인사팀에 신청서를 내세요."
    assert highlighted(cut) == ["연차", "이월", "신청"]


def test_the_stretch_with_most_of_the_question_is_shown(group: Group) -> None:
    group.publish(
        post("1", "연차 이야기. " + FILLER * 8 + "연차 이월 신청은 삼월까지 받습니다. " + FILLER * 8)
    )
    cut = shown(group, "연차 이월 신청")
    assert highlighted(cut) == ["연차", "이월", "신청"]
    assert cut.text.startswith("…")
    assert cut.text.endswith("…")
    assert len(cut.text) <= LENGTH + 2


def test_cuts_fall_between_words(group: Group) -> None:
    group.publish(post("1", FILLER * 8 + "연차 이월 신청. " + FILLER * 8))
    words = set((FILLER + "연차 이월 신청.").split())
    assert set(shown(group, "연차 이월").text.strip("…").split()) <= words


def test_the_passage_that_the_engine_found_is_the_one_shown(group: Group) -> None:
    group.publish(post("1", FILLER * 60 + "방화벽 예외는 보안팀이 승인합니다. " + FILLER * 5))
    hit = group.search("방화벽 예외 승인").hits[0]
    assert highlighted(hit.snippet) == ["방화벽", "예외", "승인"]


def test_line_breaks_become_blanks_and_marks_stay_in_place(group: Group) -> None:
    group.publish(post("1", "먼저\n\n로그를\t보고\n재시작합니다"))
    cut = shown(group, "로그 재시작")
    assert cut.text == "먼저  로그를 보고 재시작합니다"
    assert highlighted(cut) == ["로그", "시작"]


def test_the_title_is_marked_apart_and_the_body_is_shown(group: Group) -> None:
    group.publish(post("1", "신청은 포털에서 합니다.", title="연차 이월 안내"))
    hit = group.search("연차 신청").hits[0]
    assert hit.title is not None
    assert (hit.title.text, highlighted(hit.title)) == ("연차 이월 안내", ["연차"])
    assert (hit.snippet.text, highlighted(hit.snippet)) == ("신청은 포털에서 합니다.", ["신청"])


def test_markup_in_a_post_stays_text(group: Group) -> None:
    group.publish(post("1", "<script>alert('연차')</script>"))
    assert shown(group, "연차").text == "<script>alert('연차')</script>"


def test_what_only_bigrams_found_is_shown_from_its_beginning(group: Group) -> None:
    group.publish(post("1", FILLER * 20))
    cut = shown(group, "주차장")
    assert cut.highlights == ()
    assert cut.text.startswith("오늘 회의에서는")


@pytest.mark.parametrize("passage", [0, 7])
def test_an_annotation_of_another_text_marks_nothing(group: Group, passage: int) -> None:
    group.publish(post("1", FILLER * 3 + "연차 이월"))
    annotation = group.store.annotations(["sns:1"], group.scope("minji"))["sns:1"]
    shorter = replace(stored(group), text="연차")
    assert snippet(shorter, annotation, passage, words(group, "연차")) == Snippet("연차", ())
    assert snippet(shorter, None, passage, words(group, "연차")) == Snippet("연차", ())


def test_an_emoji_is_marked_in_a_title_as_in_a_text(group: Group) -> None:
    group.publish(post("1", "모두 수고하셨습니다.", title="창립 20주년 🎉🎉 행사"))
    hit = group.search("🎉").hits[0]
    assert hit.title is not None
    assert "".join(highlighted(hit.title)) == "🎉🎉"


def test_a_post_without_a_title_has_no_marked_title(group: Group) -> None:
    group.publish(post("1", "연차"))
    assert marked_title(stored(group), None, ()) is None
