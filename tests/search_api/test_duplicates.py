"""Threads that open with nearly the same text are one hit, which tells of the others that the viewer may see."""

from itertools import chain

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, gone, post

from models.records import Channel, Denial, PostKind
from search_api.cli import printing
from search_api.search.duplicates import MOST_CHARACTERS
from search_api.search.hits import COPIES_TOLD
from search_api.search.page import SearchPage

NOTICE = (
    "6월 12일 금요일 저녁 6시부터 본관 전산실 전원 점검으로 사내망과 그룹웨어가 멈춥니다. "
    "작업 중인 문서는 미리 저장하시고 급한 일은 통합 관제실로 연락해 주십시오. "
    "점검이 끝나면 이 게시판에 다시 알려 드리겠습니다."
)
ASKED = "전산실 전원 점검"
OTHER = "전산실 전원 점검 때 쓰는 비상 손전등이 어디 있는지 아시는 분 계신가요? 창고에는 없습니다."


def copies(page: SearchPage) -> dict[str, list[str]]:
    """By hit the copies that are told."""
    return {hit.post.id: [copy.post.id for copy in hit.copies] for hit in page.hits}


def told(group: Group, *texts: str, asked: str = ASKED) -> dict[str, list[str]]:
    """What is found of texts, each a post of its own, the first the earliest."""
    group.publish(*(post(str(number), text, days=20 - number) for number, text in enumerate(texts)))
    return copies(group.search(asked))


def test_copies_are_one_hit_led_by_the_earliest(group: Group) -> None:
    group.publish(
        post("b", NOTICE, channel="sns:cloud", days=9),
        post("z", NOTICE, by="junho", days=10),
        post("a", NOTICE, by="sora", days=8),
        post("other", OTHER),
    )
    found = copies(group.search(ASKED))
    assert found == {"sns:z": ["sns:b", "sns:a"], "sns:other": []}
    assert group.search(ASKED).posts == 4, "all of them say it"


def test_the_best_of_them_leads(group: Group) -> None:
    group.publish(
        post("first", NOTICE, days=12, kind=PostKind.QUESTION),
        *answered(
            1, NOTICE, "전산실 전원 점검은 저녁 9시에 끝났습니다.", asker="sora", by="junho", accepted=True
        ),
    )
    [hit] = group.search(ASKED).hits
    assert hit.post.thread == "sns:q1"
    assert [copy.post.id for copy in hit.copies] == ["sns:first"]


def test_a_forward_with_a_line_of_its_own_is_a_copy(group: Group) -> None:
    assert told(group, NOTICE, f"[전달] 관련 부서는 참고 바랍니다.\n\n{NOTICE}") == {"sns:0": ["sns:1"]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(NOTICE.replace("12일 금요일", "26일 금요일"), id="the next date"),
        pytest.param(NOTICE.replace("본관 전산실", "부산 공장 전산실"), id="another place"),
        pytest.param(NOTICE + " " + OTHER * 2, id="as much again"),
        pytest.param(NOTICE.split(". ")[0], id="a part"),
        pytest.param(OTHER, id="the same subject"),
    ],
)
def test_what_says_something_else_is_no_copy(group: Group, text: str) -> None:
    assert set(map(len, told(group, NOTICE, text).values())) == {0}


def test_what_is_said_in_a_few_words_is_no_copy(group: Group) -> None:
    assert told(group, *["전산실 전원 점검 안내"] * 3) == {f"sns:{number}": [] for number in range(3)}


def test_a_long_text_is_compared_by_its_first_page_and_its_length(group: Group) -> None:
    page = " ".join(f"{NOTICE} 제{number}항" for number in range(60))
    assert len(page) > 3 * MOST_CHARACTERS
    assert told(group, page, page, f"{page} {page}") == {"sns:0": ["sns:1"], "sns:2": []}


def test_questions_that_were_forwarded_keep_their_replies(group: Group) -> None:
    """Each is a thread: the one that is folded is told with how many replied there."""
    group.publish(
        *answered(1, NOTICE, "저녁 9시에 끝났습니다.", asker="sora", by="junho", accepted=True),
        *answered(2, NOTICE, "아직 하는 중입니다.", asker="minji", by="taeyang", accepted=False),
    )
    [hit] = group.search(ASKED).hits
    assert hit.answer is not None
    assert hit.answer.post.id == "sns:q1a"
    [copy] = hit.copies
    assert (copy.post.id, copy.signals.replies) == ("sns:q2", 1)


def test_the_same_reply_to_two_questions_is_two_hits(group: Group) -> None:
    group.publish(
        *answered(1, "오늘 그룹웨어가 왜 안 되나요?", NOTICE, asker="sora", by="junho", accepted=True),
        *answered(
            2, "토요일에 출근하면 사내망을 쓸 수 있나요?", NOTICE, asker="minji", by="junho", accepted=True
        ),
    )
    assert copies(group.search(ASKED)) == {"sns:q1a": [], "sns:q2a": []}


def seen(group: Group, limit: int, between: dict[int, list[object]]) -> tuple[list[str], list[str]]:
    """The hits of all pages and the copies told with them, with what is published after some of the pages."""
    hits: list[str] = []
    others: list[str] = []
    cursor, number = None, 0
    while cursor or not number:
        page = group.search(ASKED, limit=limit, cursor=cursor)
        hits += copies(page)
        others += [id_ for ids in copies(page).values() for id_ in ids]
        cursor, number = page.cursor, number + 1
        group.publish(*between.get(number, ()))  # type: ignore[arg-type]
    return hits, others


