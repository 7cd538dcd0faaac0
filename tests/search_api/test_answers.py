"""A hit is called by its thread and shown with the thread's best answer, as far as its reader may see both."""

from collections.abc import Mapping
from typing import Any

import pytest
from search_examples import NOW, Group, answered, gone, post

from models.records import (
    Acceptance,
    Channel,
    Deletion,
    Denial,
    PostKind,
    Reaction,
    Record,
    Verification,
)
from models.scope import Scope
from models.stored import StoredPost
from search_api.schemas.search import SearchBody
from search_api.search.hits import SearchHit
from search_api.search.snippets import TITLE_LENGTH, Snippet

ASKED = "프린터 토너 교체"
QUESTION = "프린터 토너 교체는 누가 하나요"
JUNHO_ONLY = ("person:p:junho",)


def question(text: str = QUESTION, **fields: Any) -> Record:
    return post("q", text, by="minji", days=20, **{"kind": PostKind.QUESTION, **fields})


def reply(id_: str, text: str, *, by: str = "junho", days: float = 10, **fields: Any) -> Record:
    return post(id_, text, by=by, days=days, **{"kind": PostKind.ANSWER, "parent": "sns:q", **fields})


def reactions(id_: str, kind: str, count: int) -> Record:
    return Reaction(post=f"sns:{id_}", kind=kind, count=count)


def hit_of(group: Group, name: str = "sora", asked: str = ASKED) -> SearchHit:
    [hit] = group.search(asked, name).hits
    return hit


def shown(group: Group, name: str = "sora") -> tuple[str, str] | None:
    """The answer that is shown with the question, and why."""
    hit = hit_of(group, name)
    assert hit.post.id == "sns:q"
    return (hit.answer.post.id.removeprefix("sns:"), hit.answer.why) if hit.answer else None


def highlighted(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.highlights]


def told(group: Group, name: str, asked: str) -> str:
    """All that the API tells of a page."""
    return SearchBody.model_validate(group.search(asked, name)).model_dump_json()


# -- what a hit is called


def test_a_reply_is_called_by_the_title_of_its_thread(group: Group) -> None:
    group.publish(question("안 나옵니다", title="프린터 스캔 오류"), reply("a", "드라이버를 새로 받으세요"))
    hit = hit_of(group, asked="프린터 드라이버 새로 받기")
    assert hit.post.id == "sns:a"
    assert hit.title
    assert (hit.title.text, highlighted(hit.title)) == ("프린터 스캔 오류", ["프린터"])


def test_a_reply_in_a_thread_without_a_title_is_called_by_its_beginning(group: Group) -> None:
    text = "프린터 스캔이\n자꾸 실패합니다. 😂 " + "어제는 되었는데 오늘은 전혀 되지 않습니다. " * 5
    group.publish(question(text), reply("a", "드라이버를 새로 받으세요"))
    hit = hit_of(group, asked="프린터 드라이버 새로 받기 😂")
    assert hit.title
    assert hit.title.text.startswith("프린터 스캔이 자꾸 실패합니다.")
    assert len(hit.title.text) <= TITLE_LENGTH + 1
    assert hit.title.text.endswith("…")
    assert highlighted(hit.title) == ["프린터", "😂"]


def test_a_short_beginning_is_the_whole_title(group: Group) -> None:
    group.publish(question("복합기가 이상해요"), reply("a", "드라이버를 새로 받으세요"))
    hit = hit_of(group, asked="드라이버 새로 받기")
    assert hit.title
    assert hit.title.text == "복합기가 이상해요"


def test_a_title_of_its_own_stays_and_who_opens_without_one_has_none(group: Group) -> None:
    group.publish(question(), reply("a", "부릅니다", title="복합기 업체 연락처"))
    titled, opening = hit_of(group, asked="복합기 업체 연락처"), hit_of(group)
    assert titled.title
    assert titled.title.text == "복합기 업체 연락처"
    assert opening.title is None


# -- which reply is the answer


def test_the_accepted_answer_comes_before_the_verified_before_the_most_thanked(group: Group) -> None:
    group.publish(
        question(),
        reply("words", "프린터 토너 교체는 누가 하나요 교체는 스스로 합니다", days=15),
        reply("thanked", "총무팀이 합니다"),
        reply("verified", "총무팀 내선 1234"),
        reply("accepted", "제가 갈게요"),
        *(reactions("thanked", "thanks", 9), reactions("verified", "thanks", 2)),
    )
    assert shown_among(group) == ("thanked", "thanked")
    group.write(Verification(post="sns:verified", person="p:junho"))
    assert shown_among(group) == ("verified", "verified")
    group.write(Acceptance(question="sns:q", answer="sns:accepted"))
    assert shown_among(group) == ("accepted", "accepted")


def shown_among(group: Group) -> tuple[str, str]:
    hit = hit_of(group)
    assert hit.answer
    return hit.answer.post.id.removeprefix("sns:"), hit.answer.why


def test_what_leads_as_the_best_answer_is_not_shown_twice(group: Group) -> None:
    group.publish(question("안 나와요"), reply("a", "프린터 토너 교체는 총무팀이 합니다"))
    hit = hit_of(group)
    assert (hit.post.id, hit.answer) == ("sns:a", None)


