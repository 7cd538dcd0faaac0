"""Attacks by those who may take part: rewriting by key, texts as reactions, deeds of roles that one has not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, gone, post

from indexer.engine import Filters
from models.errors import BadInput, Forbidden, KeyTaken, NotFound
from models.moments import now
from models.records import Account, Channel, Denial, Membership, Person, Reaction, Verification
from models.stored import Change, TokenRole, Viewer
from search_api.browse.threads import thread_of
from search_api.experts.finding import find_experts
from search_api.identity.access import PERMISSIONS, Credentials
from search_api.participation.deeds import react, verify
from search_api.participation.drafts import Draft, write_post

Headers = dict[str, str]


def shown_by(group: Group, name: str, role: TokenRole = TokenRole.EMPLOYEE) -> Credentials:
    secret = group.store.create_token(
        name=str(uuid4()), role=role, person=f"p:{name}", permissions=PERMISSIONS[role], expires=None
    )
    return Credentials(token=secret)


def token(group: Group, role: TokenRole, person: str | None) -> Headers:
    secret = group.store.create_token(
        name=f"{role} {person}", role=role, person=person, permissions=PERMISSIONS[role], expires=None
    )
    return {"Authorization": f"Bearer {secret}"}


# -- keys


def test_an_excluded_author_neither_moves_nor_rewrites_a_post_by_sending_its_key_again(group: Group) -> None:
    group.write(Membership(channel="sns:secret", account="sns:minji"))
    key = uuid4()
    _, written = write_post(
        group.services, shown_by(group, "minji"), Draft(key=key, text="조사 대상", channel="sns:secret")
    )
    group.write(Denial(container="channel:sns:secret", person="p:minji"))
    for channel, text in (("sns:plaza", "조사 대상"), ("sns:plaza", "다른 말"), ("sns:cloud", "또")):
        with pytest.raises(KeyTaken):
            write_post(group.services, shown_by(group, "minji"), Draft(key=key, text=text, channel=channel))
    kept = group.store.posts([written.id], group.scope("junho"))[written.id]
    assert (kept.channel, kept.text) == ("sns:secret", "조사 대상")


def test_a_deleted_post_is_not_raised_by_its_key(group: Group) -> None:
    key = uuid4()
    draft = Draft(key=key, text="지울 글", channel="sns:plaza")
    _, written = write_post(group.services, shown_by(group, "minji"), draft)
    group.write(gone(written.id.removeprefix("sns:")).__class__(post=written.id))
    with pytest.raises(KeyTaken):
        write_post(group.services, shown_by(group, "minji"), draft)


def test_the_same_words_below_another_post_are_another_post(group: Group) -> None:
    group.write(post("1", "하나"), post("2", "둘"))
    key = uuid4()
    write_post(group.services, shown_by(group, "minji"), Draft(key=key, text="네", parent="sns:1"))
    with pytest.raises(KeyTaken):
        write_post(group.services, shown_by(group, "minji"), Draft(key=key, text="네", parent="sns:2"))


# -- reactions


@pytest.mark.parametrize(
    "kind", ["김부장이_횡령했다", "the-boss-lies", "http://나쁜.곳", "<b>", "👍👍", "::"]
)
def test_no_reaction_is_a_text(group: Group, kind: str) -> None:
    group.write(post("1", "글"))
    with pytest.raises(BadInput):
        react(group.services, shown_by(group, "minji"), "sns:1", kind, given=True)


@pytest.mark.parametrize("kind", ["like", "thanks", "👍", "❤️", "tada", "+1"])
def test_emoji_are_given_and_taken_back_by_sign_or_name(group: Group, kind: str) -> None:
    group.write(post("1", "글", by="junho"))
    assert react(group.services, shown_by(group, "minji"), "sns:1", kind, given=True) is Change.CREATED
    assert react(group.services, shown_by(group, "minji"), "sns:1", kind, given=False) is Change.UPDATED


def test_an_emoji_of_a_networks_own_is_given_where_it_is_already(group: Group) -> None:
    group.write(post("1", "글"), Reaction(post="sns:1", kind="party_parrot", account="sns:junho"))
    react(group.services, shown_by(group, "minji"), "sns:1", "party_parrot", given=True)
    signals = group.store.signals(["sns:1"], group.scope("minji"))["sns:1"]
    assert signals.reactions == {"party_parrot": 2}


def test_one_person_does_not_fill_a_post_with_reactions(group: Group) -> None:
    group.write(post("1", "글"))
    kinds = ["👍", "👎", "😀", "😂", "🎉", "❤️", "🙏", "💡", "😢", "🔥", "👀"]
    for kind in kinds[:-1]:
        react(group.services, shown_by(group, "minji"), "sns:1", kind, given=True)
    with pytest.raises(BadInput, match="very often"):
        react(group.services, shown_by(group, "minji"), "sns:1", kinds[-1], given=True)
    assert len(group.store.signals(["sns:1"], group.scope("minji"))["sns:1"].reactions) == 10


def test_an_import_brings_no_sentence_as_a_reaction(client: TestClient, admin: Headers) -> None:
    line = '{"type": "reaction", "post": "sns:1", "kind": "%s", "count": 1}'
    for kind in ("모두 들어라", "가" * 65):
        answer = client.post(
            "/import",
            content=(line % kind).encode(),
            headers={**admin, "Content-Type": "application/x-ndjson"},
        )
        assert answer.json()["problems"][0]["kind"] == "invalid_record"


# -- hidden channels


def test_facets_pages_and_deeds_tell_nothing_of_a_channel_that_only_the_posts_audience_opens(
    group: Group, demo: TestClient
) -> None:
    group.publish(
        Channel(id="sns:secret", network="sns", name="하랑물산 인수", private=True),
        post("1", "총무 공지 회식 안내", channel="sns:secret", audience=("everyone",), title="회식"),
        post("2", "회식 장소 안내"),
    )
    page = group.search("회식 안내", facets=("channel",))
    assert {hit.post.id for hit in page.hits} == {"sns:1", "sns:2"}
    assert "하랑" not in str(page)
    assert [value.value for value in page.facets["channel"]] == ["sns:plaza"]
    with pytest.raises(Forbidden) as refused:
        react(group.services, shown_by(group, "minji"), "sns:1", "like", given=True)
    assert "secret" not in str(refused.value)
    assert "sns:secret" not in str(thread_of(group.services, "sns:1", group.scope("minji")))
    shown = demo.get("/thread/sns:1", params={"as": "p:minji"}).text
    assert "회식 안내" in shown
    assert "/channel/" not in shown


def test_no_filter_tells_in_which_hidden_channel_a_post_lies(either_group: Group) -> None:
    group = either_group
    group.publish(
        post("1", "회식 안내", channel="sns:secret", audience=("person:p:minji",)),
        post("2", "회식 장소 안내"),
        post("3", "회식 비용 안내", channel="sns:new"),  # of which nothing is known yet
        Membership(channel="sns:new", account="sns:minji"),
    )

    def found(*channels: str, name: str = "minji") -> tuple[set[str], int]:
        page = group.search("회식 안내", name, filters=Filters(channels=frozenset(channels)))
        return {hit.post.id for hit in page.hits}, page.posts

    assert found() == ({"sns:1", "sns:2", "sns:3"}, 3)
    assert found("sns:secret") == found("sns:none") == (set(), 0)
    assert found("sns:secret", "sns:plaza") == ({"sns:2"}, 1)
    assert found("sns:new") == ({"sns:3"}, 1)
    assert found("sns:secret", name="junho") == (set(), 0)


# -- guests


def test_a_guest_narrows_and_counts_neither_by_company_nor_by_unit(group: Group, client: TestClient) -> None:
    group.publish(
        Person(id="p:sora", name="최소라", guest=True),
        Membership(channel="sns:plaza", account="sns:sora"),
        post("1", "연차 이월", by="minji"),
    )
    guest = token(group, TokenRole.EMPLOYEE, "p:sora")
    answer = client.get("/search?q=연차&facet=company&facet=unit&facet=channel", headers=guest).json()
    assert answer["hits"][0]["post"]["author"]["name"] == "이민지"
    assert (answer["facets"].get("company", []), answer["facets"].get("unit", [])) == ([], [])
    assert "cloud" not in str(answer)
    assert "platform" not in str(answer)
    assert "책임" not in str(answer)
    for field, value in (("company", "cloud"), ("unit", "platform")):
        assert client.get(f"/search?q=연차&{field}={value}", headers=guest).status_code == 403
    assert client.get("/people/p:junho", headers=guest).status_code == 404


# -- roles


def test_a_connector_brings_records_in_and_reads_nothing(group: Group, client: TestClient) -> None:
    group.publish(post("1", "연차 이월"))
    headers = token(group, TokenRole.CONNECTOR, None)
    written = client.post(
        "/import",
        content=b'{"type": "company", "id": "new", "name": "new"}',
        headers={**headers, "Content-Type": "application/x-ndjson"},
    )
    assert written.json()["change"] == "created"
    body = {"id": "sns:9", "channel": "sns:plaza", "text": "글", "created": "2026-01-01T00:00:00Z"}
    assert client.post("/posts", json=body, headers=headers).status_code == 201
    for path in (
        "/search?q=연차",
        "/experts?q=연차",
        "/posts/sns:1",
        "/people/p:minji",
        "/latest",
        "/me",
        "/",
    ):
        assert client.get(path, headers=headers).status_code == 403, path
    draft = {"key": str(uuid4()), "channel": "sns:plaza", "text": "글"}
    assert client.post("/me/posts", json=draft, headers=headers).status_code == 403


def test_a_curator_verifies_and_withdraws_what_anybody_verified(group: Group, client: TestClient) -> None:
    group.publish(post("1", "연차 이월"), Verification(post="sns:1", person="p:junho"))
    curator = token(group, TokenRole.CURATOR, "p:sora")

    def put(**given: object) -> str:
        answer = client.put("/me/verifications", json={"post": "sns:1", **given}, headers=curator)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["change"])

    def verified() -> bool:
        return group.store.signals(["sns:1"], group.scope("minji"))["sns:1"].verified

    assert (put(), put()) == ("created", "unchanged")
    assert (put(verified=False), verified(), put(verified=False)) == ("updated", False, "unchanged")
    assert (put(until=(now() + timedelta(days=30)).isoformat()), verified()) == ("updated", True)
    assert (put(until="9999-12-31T23:59:59Z"), verified()) == ("updated", True)
    past = {"post": "sns:1", "until": "2020-01-01T00:00:00Z"}
    assert client.put("/me/verifications", json=past, headers=curator).status_code == 400


@pytest.mark.parametrize(
    "role", [TokenRole.EMPLOYEE, TokenRole.AUDITOR, TokenRole.CONNECTOR, TokenRole.ADMIN]
)
def test_nobody_else_verifies(group: Group, client: TestClient, role: TokenRole) -> None:
    group.publish(post("1", "연차 이월", by="sora"), Verification(post="sns:1", person="p:junho"))
    headers = token(group, role, "p:sora")
    for verified in (True, False):
        body = {"post": "sns:1", "verified": verified}
        assert client.put("/me/verifications", json=body, headers=headers).status_code == 403
    assert group.store.signals(["sns:1"], group.scope("minji"))["sns:1"].verified


def test_a_curator_verifies_nothing_that_they_may_not_see(group: Group) -> None:
    group.publish(post("1", "극비", channel="sns:secret"))
    with pytest.raises(NotFound):
        verify(group.services, shown_by(group, "minji", TokenRole.CURATOR), "sns:1", verified=True)


def test_the_button_to_verify_is_for_curators(group: Group, client: TestClient) -> None:
    group.publish(post("1", "연차 이월"))
    pages = {
        role: client.get("/thread/sns:1", headers=token(group, role, "p:sora")).text
        for role in (TokenRole.CURATOR, TokenRole.EMPLOYEE)
    }
    assert 'action="/verify"' in pages[TokenRole.CURATOR]
    assert 'action="/verify"' not in pages[TokenRole.EMPLOYEE]


def test_the_button_verifies_and_takes_back(group: Group, client: TestClient) -> None:
    group.publish(post("1", "연차 이월"))
    headers = token(group, TokenRole.CURATOR, "p:sora")
    for given in ("true", "false"):
        form = {"post": "sns:1", "verified": given, "csrf": ""}
        answer = client.post("/verify", data=form, headers=headers, follow_redirects=False)
        assert answer.status_code == 303
        verified = group.store.signals(["sns:1"], group.scope("minji"))["sns:1"].verified
        assert verified == (given == "true")


# -- permissions that end


@pytest.mark.parametrize("address", ["/posts/sns:new", "/thread/sns:new", "/search?q=인수", "/person/p:sora"])
def test_nobody_reads_by_a_permission_what_was_written_after_it_ended(
    group: Group, client: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    headers = token(group, TokenRole.EMPLOYEE, "p:junho")
    authenticate = group.store.authenticate

    def write() -> None:
        group.write(Denial(container="channel:sns:secret", person="p:junho"))
        group.publish(post("new", "인수 가격은 삼백억", channel="sns:secret", by="sora"))

    def overtaken(secret: str) -> Viewer:
        viewer = authenticate(secret)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(write).result()
        return viewer

    with monkeypatch.context() as watched:
        watched.setattr(group.store, "authenticate", overtaken)
        assert "삼백억" not in client.get(address, headers=headers).text


# -- reactors


def test_who_reacts_through_two_networks_counts_once_wherever_a_post_is_shown(stored_group: Group) -> None:
    group, question = stored_group, "연차 이월"
    answer = "연차 이월은 다음 해 6월까지 됩니다. 인사팀에 신청서를 내면 됩니다"
    group.publish(*answered(1, "연차 이월 되나요", answer, asker="minji", by="junho", accepted=True))
    group.write(Account(id="slack:T1", network="slack", handle="tae"))

    def react_by(account: str, *kinds: str, count: int = 1) -> None:
        group.write(*(Reaction(post="sns:q1a", kind=kind, account=account, count=count) for kind in kinds))

    def reactors() -> int:
        scope = group.scope("minji")
        [hit] = group.search(question).hits
        shown = [*thread_of(group.services, "sns:q1", scope), hit, *([hit.answer] if hit.answer else [])]
        experts = find_experts(group.services, question, scope)
        shown += [proof for expert in experts for proof in expert.evidence]
        found = [one.signals.reactors for one in shown if one.post.id == "sns:q1a"]
        assert len(found) == 3
        assert len(set(found)) == 1
        return found[0]

    react_by("sns:taeyang", "like", "thanks")
    react_by("slack:T1", "heart")
    assert reactors() == 2
    group.store.account_links.link("slack:T1", "p:taeyang")
    assert reactors() == 1
    group.store.account_links.unlink("slack:T1")
    assert reactors() == 2
    # The author's own does not count, once it is known to be theirs.
    group.store.account_links.link("slack:T1", "p:junho")
    assert reactors() == 1
    react_by("sns:taeyang", "like", "thanks", count=0)
    assert reactors() == 0
    react_by("sns:taeyang", "like")
    group.write(Person(id="p:taeyang", name="한태양", left=True))
    assert reactors() == 1