def numbered(text: str, *numbers: int) -> list[object]:
    return [post(str(number), text, days=20 - number / 10) for number in numbers]


def test_pages_hold_every_thread_once_as_a_hit_or_as_a_copy(group: Group) -> None:
    places = ("본관", "별관", "신관", "연구동", "기숙사")
    group.publish(
        *(
            one
            for number, place in enumerate(places)
            for one in numbered(
                NOTICE.replace("본관", f"{place} {place}동"), number, number + 10, number + 20
            )
        )
    )
    hits, others = seen(group, 2, {})
    assert len(hits) == len(places)
    assert sorted(hits + others) == sorted(
        f"sns:{number + ten}" for number in range(5) for ten in (0, 10, 20)
    )


def test_what_was_told_as_a_copy_does_not_come_again_when_it_or_its_hit_changes(group: Group) -> None:
    group.publish(
        *numbered(NOTICE, 0, 1, 2), post("3", "전산실 열쇠 찾습니다"), post("4", "전산실 의자 남나요?")
    )
    happens = [gone("0"), post("1", f"{ASKED} {ASKED}", source_revision=2)]
    hits, others = seen(group, 1, {1: happens})
    assert (hits[0], sorted(hits[1:]), others) == ("sns:0", ["sns:3", "sns:4"], ["sns:1", "sns:2"])


def test_a_copy_that_comes_in_meanwhile_is_not_lost(group: Group) -> None:
    group.publish(*numbered(NOTICE, 0, 1), *numbered(OTHER, 2))
    hits, others = seen(group, 1, {1: numbered(NOTICE, 8, 9)})
    assert sorted(hits + others) == ["sns:0", "sns:1", "sns:2", "sns:8", "sns:9"]


def test_of_many_copies_the_first_are_named_and_all_are_counted(group: Group) -> None:
    group.publish(*numbered(NOTICE, *range(12)))
    [hit] = group.search(ASKED).hits
    assert [copy.post.id for copy in hit.copies] == [f"sns:{number}" for number in range(1, COPIES_TOLD + 1)]
    assert hit.more_copies == 11 - COPIES_TOLD


@pytest.mark.parametrize("stranger", ["sora", "taeyang"])
def test_a_copy_that_the_viewer_may_not_see_is_neither_told_nor_changes_anything(
    either_group: Group, stranger: str
) -> None:
    group = either_group
    group.publish(*numbered(NOTICE, 5, 6), *numbered(OTHER, 7))
    before = group.search(ASKED, stranger)
    hidden = [
        # Better, earlier, later, forwarded, embargoed, and readable to one person alone.
        *answered(1, f"{ASKED} {NOTICE}", NOTICE, asker="junho", by="junho", accepted=True),
        post("cloud", NOTICE, channel="sns:cloud", days=90),
        post("secret", f"전달합니다. {NOTICE}", channel="sns:secret", by="junho", days=0),
        post("embargo", NOTICE, days=80),
        Denial(container="thread:sns:embargo"),
        Denial(container="thread:sns:q1"),
        post("own", NOTICE, audience=("person:p:junho",), days=85),
    ]
    group.publish(*hidden)
    may_see = copies(group.search(ASKED, "junho"))
    assert len(may_see) == 2
    assert {"sns:cloud", "sns:secret", "sns:own"} <= {*may_see, *chain.from_iterable(may_see.values())}
    after = group.search(ASKED, stranger)
    assert copies(after) == copies(before) == {"sns:5": ["sns:6"], "sns:7": []}
    assert after == before


def test_replies_whose_opener_is_hidden_are_not_folded(group: Group) -> None:
    for name in ("one", "two"):
        group.publish(
            post(name, NOTICE, channel="sns:plaza", audience=("person:p:junho",)),
            post(f"{name}-reply", NOTICE, kind=PostKind.REPLY, parent=f"sns:{name}", audience=("everyone",)),
        )
    assert copies(group.search(ASKED, "sora")) == {"sns:one-reply": [], "sns:two-reply": []}


def test_a_copy_that_is_deleted_or_closed_is_told_no_more(group: Group) -> None:
    group.publish(*numbered(NOTICE, 0, 1, 2, 3))
    # Not published yet: the store knows it at once.
    group.write(gone("1"), post("2", NOTICE, channel="sns:secret", by="junho", source_revision=2))
    assert copies(group.search(ASKED)) == {"sns:0": ["sns:3"]}


def test_the_page_links_the_copies_in_both_languages(demo: TestClient, group: Group) -> None:
    group.publish(
        Channel(id="sns:hall", network="sns", name="<전사 게시판>"),
        post("0", NOTICE, days=40),
        post("1", NOTICE, channel="sns:hall", days=39),
        post("2", "관리 팀에서 알립니다.", parent="sns:1"),
        *numbered(NOTICE, 3, 4, 5, 6, 7, 8),
    )
    page = demo.get("/", params={"q": ASKED}).text
    assert "같은 글 7건 더:" in page
    assert "&lt;전사 게시판&gt; · 2026-04-23 · 답글 1</a>" in page
    english = demo.get("/", params={"q": ASKED}, headers={"Accept-Language": "en"}).text
    assert "7 more with the same text:" in english


def test_the_command_line_names_them(group: Group, capsys: pytest.CaptureFixture[str]) -> None:
    group.publish(*numbered(NOTICE, *range(8)))
    page = group.search(ASKED)
    printing.search_page(page, group.store.timezone, as_json=False)
    shown = capsys.readouterr().out
    assert "the same text: 광장 (sns:1), 광장 (sns:2)" in " ".join(shown.split())
    assert "and 2 more" in shown
