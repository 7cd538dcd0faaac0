"""Taking part in one's own name, by the API: who may what, and that doing it again changes nothing."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from models.moments import now
from models.records import Account, Channel, Follow, Membership, Person, PostKind, Reaction
from models.stored import TokenRole
from search_api.http.app import create_app
from search_api.identity.access import PERMISSIONS

Headers = dict[str, str]


def token(group: Group, name: str, role: TokenRole = TokenRole.EMPLOYEE) -> Headers:
    secret = group.store.create_token(
        name=str(uuid4()), role=role, person=f"p:{name}", permissions=PERMISSIONS[role], expires=None
    )
    return {"Authorization": f"Bearer {secret}"}


def write(client: TestClient, headers: Headers, **given: Any) -> Any:
    body = {"key": str(uuid4()), "channel": "sns:plaza", "text": "정수기 필터는 누가 바꾸나요", **given}
    return client.post("/me/posts", json=body, headers=headers)


def test_a_question_is_asked_in_ones_own_name_and_found(
    client: TestClient, group: Group, minji: Headers
) -> None:
    answer = write(client, minji, kind="question", title="정수기")
    assert answer.status_code == 201, answer.text
    written = answer.json()["post"]
    assert written["author"]["person"] == "p:minji"
    assert written["author"]["account"] == "dure:p:minji"
    assert (written["company"], written["kind"], written["network"]) == ("cloud", "question", "sns")
    group.publisher.publish()
    assert group.found("정수기 필터", "sora") == [written["id"]]


def test_a_first_post_makes_one_account_and_the_next_one_none(
    client: TestClient, group: Group, minji: Headers
) -> None:
    before = group.store.profiles(["p:minji"], group.scope("minji"))["p:minji"].accounts
    for _ in range(2):
        assert write(client, minji).status_code == 201
    after = group.store.profiles(["p:minji"], group.scope("minji"))["p:minji"]
    assert set(after.accounts) == {*before, "dure:p:minji"}
    assert after.posts == 2


def test_a_draft_sent_again_is_one_post(client: TestClient, group: Group, minji: Headers) -> None:
    key = str(uuid4())
    first, again = write(client, minji, key=key), write(client, minji, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["change"] == "unchanged"
    assert first.json()["post"] == again.json()["post"]
    assert write(client, minji, key=key, text="다른 글").status_code == 400
    # Nobody overwrites another's post by taking their key.
    other = write(client, token(group, "sora"), key=key)
    assert other.status_code == 201
    assert other.json()["post"]["id"] != first.json()["post"]["id"]


def test_writing_wakes_the_publisher(group: Group, minji: Headers) -> None:
    woken: list[bool] = []
    services = replace(group.services, wake=lambda: woken.append(True))
    group.publish(*answered(1, "연차 이월 되나요", "됩니다", asker="minji", by="junho", accepted=False))
    with TestClient(create_app(services)) as client:
        write(client, minji)
        client.put("/me/reactions", json={"post": "sns:q1"}, headers=minji)
        client.put("/me/reactions", json={"post": "sns:q1"}, headers=minji)
    assert len(woken) == 2


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"channel": None}, 400),
        ({"channel": "sns:none"}, 404),
        ({"channel": "sns:secret"}, 404),
        ({"parent": "sns:none"}, 404),
        ({"text": "   "}, 400),
        ({"text": ""}, 400),
        ({"kind": "answer"}, 400),
        ({"kind": "document"}, 400),
        ({"key": "1"}, 400),
        ({"key": "00000000-0000-0000-0000-000000000001"}, 400),
        ({"account": "sns:junho"}, 400),
        ({"audience": ["everyone"]}, 400),
    ],
)
def test_what_cannot_be_posted_is_refused(
    client: TestClient, group: Group, minji: Headers, given: dict[str, Any], status: int
) -> None:
    assert write(client, minji, **given).status_code == status
    assert group.store.status().posts == 0


def test_replies_take_their_place_and_their_kind(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(*answered(1, "연차 이월 되나요", "됩니다", asker="sora", by="junho", accepted=False))
    answer = write(client, minji, channel=None, parent="sns:q1").json()["post"]
    assert (answer["kind"], answer["channel"], answer["thread"]) == ("answer", "sns:plaza", "sns:q1")
    remark = write(client, minji, channel=None, parent="sns:q1a", kind="comment").json()["post"]
    assert (remark["kind"], remark["parent"]) == ("comment", "sns:q1a")
    assert write(client, minji, channel=None, parent=answer["id"]).json()["post"]["kind"] == "reply"
    assert write(client, minji, channel=None, parent="sns:q1", kind="question").status_code == 400


def test_nobody_writes_in_an_archived_channel(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(*answered(1, "연차 이월 되나요", "됩니다", asker="minji", by="junho", accepted=False))
    group.write(Channel(id="sns:plaza", network="sns", name="광장", archived=True))
    assert write(client, minji).status_code == 403
    assert write(client, minji, channel=None, parent="sns:q1").status_code == 403
    assert client.put("/me/reactions", json={"post": "sns:q1a"}, headers=minji).status_code == 403
    body = {"question": "sns:q1", "answer": "sns:q1a"}
    assert client.put("/me/acceptances", json=body, headers=minji).status_code == 403
    assert "sns:plaza" not in [
        channel["id"] for channel in client.get("/me", headers=minji).json()["channels"]
    ]


def test_a_guest_writes_where_they_are_a_member_and_nowhere_else(client: TestClient, group: Group) -> None:
    group.write(
        Person(id="p:guest", name="손님", guest=True),
        Account(id="sns:guest", network="sns", handle="guest", person="p:guest"),
        Membership(channel="sns:secret", account="sns:guest"),
    )
    guest = token(group, "guest")
    assert [channel["id"] for channel in client.get("/me", headers=guest).json()["channels"]] == [
        "sns:secret"
    ]
    assert write(client, guest).status_code == 404
    assert write(client, guest, channel="sns:secret").status_code == 201


def test_who_has_left_writes_nothing(client: TestClient, group: Group, minji: Headers) -> None:
    group.write(Person(id="p:minji", name="이민지", left=True))
    assert write(client, minji).status_code == 404
    assert client.put("/me/follows", json={"person": "p:sora"}, headers=minji).status_code == 404


def test_a_reply_to_what_only_some_may_read_is_for_the_same_readers(client: TestClient, group: Group) -> None:
    group.publish(post("1", "둘만 보는 글", by="junho", audience=("person:p:junho", "person:p:minji")))
    reply = write(client, token(group, "minji"), channel=None, parent="sns:1").json()["post"]["id"]
    assert reply in group.store.posts([reply], group.scope("junho"))
    assert reply not in group.store.posts([reply], group.scope("sora"))
    assert write(client, token(group, "sora"), channel=None, parent="sns:1").status_code == 404


def test_an_anonymous_post_is_nobodys_and_makes_no_account(
    client: TestClient, group: Group, minji: Headers
) -> None:
    written = write(client, minji, kind="question", anonymous=True).json()["post"]
    assert (written["author"], written["company"], written["unit"]) == (None, None, None)
    profile = group.store.profiles(["p:minji"], group.scope("minji"))["p:minji"]
    assert (profile.posts, profile.accounts) == (0, ("sns:minji",))
    # It stays so once there is an account; and who asked decides on the answers all the same.
    assert write(client, minji).status_code == 201
    assert client.get(f"/posts/{written['id']}", headers=minji).json()["post"]["author"] is None
    answer = write(client, token(group, "sora"), channel=None, parent=written["id"]).json()["post"]["id"]
    accepted = client.put(
        "/me/acceptances", json={"question": written["id"], "answer": answer}, headers=minji
    )
    assert accepted.json() == {"change": "created"}
    again = write(client, minji, kind="question", anonymous=True).json()["post"]
    assert again["author"] is None


def react(client: TestClient, headers: Headers, **given: Any) -> Any:
    return client.put("/me/reactions", json={"post": "sns:1", "kind": "thanks", **given}, headers=headers)


def test_a_reaction_counts_once_and_is_taken_back(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(post("1", "안내", by="junho"))
    assert [react(client, minji).json()["change"] for _ in range(2)] == ["created", "unchanged"]
    signals = client.get("/posts/sns:1", headers=minji).json()["signals"]
    assert (signals["reactions"], signals["reactors"]) == ({"thanks": 1}, 1)
    changes = [react(client, minji, given=False).json()["change"] for _ in range(2)]
    assert changes == ["updated", "unchanged"]
    assert client.get("/posts/sns:1", headers=minji).json()["signals"]["reactors"] == 0
    assert react(client, minji, post="sns:none").status_code == 404
    assert react(client, minji, kind="두 낱말").status_code == 400


def test_a_reaction_through_another_network_is_the_same_persons(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(post("1", "안내", by="junho"), Reaction(post="sns:1", kind="thanks", account="sns:minji"))
    assert react(client, minji).json()["change"] == "unchanged"
    assert react(client, minji, given=False).json()["change"] == "updated"
    assert client.get("/posts/sns:1", headers=minji).json()["signals"]["reactors"] == 0


def test_nobody_reacts_to_what_they_may_not_see(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(post("1", "비밀", by="junho", channel="sns:secret"))
    assert react(client, minji).status_code == 404
    assert react(client, token(group, "junho")).status_code == 200


def accept(client: TestClient, headers: Headers, answer: str = "sns:q1a", **given: Any) -> Any:
    body = {"question": "sns:q1", "answer": answer, **given}
    return client.put("/me/acceptances", json=body, headers=headers)


def test_who_asked_accepts_one_answer_in_place_of_another(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "됩니다", asker="minji", by="junho", accepted=False),
        post("q1b", "안 됩니다", by="sora", kind=PostKind.ANSWER, parent="sns:q1"),
    )

    def accepted() -> set[str]:
        thread = client.get("/posts/sns:q1", headers=minji).json()["thread"]
        return {member["post"]["id"] for member in thread if member["signals"]["accepted"]}

    assert [accept(client, minji).json()["change"] for _ in range(2)] == ["created", "unchanged"]
    assert accepted() == {"sns:q1a"}
    assert accept(client, minji, "sns:q1b").json()["change"] == "updated"
    assert accepted() == {"sns:q1b"}
    assert accept(client, minji, "sns:q1b", accepted=False).json()["change"] == "updated"
    assert accept(client, minji, "sns:q1b", accepted=False).json()["change"] == "unchanged"
    assert accepted() == set()


def test_others_do_not_accept_and_a_curator_does(client: TestClient, group: Group) -> None:
    group.publish(*answered(1, "연차 이월 되나요", "됩니다", asker="minji", by="junho", accepted=False))
    assert accept(client, token(group, "junho")).status_code == 403
    assert accept(client, token(group, "sora", TokenRole.CURATOR)).status_code == 200


def test_only_an_answer_of_the_thread_can_be_accepted(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "됩니다", asker="minji", by="junho", accepted=False),
        post("other", "남의 글"),
        post("hidden", "숨은 답", by="junho", parent="sns:q1", audience=("person:p:junho",)),
    )
    assert accept(client, minji, "sns:other").status_code == 400
    assert accept(client, minji, "sns:q1").status_code == 400
    assert accept(client, minji, "sns:hidden").status_code == 404
    assert accept(client, minji, question="sns:q1a", answer="sns:q1a").status_code == 400


def test_a_person_is_followed_once_and_no_longer_through_any_account(
    client: TestClient, group: Group, minji: Headers
) -> None:
    def follow(**given: Any) -> Any:
        return client.put("/me/follows", json={"person": "p:junho", **given}, headers=minji)

    def followers() -> int:
        return group.store.profiles(["p:junho"], group.scope("minji"))["p:junho"].followers

    assert [follow().json()["change"] for _ in range(2)] == ["created", "unchanged"]
    assert followers() == 1
    group.write(Follow(follower="sns:minji", followed="sns:junho"))
    assert [follow(following=False).json()["change"] for _ in range(2)] == ["updated", "unchanged"]
    assert followers() == 0
    assert follow().json()["change"] == "updated"
    assert followers() == 1
    assert follow(person="p:minji").status_code == 400
    assert follow(person="p:none").status_code == 404


def test_someone_without_any_account_can_be_followed(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.write(Person(id="p:new", name="새 동료"))
    assert client.put("/me/follows", json={"person": "p:new"}, headers=minji).status_code == 200
    assert group.store.participation.follows("p:minji", "p:new", now())


def test_auditors_and_services_take_no_part(client: TestClient, group: Group, admin: Headers) -> None:
    auditor = token(group, "minji", TokenRole.AUDITOR)
    assert write(client, auditor).status_code == 403
    assert client.get("/me", headers=auditor).json()["channels"] == []
    # A connector's token is nobody's, whatever it may write in others' names.
    assert write(client, admin).status_code == 403
    assert client.put("/me/reactions", json={"post": "sns:1"}).status_code == 401
