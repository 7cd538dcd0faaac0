"""What is superseded stands behind its successor, says so at its top, and tells nothing to who may not see both."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, post
from test_trust import shown_by, token

from models.errors import BadInput, Forbidden, NotFound
from models.ranking_features import RankingFeatures
from models.records import Acceptance, Denial, PostKind, Record
from models.stored import NO_SIGNALS, Change, TokenRole
from models.succession import Why
from search_api.http.app import create_app
from search_api.participation.deeds import supersede
from search_api.ranking.succession import behind_successors
from search_api.retrieval.candidate import Candidate, CandidateFeatures
from search_api.schemas.search import SearchBody
from search_api.search.similar import similar_threads

ASKED = "무선랜 연결 안내"
OLD = post(
    "old",
    "무선랜 연결 안내: 무선 목록에서 사무실 이름을 고르고 사번과 포털 비밀번호를 적습니다. 인증서 창은 신뢰를 누릅니다.",
    title="사무실 무선랜 연결 안내 v1.3",
    kind=PostKind.DOCUMENT,
    by="junho",
    days=100,
)
NEW_TEXT = "v1.3 안내는 이제 보지 마세요. 기기 인증서로만 붙습니다."


def new(**fields: object) -> Record:
    return post("new", NEW_TEXT, title="무선랜 접속 방식이 바뀝니다", **{"days": 20, **fields})  # type: ignore[arg-type]


def told(group: Group, name: str) -> str:
    """All that the API tells of a page."""
    return SearchBody.model_validate(group.search(ASKED, name)).model_dump_json()


# -- the order


def candidate(
    name: str,
    thread: str | None = None,
    *,
    by: tuple[str, ...] = (),
    opener_by: tuple[str, ...] = (),
    answer_by: tuple[str, ...] = (),
) -> Candidate:
    ranking = RankingFeatures(
        thread or name, "post", thread is not None, datetime(2026, 1, 1, tzinfo=UTC), None, NO_SIGNALS,
        None, "", "[]", None, by, opener_by, answer_by,
    )  # fmt: skip
    return Candidate(name, 0, CandidateFeatures(*(0.0 for _ in CandidateFeatures._fields)), ranking)


def order(*threads: list[Candidate]) -> list[list[str]]:
    return [[one.post for one in thread] for thread in behind_successors(threads)]


def test_a_superseded_thread_follows_directly_on_its_successor() -> None:
    old = candidate("old", by=("new",), opener_by=("new",))
    assert order([old], [candidate("x")], [candidate("new")], [candidate("y")]) == [
        ["x"],
        ["new"],
        ["old"],
        ["y"],
    ]


def test_what_stands_behind_its_successor_or_has_none_that_was_found_stays() -> None:
    old = candidate("old", by=("new",), opener_by=("new",))
    assert order([candidate("new")], [candidate("x")], [old]) == [["new"], ["x"], ["old"]]
    assert order([old], [candidate("x")]) == [["old"], ["x"]]


def test_a_chain_comes_out_with_the_latest_first() -> None:
    first = candidate("a", by=("b",), opener_by=("b",))
    second = candidate("b", by=("c",), opener_by=("c",))
    assert order([first], [second], [candidate("c")]) == [["c"], ["b"], ["a"]]
    assert order([second], [first], [candidate("c")]) == [["c"], ["b"], ["a"]]


def test_threads_of_which_each_supersedes_a_part_of_the_other_keep_their_order() -> None:
    one, other = candidate("a", by=("d",)), candidate("c", by=("b",))
    assert order([one, candidate("b", "a")], [other, candidate("d", "c")]) == [["a", "b"], ["c", "d"]]


def test_a_thread_led_by_a_reply_that_holds_keeps_its_place_and_one_with_an_outdated_answer_does_not() -> (
    None
):
    reply = candidate("reply", "old", opener_by=("new",))
    assert order([reply], [candidate("new")]) == [["reply"], ["new"]]
    asked = candidate("q", answer_by=("new",))
    assert order([asked], [candidate("other", "new")]) == [["other"], ["q"]]


def test_within_a_thread_a_reply_follows_on_what_puts_it_right_and_the_opener_keeps_its_place() -> None:
    wrong = candidate("wrong", "q", by=("right",))
    assert order([wrong, candidate("right", "q")]) == [["right", "wrong"]]
    opener = candidate("doc", by=("comment",), opener_by=("comment",))
    assert order([opener, candidate("comment", "doc", opener_by=("comment",))]) == [["doc", "comment"]]


# -- search


def test_the_outdated_document_leads_until_its_successor_comes_and_then_says_so(either_group: Group) -> None:
    group = either_group
    group.publish(OLD)
    assert group.found(ASKED) == ["sns:old"]
    assert group.search(ASKED).hits[0].superseded_by is None
    group.publish(new())
    first, second = group.search(ASKED).hits
    assert (first.post.id, second.post.id) == ("sns:new", "sns:old")
    assert first.superseded_by is None
    by = second.superseded_by
    assert by
    assert (by.post, by.elsewhere, by.why, by.confirmed) == ("sns:new", True, Why.VERSION, False)
    assert by.title == "무선랜 접속 방식이 바뀝니다"
    similar = similar_threads(group.services, ASKED, group.scope("minji"), limit=5)
    assert [one.post.id for one in similar] == ["sns:new", "sns:old"]


def test_an_answer_that_was_put_right_is_not_the_one_that_is_shown(group: Group) -> None:
    group.publish(
        post("q", "프린터 토너 교체는 누가 하나요?", kind=PostKind.QUESTION, by="sora", days=30),
        post("a", "토너는 각자 갈면 됩니다.", kind=PostKind.ANSWER, parent="sns:q", by="junho", days=29),
        post("b", "총무팀이 갑니다.", kind=PostKind.ANSWER, parent="sns:q", by="taeyang", days=28),
        post("c", "제가 잘못 알았네요.", kind=PostKind.COMMENT, parent="sns:b", by="junho", days=27),
    )
    [hit] = group.search("프린터 토너 교체").hits
    assert hit.post.id == "sns:q"
    assert hit.answer
    assert hit.answer.post.id == "sns:b"
    [found] = group.search("토너 각자").hits
    assert found.post.id == "sns:a"
    assert found.superseded_by
    assert found.superseded_by.post == "sns:b"
    assert not found.superseded_by.elsewhere


def test_an_accepted_answer_that_is_outdated_stays_and_says_so(group: Group) -> None:
    text = "쿠폰 할인 상한은 25%이고 장바구니 쿠폰부터 잘립니다. 상담 화면의 할인내역을 보세요."
    group.publish(
        post("q", "쿠폰 할인 상한이 얼마인가요?", kind=PostKind.QUESTION, by="sora", days=90),
        post("a", text, kind=PostKind.ANSWER, parent="sns:q", by="junho", days=89),
        Acceptance(question="sns:q", answer="sns:a"),
        post(
            "n", "쿠폰 할인 상한을 18%로 낮춥니다. 3월에 제가 적은 설명은 이제 안 맞습니다. 장바구니 쿠폰은 못 씁니다.",
            title="[변경] 쿠폰 할인 상한 18%", by="junho", days=10,
        ),
    )  # fmt: skip
    hits = group.search("쿠폰 할인 상한").hits
    assert [hit.post.id for hit in hits] == ["sns:n", "sns:a"]
    assert hits[1].superseded_by
    assert hits[1].superseded_by.post == "sns:n"


# -- who may not see both


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param([new(channel="sns:secret", by="junho")], id="private"),
        pytest.param([new(channel="sns:cloud")], id="another company's"),
        pytest.param([new(audience=("person:p:junho",))], id="for one person"),
        pytest.param([new(), Denial(container="thread:sns:new", person="p:sora")], id="a denied thread"),
        pytest.param([new(), Denial(container="thread:sns:new")], id="under embargo"),
    ],
)
def test_a_successor_that_is_hidden_changes_nothing_that_its_viewer_sees(
    stored_group: Group, hidden: list[Record]
) -> None:
    group = stored_group
    others = [post(f"x{number}", f"무선랜 연결 안내 문의 {number}", days=40 + number) for number in range(3)]
    group.publish(OLD, *others)
    before = told(group, "sora")
    group.publish(*hidden)
    assert told(group, "sora") == before
    page = TestClient(create_app(group.services))
    headers = token(group, TokenRole.EMPLOYEE, "p:sora")
    for address in ("/posts/sns:old", "/thread/sns:old", f"/?q={ASKED}", f"/similar?title={ASKED}"):
        answer = page.get(address, headers=headers)
        assert answer.status_code == 200, address
        assert "sns:new" not in answer.text, address
        assert "superseded" not in answer.text.replace('"superseded_by":[]', "").replace(
            '"superseded_by":null', ""
        ), address


def test_an_outdated_post_that_is_hidden_is_told_by_nothing(stored_group: Group) -> None:
    group = stored_group
    group.publish(
        post("old", OLD.text, title=OLD.title, kind=OLD.kind, by="junho", channel="sns:secret", days=100),
        new(),
    )
    assert group.found(ASKED, "junho") == ["sns:new", "sns:old"]
    assert "sns:old" not in told(group, "sora")
    assert group.found(ASKED, "sora") == ["sns:new"]


def test_a_curator_decides_on_nothing_that_they_may_not_see(group: Group) -> None:
    group.publish(OLD, new(channel="sns:secret", by="junho"))
    curator = shown_by(group, "minji", TokenRole.CURATOR)
    for older, newer in (("sns:old", "sns:new"), ("sns:old", "sns:never")):
        with pytest.raises(NotFound) as refused:
            supersede(group.services, curator, older, newer, holds=False)
        assert refused.value.message == str(NotFound.unseen("post", newer).message)


# -- curators


def test_a_curator_refuses_confirms_and_states_and_others_do_not(group: Group) -> None:
    group.publish(OLD, new(), post("third", "무선랜 연결 안내를 새로 씁니다", days=5))
    curator = shown_by(group, "minji", TokenRole.CURATOR)
    with pytest.raises(Forbidden):
        supersede(
            group.services, shown_by(group, "sora", TokenRole.EMPLOYEE), "sns:old", "sns:new", holds=False
        )

    def say(newer: str, *, holds: bool) -> Change:
        return supersede(group.services, curator, "sns:old", newer, holds=holds)

    assert say("sns:new", holds=False) is Change.CREATED
    assert say("sns:new", holds=False) is Change.UNCHANGED
    old = next(hit for hit in group.search(ASKED).hits if hit.post.id == "sns:old")
    assert old.superseded_by is None
    assert say("sns:third", holds=True) is Change.CREATED
    old = next(hit for hit in group.search(ASKED).hits if hit.post.id == "sns:old")
    assert old.superseded_by
    assert (old.superseded_by.post, old.superseded_by.confirmed) == ("sns:third", True)
    with pytest.raises(BadInput):
        supersede(group.services, curator, "sns:third", "sns:old", holds=True)


def test_the_api_and_the_thread_page_show_and_decide(group: Group, client: TestClient) -> None:
    group.publish(OLD, new())
    curator = token(group, TokenRole.CURATOR, "p:sora")
    [member] = client.get("/posts/sns:old", headers=curator).json()["thread"]
    assert member["superseded_by"][0] | {"created": ""} == {
        "older": "sns:old",
        "post": "sns:new",
        "title": "무선랜 접속 방식이 바뀝니다",
        "created": "",
        "elsewhere": True,
        "why": "version",
        "confirmed": False,
    }
    page = client.get("/thread/sns:old", headers=curator).text
    assert page.index("대체됨: 새 글 보기 →") < page.index("<h1")
    assert 'action="/supersede"' in page
    assert (
        'action="/supersede"'
        not in client.get("/thread/sns:old", headers=token(group, TokenRole.EMPLOYEE, "p:minji")).text
    )
    given = {"older": "sns:old", "newer": "sns:new", "holds": True}
    assert client.put("/me/successions", json=given, headers=curator).json() == {"change": "created"}
    assert "확인됨" in client.get("/thread/sns:old", headers=curator).text
    assert client.put("/me/successions", json=given | {"holds": False}, headers=curator).json() == {
        "change": "updated"
    }
    assert "대체됨" not in client.get("/thread/sns:old", headers=curator).text


@pytest.mark.parametrize(
    "named",
    ["https://dure.example/thread/sns%3Athird?lang=en#sns-third", "/thread/sns:third", " sns:third "],
)
def test_a_curator_states_by_a_form_what_was_not_found_by_the_address_of_the_later_post(
    group: Group, client: TestClient, named: str
) -> None:
    group.publish(OLD, post("third", "무선랜 연결 안내를 새로 씁니다", days=5))
    curator = token(group, TokenRole.CURATOR, "p:sora")
    assert "대체됨" not in client.get("/thread/sns:old", headers=curator).text
    form = {"older": "sns:old", "newer": named, "holds": "true"}
    employee = token(group, TokenRole.EMPLOYEE, "p:minji")
    assert client.post("/supersede", data=form, headers=employee).status_code == 403
    assert client.post("/supersede", data=form, headers=curator).status_code == 200
    assert "대체됨" in client.get("/thread/sns:old", headers=curator).text


@pytest.mark.parametrize(
    ("named", "status"),
    [("sns:nothing", 404), ("https://dure.example/thread/", 404), ("sns:secret", 404), ("http://[", 400)],
)
def test_what_names_no_post_that_the_curator_sees_is_refused(
    group: Group, client: TestClient, named: str, status: int
) -> None:
    group.publish(OLD, post("secret", "무선랜 연결 안내를 새로 씁니다", days=5, audience=("person:p:junho",)))
    form = {"older": "sns:old", "newer": named, "holds": "true"}
    found = client.post("/supersede", data=form, headers=token(group, TokenRole.CURATOR, "p:sora"))
    assert found.status_code == status
