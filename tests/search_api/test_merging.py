"""A merged thread leads to the one that is kept, by its page and in search, for who may see both; others see none of it."""

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, gone, post
from test_trust import shown_by, token

from indexer.engine import Filters
from models.errors import CannotMerge, Forbidden, NotFound
from models.records import Denial, PostKind, Record
from models.stored import Change, TokenRole
from search_api.cli import printing
from search_api.http.app import create_app
from search_api.participation.deeds import merge
from search_api.schemas.search import SearchBody
from search_api.search.hits import COPIES_TOLD
from search_api.search.page import SearchPage
from search_api.search.similar import similar_threads

ASKED = "연차 이월 신청"
KEPT = answered(
    1, "쓰지 않은 휴가는 내년에 어떻게 되나요?", "인사 시스템에서 남은 일수를 옮깁니다. 연차 담당은 총무팀입니다.", asker="sora", by="junho", accepted=True
)  # fmt: skip
DUPLICATE = post("dup", "연차 이월 신청은 어디서 하나요?", kind=PostKind.QUESTION, by="minji", days=9)
OTHER = post("other", "연차 이월 한도가 며칠인가요?", kind=PostKind.QUESTION, by="taeyang", days=5)


def merged(group: Group, thread: str, kept: str | None, by: str = "junho") -> Change:
    curator = shown_by(group, by, TokenRole.CURATOR)
    return merge(group.services, curator, f"sns:{thread}", kept and f"sns:{kept}")


def found(page: SearchPage) -> dict[str, list[str]]:
    """By the thread of a hit the threads that are told as merged into it."""
    return {hit.post.thread: [one.post.id for one in hit.merged] for hit in page.hits}


def told(group: Group, name: str, **options: object) -> str:
    """All that the API tells of a page."""
    return SearchBody.model_validate(group.search(ASKED, name, **options)).model_dump_json()


# -- search


def test_both_are_one_hit_led_by_the_kept_thread_at_the_place_and_level_of_the_better(
    either_group: Group,
) -> None:
    group = either_group
    group.publish(*KEPT, DUPLICATE, OTHER)
    before = group.search(ASKED).hits
    assert [hit.post.thread for hit in before] == ["sns:dup", "sns:other", "sns:q1"]
    merged(group, "dup", "q1")
    first, second = group.search(ASKED).hits
    assert (first.post.thread, first.level) == ("sns:q1", before[0].level)
    assert [one.post.id for one in first.merged] == ["sns:dup"]
    assert second == before[1]
    assert first.missing == ()
    merged(group, "dup", None)
    assert group.search(ASKED).hits == before


def test_the_kept_thread_leads_with_its_answer_where_the_question_finds_the_merged_one_alone(
    group: Group,
) -> None:
    group.publish(
        *answered(1, "사내 카페 원두 보충은 누가 하나요?", "총무팀이 월요일마다 합니다.", asker="sora", by="junho", accepted=True),
        DUPLICATE,
    )  # fmt: skip
    assert group.found(ASKED) == ["sns:dup"]
    merged(group, "dup", "q1")
    [hit] = group.search(ASKED).hits
    assert hit.post.id == "sns:q1"
    assert hit.answer
    assert hit.answer.post.id == "sns:q1a"
    assert [one.post.id for one in hit.merged] == ["sns:dup"]
    assert (hit.copies, hit.more_copies, hit.more_merged) == ((), 0, 0)
    similar = similar_threads(group.services, ASKED, group.scope("minji"), limit=5)
    assert [one.post.id for one in similar] == ["sns:q1"]
    assert not similar_threads(group.services, ASKED, group.scope("minji"), limit=5, beside="sns:dup")


def test_a_thread_that_was_found_by_a_reply_alone_is_told_by_what_opened_it(group: Group) -> None:
    group.publish(
        *KEPT,
        post("odd", "질문 하나 있습니다", kind=PostKind.QUESTION, days=8),
        post("odd-reply", "연차 이월 신청은 인사 시스템에서 합니다.", parent="sns:odd", by="junho", days=7),
    )
    merged(group, "odd-reply", "q1a")
    assert found(group.search(ASKED)) == {"sns:q1": ["sns:odd"]}
    [hit] = group.search(ASKED).hits
    assert hit.merged[0].signals.replies == 1


def test_chains_and_many_are_one_hit_and_all_are_counted(group: Group) -> None:
    number = COPIES_TOLD + 2
    questions = [post(f"n{each}", f"{ASKED} 질문 {each}번", days=9 - each) for each in range(number)]
    group.publish(*KEPT, *questions)
    for each in range(number):
        merged(group, f"n{each}", f"n{each + 1}" if each + 1 < number else "q1")
    [hit] = group.search(ASKED).hits
    assert hit.post.thread == "sns:q1"
    assert len(hit.merged) == COPIES_TOLD
    assert hit.more_merged == 2