def test_without_deeds_the_reply_that_says_what_was_asked_is_the_answer(group: Group) -> None:
    group.publish(
        question(title=ASKED), reply("other", "저는 모릅니다", days=15), reply("a", "교체는 총무팀이 합니다")
    )
    assert shown(group) == ("a", "match")


def test_the_only_answer_is_shown_though_it_shares_no_word(group: Group) -> None:
    group.publish(question(), reply("a", "총무팀에서 합니다"))
    assert shown(group) == ("a", "given")


def test_the_first_of_answers_that_nobody_noted_is_shown(group: Group) -> None:
    group.publish(question(), reply("later", "글쎄요", days=5), reply("first", "총무팀에서 합니다"))
    assert shown(group) == ("first", "given")


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([reply("a", "고맙습니다 프린터 잘 됩니다", by="minji")], id="who asked thanks"),
        pytest.param([reply("a", "네", kind=PostKind.REPLY)], id="a remark"),
        pytest.param([reply("a", "토너", kind=PostKind.QUESTION)], id="another question"),
        pytest.param(
            [reply("a", "저는 밥솥을 교체", kind=PostKind.REPLY), reactions("a", "haha", 9)], id="a joke"
        ),
        pytest.param(
            [reply("a", "총무팀에 밥 사세요", kind=PostKind.COMMENT), reactions("a", "haha", 9)],
            id="a joke that says nothing of it",
        ),
    ],
)
def test_where_nothing_answers_nothing_is_shown(group: Group, records: list[Record]) -> None:
    group.publish(question(title=ASKED), *records)
    assert shown(group) is None


def test_laughter_makes_no_answer_better(group: Group) -> None:
    group.publish(
        question(),
        reply("joke", "프린터는 기도로 고칩니다", days=15),
        reply("a", "총무팀에서 합니다"),
        reactions("joke", "haha", 40),
        reactions("a", "thanks", 1),
    )
    # That it has the most reactions would not be true.
    assert shown(group) == ("a", "given")


def test_what_the_asker_adds_is_an_answer_where_they_accept_it(group: Group) -> None:
    group.publish(question(), reply("own", "케이블 문제였습니다", by="minji"))
    assert shown(group) is None
    group.write(Acceptance(question="sns:q", answer="sns:own"))
    assert shown(group) == ("own", "accepted")


def test_of_two_anonymous_posts_nobody_learns_whether_one_person_wrote_both(group: Group) -> None:
    group.publish(question(anonymous=True), reply("a", "총무팀에서 합니다", by="minji", anonymous=True))
    own = shown(group)
    group.publish(reply("a", "총무팀에서 합니다", by="junho", anonymous=True, source_revision=2))
    assert shown(group) == own == ("a", "given")


@pytest.mark.parametrize(
    ("kind", "text", "answers"),
    [
        (PostKind.POST, "프린터 토너 교체는 누가 하나요?", True),
        (PostKind.POST, "Who replaces the 프린터 토너？ 교체", True),
        (PostKind.POST, "프린터 토너 교체 안내 https://intranet.example/?page=3", False),
        (PostKind.POST, "프린터 토너 교체 안내", False),
        (PostKind.DOCUMENT, "프린터 토너 교체는 누가 하나요?", False),
        (PostKind.IDEA, "프린터 토너 교체를 없애면 어떨까요?", False),
    ],
)
def test_replies_answer_what_asks(group: Group, kind: PostKind, text: str, answers: bool) -> None:
    group.publish(
        question(text, kind=kind),
        reply("a", "총무팀에서 합니다", kind=PostKind.COMMENT),
        reactions("a", "like", 5),
    )
    assert (shown(group) is not None) == answers
    group.write(Verification(post="sns:a", person="p:junho"))
    assert shown(group) == ("a", "verified")


def test_the_accepted_answer_of_a_very_long_thread_is_found_behind_its_beginning(group: Group) -> None:
    replies = [reply(f"r{number}", f"차 한잔 {number}", kind=PostKind.COMMENT) for number in range(60)]
    group.publish(question(), *replies, reply("late", "총무팀에서 합니다", days=1))
    group.write(Acceptance(question="sns:q", answer="sns:late"))
    assert shown(group) == ("late", "accepted")


# -- nobody learns of what they may not see


def test_nothing_is_told_of_a_hidden_opener(group: Group) -> None:
    group.publish(
        question("삼백억 인수 검토", title="극비 인수", audience=JUNHO_ONLY),
        reply("lead", "실사 일정은 금요일 오후", by="sora"),
        reply("best", "담당은 총무팀", by="taeyang"),
        reactions("best", "thanks", 9),
        Acceptance(question="sns:q", answer="sns:best"),
    )
    seen = hit_of(group, "junho", "실사 일정 금요일")
    assert seen.title
    assert seen.title.text == "극비 인수"
    assert seen.answer
    hit = hit_of(group, "minji", "실사 일정 금요일")
    assert (hit.post.id, hit.title, hit.answer) == ("sns:lead", None, None)
    page = told(group, "minji", "실사 일정 금요일")
    for secret in ("인수", "삼백억", "sns:q", 'accepted":true'):
        assert secret not in page


