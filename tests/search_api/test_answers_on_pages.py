"""The search page shows the first hit's answer as it was written, and of others what is said on the subject."""

import re

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from models.records import PostKind, Reaction, Verification
from search_api.pages.prose import SHOWN_AT_ONCE, VERY_LONG, parted
from search_api.search.answers import Why

QUESTION = "프린터 토너 교체는 누가 하나요"
ASKED = "/?q=프린터+토너+교체"
END = "그래도 안 되면 내선 7700으로 전화 주세요"
LONG = "\n".join(f"{number}번째 확인할 것을 적습니다." for number in range(200))


def hits(page: str) -> list[str]:
    return re.findall(r'<article class="card hit">.*?</article>', page, re.DOTALL)


def test_the_first_hit_holds_all_of_its_answer_and_the_others_a_part(demo: TestClient, group: Group) -> None:
    answer = "토너는 총무팀이 갈아 드립니다. " * 20 + f"\n\n1. 접수\n2. 방문\n\n**{END}**"
    for number in (1, 2):
        group.publish(
            *answered(number, QUESTION, f"{number} {answer}", asker="sora", by="junho", accepted=True)
        )
    first, second = hits(demo.get(ASKED).text)
    assert f"<strong>{END}</strong>" in first
    assert "<li><p>방문</p>" in first.replace("\n", "")
    assert "<details" not in first
    assert END not in second
    assert "채택된 답변" in first
    assert "채택된 답변" in second


def test_on_a_further_page_no_answer_is_unfolded(demo: TestClient, group: Group) -> None:
    for number in range(12):
        group.publish(*answered(number, QUESTION, f"총무팀 {LONG}", asker="sora", by="junho", accepted=True))
    page = demo.get(ASKED).text
    assert '<div class="text">' in page
    link = next(link for link in re.findall(r'href="(\?[^"]+)"', page) if "cursor=" in link)
    further = demo.get("/" + link.replace("&amp;", "&")).text
    assert hits(further)
    assert '<div class="text">' not in further


def test_a_leading_post_that_answers_is_shown_whole(demo: TestClient, group: Group) -> None:
    text = "프린터 토너 교체 절차입니다. " + "순서대로 합니다. " * 20 + END
    group.publish(post("doc", text, title="토너 안내", kind=PostKind.DOCUMENT))
    [hit] = hits(demo.get(ASKED).text)
    assert hit.count(END) == 1
    assert '<a href="/thread/sns%3Adoc#' in hit
    group.publish(post("doc", text, kind=PostKind.POST, source_revision=2))
    [hit] = hits(demo.get(ASKED).text)
    assert hit.count(END) == 1
    assert '<a class="more" href="/thread/sns%3Adoc#' in hit, "what has no title has a link all the same"


def test_a_question_is_not_shown_as_an_answer(demo: TestClient, group: Group) -> None:
    group.publish(post("q", f"{QUESTION} " + "급합니다. " * 40 + END, kind=PostKind.QUESTION))
    [hit] = hits(demo.get(ASKED).text)
    assert END not in hit


def test_what_is_very_long_is_folded_and_still_there(demo: TestClient, group: Group) -> None:
    group.publish(*answered(1, QUESTION, LONG, asker="sora", by="junho", accepted=True))
    [hit] = hits(demo.get(ASKED).text)
    begin, fold, rest = hit.partition("<details")
    assert fold
    assert "더 보기" in rest
    assert "0번째 확인할" in begin
    assert "199번째 확인할" in rest


@pytest.mark.parametrize(
    ("why", "korean", "english"),
    [
        (Why.ACCEPTED, "채택된 답변", "Accepted answer"),
        (Why.VERIFIED, "검증된 답변", "Verified answer"),
        (Why.THANKED, "가장 많은 공감", "Most reactions"),
        (Why.MATCH, "질문에 맞는 답변", "Matches the question"),
        (Why.GIVEN, "답변", "Answer"),
    ],
)
def test_the_page_says_why_an_answer_is_shown(
    demo: TestClient, group: Group, why: Why, korean: str, english: str
) -> None:
    answer = "총무팀 토너 담당이 갑니다" if why is Why.MATCH else "담당이 갑니다"
    group.publish(*answered(1, QUESTION, answer, asker="sora", by="junho", accepted=why is Why.ACCEPTED))
    if why is Why.VERIFIED:
        group.write(Verification(post="sns:q1a", person="p:junho"))
    if why is Why.THANKED:
        group.write(post("other", "글쎄요", by="taeyang", parent="sns:q1", kind=PostKind.ANSWER))
        group.write(Reaction(post="sns:q1a", kind="thanks", count=2))
    for language, label in (("ko", korean), ("en", english)):
        [hit] = hits(demo.get(f"{ASKED}&lang={language}").text)
        [answer] = re.findall(r'<div class="solution.*', hit, re.DOTALL)
        badge = re.search(r'<span class="badge[^>]*>(?:<svg.*?</svg>)?([^<]+)</span>', answer, re.DOTALL)
        assert badge
        assert badge[1].strip() == label


def test_a_hidden_opener_is_nowhere_on_the_page(demo: TestClient, group: Group) -> None:
    group.publish(
        post(
            "q", "삼백억 인수", title="극비", by="junho", kind=PostKind.QUESTION, audience=("person:p:junho",)
        ),
        post("a", "실사 일정은 금요일", by="sora", parent="sns:q", kind=PostKind.ANSWER),
        post("b", "회의실은 칠층", by="taeyang", parent="sns:q", kind=PostKind.ANSWER),
        Reaction(post="sns:b", kind="thanks", count=9),
    )
    page = demo.get("/?q=실사+일정").text
    [hit] = hits(page)
    assert "실사" in hit
    assert "solution" not in hit
    for secret in ("극비", "삼백억", "sns%3Aq#", "칠층"):
        assert secret not in page


def test_an_answer_is_never_markup(demo: TestClient, group: Group) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> " * 60
    group.publish(*answered(1, QUESTION, evil, asker="sora", by="junho", accepted=True))
    [hit] = hits(demo.get(ASKED).text)
    assert "<details" in hit
    assert "<script" not in hit
    assert "<img" not in hit


# -- parting


@pytest.mark.parametrize(
    "text",
    [
        "",
        "짧은 글",
        "가" * VERY_LONG,
        LONG,
        "가" * 5_000,
        "가나 " * 2_000,
        "앞\n" + "```\n" + "x = 1\n" * 600 + "```\n끝",
        "앞 " * 300 + "\n```\n" + "x = 1\n" * 30 + "```\n" + LONG,
    ],
)
def test_parts_are_the_whole_and_the_first_is_of_bounded_length(text: str) -> None:
    begin, rest = parted(text)
    assert begin + rest == text
    assert len(begin) <= 2 * VERY_LONG
    assert not rest or len(begin) >= min(SHOWN_AT_ONCE, len(text))
    assert bool(rest) == (len(text) > VERY_LONG)


def test_it_is_parted_between_lines_and_not_within_code() -> None:
    assert parted(LONG)[0].endswith(".\n")
    code = "```\n" + "x = 1\n" * 200 + "```\n"
    begin, rest = parted("앞줄입니다\n" + code + LONG)
    assert begin.endswith("```\n")
    assert rest == LONG