def test_pages_hold_every_thread_once(group: Group) -> None:
    numbers = range(6)
    group.publish(*(post(f"n{each}", f"{ASKED} {each}번 서식", days=9 - each) for each in numbers))
    merged(group, "n0", "n5")
    merged(group, "n3", "n1")
    told: list[str] = []
    cursor, begun = None, False
    while cursor or not begun:
        page = group.search(ASKED, limit=1, cursor=cursor)
        for thread, others in found(page).items():
            told += [thread, *others]
        cursor, begun = page.cursor, True
    assert sorted(told) == [f"sns:n{each}" for each in numbers]


def test_what_was_shown_before_it_was_merged_is_not_shown_again(group: Group) -> None:
    group.publish(*KEPT, DUPLICATE, OTHER)
    first = group.search(ASKED, limit=1)
    assert found(first) == {"sns:dup": []}
    merged(group, "dup", "q1")
    rest = group.search(ASKED, cursor=first.cursor)
    assert sorted(found(rest)) == ["sns:other", "sns:q1"]
    assert found(rest)["sns:q1"] == []


def test_who_narrows_a_question_is_not_led_out_of_what_they_chose(group: Group) -> None:
    group.publish(*KEPT, post("dup", DUPLICATE.text, channel="sns:cloud"))
    merged(group, "dup", "q1", "minji")
    narrowed = group.search(ASKED, filters=Filters(channels=frozenset({"sns:cloud"})))
    assert found(narrowed) == {"sns:dup": []}
    assert found(group.search(ASKED)) == {"sns:q1": ["sns:dup"]}


def test_a_deleted_thread_takes_nothing_with_it(group: Group) -> None:
    group.publish(*KEPT, DUPLICATE)
    merged(group, "dup", "q1")
    group.write(gone("q1"))
    assert group.found(ASKED)[0] == "sns:dup"
    group.publish()
    assert found(group.search(ASKED))["sns:dup"] == []


# -- who may not see both


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param([post("q9", KEPT[0].text, channel="sns:secret", by="junho")], id="private"),  # type: ignore[union-attr]
        pytest.param([post("q9", "휴가?", channel="sns:cloud", by="junho")], id="another company's"),
        pytest.param([post("q9", "휴가?", audience=("person:p:junho",))], id="for one person"),
        pytest.param([post("q9", "휴가?"), Denial(container="thread:sns:q9", person="p:sora")], id="denied"),
    ],
)
@pytest.mark.parametrize("way", ["into", "from"])
def test_who_does_not_see_the_other_thread_is_told_nothing(
    stored_group: Group, hidden: list[Record], way: str
) -> None:
    group = stored_group
    group.publish(DUPLICATE, OTHER, *hidden)
    page = TestClient(create_app(group.services))
    headers = token(group, TokenRole.CURATOR, "p:sora")
    addresses = ("/posts/sns:dup", f"/search?q={ASKED}", f"/similar?title={ASKED}", "/thread/sns:dup")

    def shown() -> list[str]:
        answers = [page.get(address, headers=headers) for address in addresses]
        assert {answer.status_code for answer in answers} == {200}
        return [
            answer.text if answer.url.path != "/thread/sns:dup" else _still(answer.text) for answer in answers
        ]

    before = shown()
    assert merged(group, *(("dup", "q9") if way == "into" else ("q9", "dup"))) is Change.CREATED
    assert shown() == before
    [hit, _] = group.search(ASKED, "junho").hits
    assert hit.post.thread == ("sns:q9" if way == "into" else "sns:dup")


def _still(page: str) -> str:
    """A page without the keys that are fresh each time."""
    return "\n".join(line for line in page.splitlines() if 'name="key"' not in line and "csrf" not in line)


def test_a_guest_and_a_stranger_find_the_merged_thread_as_before(group: Group) -> None:
    group.publish(*KEPT, post("dup", DUPLICATE.text, channel="sns:plaza"), OTHER)
    group.publish(post("q1", "쓰지 않은 휴가?", channel="sns:secret", by="junho", source_revision=2))
    before = told(group, "taeyang")
    merged(group, "dup", "q1")
    assert told(group, "taeyang") == before
    assert group.search(ASKED, "junho").hits[0].post.thread == "sns:q1"


# -- curators


def test_only_curators_merge_and_only_what_they_see(group: Group) -> None:
    group.publish(*KEPT, DUPLICATE, post("secret", "휴가?", channel="sns:secret", by="junho"))
    employee = shown_by(group, "sora", TokenRole.EMPLOYEE)
    for into in ("sns:q1", None):
        with pytest.raises(Forbidden):
            merge(group.services, employee, "sns:dup", into)
    for thread, kept in (
        ("dup", "secret"),
        ("secret", "dup"),
        ("dup", "never"),
        ("never", "dup"),
        ("secret", None),
    ):
        with pytest.raises(NotFound) as refused:
            merged(group, thread, kept, "minji")
        hidden = next(one for one in (thread, kept) if one != "dup")
        assert refused.value.message == str(NotFound.unseen("post", f"sns:{hidden}").message)
    with pytest.raises(CannotMerge):
        merged(group, "q1a", "q1")
    assert merged(group, "dup", "q1") is Change.CREATED
    with pytest.raises(CannotMerge):
        merged(group, "q1", "dup")