def test_an_opener_that_was_deleted_is_no_title(group: Group) -> None:
    group.publish(question(title="복합기 오류"), reply("a", "드라이버를 새로 받으세요"))
    group.publish(Deletion(post="sns:q", deleted=NOW))
    hit = hit_of(group, asked="드라이버 새로 받기")
    assert (hit.post.id, hit.title, hit.answer) == ("sns:a", None, None)


@pytest.mark.parametrize("deed", ["accepted", "verified", "thanked", "given"])
def test_nothing_tells_that_there_is_a_hidden_answer(group: Group, deed: str) -> None:
    """Its thread is shown as if there were none, by the API to the letter."""
    group.publish(question(), reply("open", "글쎄요", by="taeyang", days=5))
    without = told(group, "sora", ASKED)
    group.publish(
        reply("hidden", "프린터 토너 교체는 총무팀이 합니다", audience=JUNHO_ONLY, days=15),
        *{
            "accepted": [Acceptance(question="sns:q", answer="sns:hidden")],
            "verified": [Verification(post="sns:hidden", person="p:junho")],
            "thanked": [reactions("hidden", "thanks", 30)],
            "given": [],
        }[deed],
    )
    assert shown(group, "sora") == ("open", "given")
    assert told(group, "sora", ASKED) == without
    assert "sns:hidden" in told(group, "junho", ASKED)


def test_hidden_applause_does_not_change_why_an_answer_is_shown(group: Group) -> None:
    group.publish(
        question(),
        reply("open", "총무팀에서 합니다", days=15),
        reply("other", "글쎄요", by="taeyang"),
        reply("hidden", "비밀 계약 업체", audience=JUNHO_ONLY),
        reactions("open", "thanks", 2),
        reactions("hidden", "thanks", 30),
    )
    assert shown(group, "sora") == ("open", "thanked")
    assert shown(group, "junho") == ("hidden", "thanked")


def test_an_answer_in_a_place_that_closes_is_gone_at_once(group: Group) -> None:
    group.publish(*answered(1, QUESTION, "총무팀에서 합니다", asker="sora", by="junho", accepted=True))
    group.write(Denial(container="thread:sns:q1"))
    assert group.search(ASKED, "minji").hits == ()


def test_a_thread_of_a_private_channel_gives_no_title_to_outsiders(group: Group) -> None:
    group.publish(
        post(
            "q", "인수 가격 검토", title="극비 인수", by="junho", channel="sns:secret", kind=PostKind.QUESTION
        ),
        reply("a", "회의는 금요일 오후 세 시", channel="sns:plaza"),
    )
    assert "극비" not in told(group, "minji", "회의 금요일 오후")
    group.write(Channel(id="sns:plaza", network="sns", name="광장", private=True))
    assert group.search("회의 금요일 오후", "minji").hits == ()


def test_an_empty_scope_is_told_of_no_reply(group: Group) -> None:
    group.publish(question(), reply("a", "총무팀에서 합니다"))
    found = group.store.browsing.replies(["sns:q"], Scope(), 9)
    assert (found.openers, found.members) == ({}, {})
    found = group.store.browsing.replies(["sns:q"], group.scope("sora"), 9)
    assert (set(found.openers), set(found.members)) == ({"sns:q"}, {"sns:a"})
    assert found.members["sns:a"].passage is None


@pytest.mark.parametrize("lost", ["sns:q", "sns:a", "sns:best"])
def test_what_is_deleted_between_ranking_and_reading_is_not_shown(
    group: Group, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    group.publish(
        question("안 나와요", title="복합기 오류"),
        reply("a", "프린터 토너 교체는 스스로 합니다", by="taeyang"),
        reply("best", "총무팀에서 합니다"),
        Acceptance(question="sns:q", answer="sns:best"),
    )
    read = group.store.posts

    def fewer(*arguments: Any) -> Mapping[str, StoredPost]:
        return {id_: found for id_, found in read(*arguments).items() if id_ != lost}

    before = hit_of(group)
    assert (before.post.id, before.answer and before.answer.post.id) == ("sns:a", "sns:best")
    assert before.title
    monkeypatch.setattr(group.store, "posts", fewer)
    hits = group.search(ASKED, "sora").hits
    if lost == "sns:a":
        assert hits == ()
    else:
        [hit] = hits
        assert (hit.title is None) == (lost == "sns:q")
        assert hit.answer is None


def test_a_deleted_answer_is_shown_no_more(group: Group) -> None:
    group.publish(question(), reply("a", "총무팀에서 합니다"), reply("b", "글쎄요", days=5))
    assert shown(group) == ("a", "given")
    group.write(gone("a"))
    assert shown(group) == ("b", "given")


def test_what_stands_below_a_deleted_reply_is_still_an_answer(group: Group) -> None:
    group.publish(question(), reply("a", "글쎄요"), reply("b", "총무팀에서 합니다", days=5, parent="sns:a"))
    group.write(gone("a"))
    assert shown(group) == ("b", "given")
