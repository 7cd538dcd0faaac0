"""The demo: anybody may look as anybody, on its own machine only, and it says so."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, post

from models.records import Person
from search_api.http.app import create_app


def demo_client(group: Group, *, peer: str = "127.0.0.1", host: str = "127.0.0.1:8600") -> TestClient:
    services = replace(group.services, demo=True, demo_viewers=("p:minji",))
    return TestClient(create_app(services), base_url=f"http://{host}", client=(peer, 50_000))


def test_a_viewer_is_chosen_by_parameter_and_kept_by_cookie_on_pages(demo: TestClient, group: Group) -> None:
    group.publish(post("1", "인수 가격", by="junho", channel="sns:secret"))
    assert demo.get("/search?q=인수").json()["hits"] == []
    assert len(demo.get("/search?q=인수&as=p:junho").json()["hits"]) == 1
    assert not demo.cookies
    assert "인수-검토" in demo.get("/?q=인수&as=p:junho").text
    assert "인수-검토" in demo.get("/?q=인수").text
    assert "인수-검토" not in demo.get("/?q=인수&as=p:minji").text


def test_the_cookie_is_for_the_server_and_this_site_alone(demo: TestClient) -> None:
    cookie = demo.get("/?as=p:junho").headers["set-cookie"]
    assert cookie.startswith("dure_viewer=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_an_unknown_person_is_not_found(demo: TestClient) -> None:
    assert demo.get("/search?q=a&as=p:nobody").status_code == 404


@pytest.mark.parametrize("path", ["/", "/?q=연차"])
def test_every_page_says_that_it_is_a_demo_and_offers_viewers(demo: TestClient, path: str) -> None:
    page = demo.get(path).text
    assert "데모" in page
    assert '<option value="p:minji" selected>이민지 · 책임</option>' in page
    assert "박준호" in page


def test_health_says_that_it_is_a_demo(demo: TestClient) -> None:
    assert demo.get("/health").json()["demo"] is True


def test_the_demo_reads_but_writing_needs_a_token(demo: TestClient, admin: dict[str, str]) -> None:
    body = {"id": "sns:1", "channel": "sns:plaza", "text": "글", "created": "2026-01-01"}
    assert demo.post("/posts", json=body).status_code == 403
    assert demo.post("/posts", json=body, headers=admin).status_code == 201


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("10.0.0.9", "127.0.0.1:8600"),
        ("127.0.0.1", "attacker.example"),
        ("127.0.0.1", "dure.company.example:8600"),
    ],
)
def test_the_demo_answers_nobody_from_elsewhere(group: Group, peer: str, host: str) -> None:
    client = demo_client(group, peer=peer, host=host)
    assert client.get("/search?q=연차").status_code == 403
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("host", ["localhost:8600", "[::1]:8600", "127.0.0.1"])
def test_the_demo_answers_under_every_name_of_its_machine(group: Group, host: str) -> None:
    assert demo_client(group, host=host).get("/").status_code == 200


def test_outside_the_demo_nobody_may_look_as_another(
    client: TestClient, minji: dict[str, str], group: Group
) -> None:
    group.publish(post("1", "인수 가격", by="junho", channel="sns:secret"))
    assert client.get("/search?q=인수&as=p:junho", headers=minji).json()["hits"] == []
    assert client.get("/search?q=인수&as=p:junho").status_code == 401
    assert client.get("/", cookies={"dure_viewer": "p:junho"}).status_code == 401


def test_outside_the_demo_no_viewer_is_kept(client: TestClient, minji: dict[str, str]) -> None:
    response = client.get("/?as=p:minji", headers=minji)
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    assert "데모" not in response.text


@pytest.mark.parametrize("path", ["/", "/?q=연차", "/thread/sns:1", "/thread/sns:none"])
def test_whoever_sees_nothing_can_still_choose_another_viewer(
    demo: TestClient, group: Group, path: str
) -> None:
    group.publish(post("1", "연차 안내"))
    group.write(Person(id="p:sora", name="최소라", left=True))
    demo.get("/?as=p:sora")
    page = demo.get(path).text
    assert '<option value="p:sora" selected>최소라</option>' in page
    assert '<option value="p:minji">이민지 · 책임</option>' in page


def test_an_unknown_person_is_told_on_a_page_that_offers_the_known_ones(demo: TestClient) -> None:
    page = demo.get("/?as=p:nobody")
    assert page.status_code == 404
    assert '<option value="p:minji">' in page.text


def test_who_is_offered_is_told_to_this_machine_alone(group: Group, minji: dict[str, str]) -> None:
    client = demo_client(group, peer="10.0.0.9")
    assert "이민지" not in client.get("/").text
    assert "이민지" not in client.get("/", headers={"Authorization": "Bearer dure_none"}).text
    assert "<option" not in client.get("/", headers=minji).text


def test_a_korean_id_is_kept_by_the_cookie_too(demo: TestClient, group: Group) -> None:
    group.write(Person(id='p:한가람;"', name="한가람"))
    assert demo.get('/?as=p:한가람%3B"').status_code == 200
    assert "selected>한가람<" in demo.get("/").text