def test_the_api_merges_tells_and_undoes(group: Group, client: TestClient) -> None:
    group.publish(*KEPT, DUPLICATE)
    curator = token(group, TokenRole.CURATOR, "p:sora")
    given = {"thread": "sns:dup", "into": "sns:q1a"}
    assert client.put("/me/merges", json=given, headers=curator).json() == {"change": "created"}
    assert client.put("/me/merges", json=given, headers=curator).json() == {"change": "unchanged"}
    merges = client.get("/posts/sns:dup", headers=curator).json()["merges"]
    assert merges["kept"]["thread"] == "sns:q1"
    assert merges["kept"]["title"] == "쓰지 않은 휴가는 내년에 어떻게 되나요?"
    assert merges["merged"] == []
    merges = client.get("/posts/sns:q1a", headers=curator).json()["merges"]
    assert merges["kept"] is None
    assert [one["thread"] for one in merges["merged"]] == ["sns:dup"]
    circle = client.put("/me/merges", json={"thread": "sns:q1", "into": "sns:dup"}, headers=curator)
    assert circle.status_code == 400
    assert "merged into this one" in circle.text
    assert client.put("/me/merges", json={"thread": "sns:dup"}, headers=curator).status_code == 400
    undone = client.put("/me/merges", json=given | {"into": None}, headers=curator)
    assert undone.json() == {"change": "updated"}
    assert client.get("/posts/sns:dup", headers=curator).json()["merges"] == {"kept": None, "merged": []}


def test_the_command_line_names_them(group: Group, capsys: pytest.CaptureFixture[str]) -> None:
    group.publish(*KEPT, DUPLICATE)
    merged(group, "dup", "q1")
    printing.search_page(group.search(ASKED), group.store.timezone, as_json=False)
    assert "merged into it: 광장 (sns:dup)" in capsys.readouterr().out


# -- the pages


def test_the_old_page_leads_to_the_kept_one_which_names_what_was_merged(
    group: Group, client: TestClient
) -> None:
    group.publish(*KEPT, DUPLICATE)
    curator, employee = token(group, TokenRole.CURATOR, "p:sora"), token(group, TokenRole.EMPLOYEE, "p:minji")
    page = client.get("/thread/sns:dup", headers=curator).text
    assert "합쳐짐" not in page
    form = {"thread": "sns:dup", "into": "https://dure.example/thread/sns%3Aq1a?lang=en#x", "merged": "true"}
    assert client.post("/merge", data=form, headers=employee).status_code == 403
    page = client.post("/merge", data=form, headers=curator).text
    assert "합치기 취소" in page
    page = client.get("/thread/sns:dup", headers=employee).text
    link = 'href="/thread/sns%3Aq1#post-sns%3Aq1">쓰지 않은 휴가는 내년에 어떻게 되나요?</a>'
    assert page.index("같은 질문으로 합쳐짐 →") < page.index(link) < page.index("<h1")
    assert "연차 이월 신청은 어디서 하나요?" in page, "it stays readable"
    assert page.count(link) == 1, "what it leads to is not named again among similar threads"
    assert 'action="/merge"' not in page
    english = client.get("/thread/sns:q1a", headers=employee | {"Accept-Language": "en"}).text
    assert "1 thread merged into this one" in english
    assert 'href="/thread/sns%3Adup#post-sns%3Adup">연차 이월 신청은 어디서 하나요?</a>' in english
    found = client.get("/", params={"q": ASKED}, headers=employee).text
    assert "여기로 합쳐진 글 1건" in found
    undone = client.post("/merge", data={"thread": "sns:dup", "merged": "false"}, headers=curator)
    assert "합쳐짐" not in undone.text
    assert "합쳐진" not in client.get("/thread/sns:q1", headers=curator).text


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ("sns:nothing", 404),
        ("sns:secret", 404),
        ("", 404),
        ("http://[", 400),
        ("sns:dup", 400),
        ("sns:third", 400),
    ],
)
def test_what_cannot_be_merged_is_refused_in_the_curators_language(
    group: Group, client: TestClient, named: str, status: int
) -> None:
    group.publish(DUPLICATE, post("third", "휴가?"), post("secret", "휴가?", audience=("person:p:junho",)))
    merged(group, "third", "dup")
    headers = token(group, TokenRole.CURATOR, "p:sora") | {"Accept": "text/html"}
    form = {"thread": "sns:dup", "into": named, "merged": "true"}
    refused = client.post("/merge", data=form, headers=headers)
    assert refused.status_code == status
    assert ("합칠 수 없는 글입니다" in refused.text) == named.startswith(("sns:dup", "sns:third"))
