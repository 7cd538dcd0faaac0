"""Browsers: signing in by a token kept in a cookie, and proof that what they send was meant to be sent."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from models.stored import TokenRole
from search_api.http.app import create_app
from search_api.identity.access import PERMISSIONS

OWN = {"origin": "http://testserver"}


@pytest.fixture
def secret(group: Group) -> str:
    return group.store.create_token(
        name="minji", role=TokenRole.EMPLOYEE, person="p:minji", permissions=PERMISSIONS[TokenRole.EMPLOYEE],
        expires=None,
    )  # fmt: skip


@pytest.fixture
def browser(group: Group, secret: str) -> Iterator[TestClient]:
    """A browser that has signed in as Minji."""
    group.publish(*answered(1, "연차 이월 되나요", "됩니다", asker="minji", by="junho", accepted=False))
    with TestClient(create_app(group.services), follow_redirects=False) as opened:
        response = opened.post("/login", data={"token": secret, "wanted": "/?q=연차"}, headers=OWN)
        assert response.status_code == 303
        yield opened


def csrf(browser: TestClient, path: str = "/compose") -> str:
    found = re.search(r'name="csrf" value="(\w+)"', browser.get(path).text)
    assert found
    return found[1]


def test_a_token_signs_in_and_leads_to_the_page_that_was_wanted(client: TestClient, secret: str) -> None:
    client.follow_redirects = False
    assert 'name="wanted" value="/?q=a&amp;kind=idea"' in client.get("/?q=a&kind=idea").text
    response = client.post("/login", data={"token": f" {secret} ", "wanted": "/?q=a"}, headers=OWN)
    assert response.headers["location"] == "/?q=a"
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("dure_session=")
    assert secret not in cookie
    for attribute in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()
    assert client.get("/").status_code == 200
    assert "이민지" in client.get("/person/p:minji").text


def test_over_tls_the_cookie_goes_over_tls_alone(group: Group, secret: str) -> None:
    with TestClient(create_app(group.services), base_url="https://testserver") as client:
        headers = {"origin": "https://testserver"}
        response = client.post("/login", data={"token": secret}, headers=headers, follow_redirects=False)
        assert "Secure" in response.headers["set-cookie"]


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x"]
)
def test_signing_in_leads_to_no_other_site(client: TestClient, secret: str, wanted: str) -> None:
    response = client.post(
        "/login", data={"token": secret, "wanted": wanted}, headers=OWN, follow_redirects=False
    )
    assert response.headers["location"] == "/"


def test_a_wrong_token_does_not_sign_in(client: TestClient, group: Group, secret: str) -> None:
    for wrong in ("", "dure_none"):
        response = client.post("/login", data={"token": wrong}, headers=OWN)
        assert response.status_code == 401
        assert "맞지 않는 토큰" in response.text
        assert "set-cookie" not in response.headers
    client.post("/login", data={"token": secret}, headers=OWN)
    group.store.revoke_token("minji")
    assert client.get("/").status_code == 401


def test_signing_out_ends_it(browser: TestClient) -> None:
    assert "로그아웃" in browser.get("/").text
    assert browser.post("/logout", headers={"origin": "http://evil.example"}).status_code == 403
    kept = browser.cookies["dure_session"]
    browser.post("/logout", headers=OWN)
    assert browser.get("/").status_code == 401
    # Also for who has kept a copy of the cookie.
    browser.cookies.set("dure_session", kept)
    assert browser.get("/").status_code == 401


def test_a_session_is_no_token_and_a_token_no_session(
    client: TestClient, browser: TestClient, secret: str
) -> None:
    session = browser.cookies["dure_session"]
    assert client.get("/search?q=연차", headers={"authorization": f"Bearer {session}"}).status_code == 401
    client.cookies.set("dure_session", secret)
    assert client.get("/").status_code == 401


def test_every_process_and_every_start_knows_a_session(group: Group, browser: TestClient) -> None:
    word = csrf(browser)
    with TestClient(create_app(group.services), follow_redirects=False) as other:
        other.cookies.set("dure_session", browser.cookies["dure_session"])
        good = FORMS["/follow"] | {"csrf": word}
        assert other.post("/follow", data=good, headers=OWN).status_code == 303
        other.post("/logout", headers=OWN)
    assert browser.get("/").status_code == 401


ELSEWHERE: list[dict[str, str]] = [
    {},
    {"referer": "http://testserver/"},
    *({"origin": origin} for origin in (
        "", "null", "testserver", "http://evil.example", "http://sub.testserver", "http://testserver.evil.example",
        "http://testserver:8080", "http://testserver@evil.example", "http://evil.example/testserver",
        "ftp://testserver", "http://[testserver", "http://testserver:99999999",
    )),
    *({"sec-fetch-site": site} for site in ("cross-site", "same-site", "none")),
    {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
    # A page that came over an open line, on a server with TLS.
    {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    {"origin": "http://testserver", "sec-fetch-site": "same-site"},
    {"origin": "null", "host": ""},
    {"origin": "http://evil.example", "authorization": "Bearer  "},
]  # fmt: skip
"""What browsers and others say of a page that is not ours."""


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_site_does_nothing_for_who_is_signed_in_here(
    browser: TestClient, group: Group, headers: dict[str, str]
) -> None:
    word = csrf(browser)
    for path, form in FORMS.items():
        assert browser.post(path, data=form | {"csrf": word}, headers=headers).status_code == 403
    told = browser.put("/me/reactions", json={"post": "sns:q1a"}, headers=headers | {"X-CSRF-Token": word})
    assert told.status_code == 403
    assert browser.post("/logout", headers=headers).status_code == 403
    assert group.store.participation.account("p:minji") is None
    assert browser.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_site_signs_nobody_in(client: TestClient, secret: str, headers: dict[str, str]) -> None:
    response = client.post("/login", data={"token": secret}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


FORMS = {
    "/compose": {"key": str(uuid4()), "text": "글", "channel": "sns:plaza"},
    "/react": {"post": "sns:q1a", "kind": "like", "given": "true"},
    "/accept": {"question": "sns:q1", "answer": "sns:q1a", "accepted": "true"},
    "/follow": {"person": "p:junho", "following": "true"},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_counts_only_with_the_word_of_our_pages(browser: TestClient, group: Group, path: str) -> None:
    word = csrf(browser)
    good = FORMS[path] | {"csrf": word}
    assert browser.post(path, data=FORMS[path], headers=OWN).status_code == 403
    assert browser.post(path, data=FORMS[path] | {"csrf": "0" * 64}, headers=OWN).status_code == 403
    assert browser.post(path, data=good, headers={"origin": "http://evil.example"}).status_code == 403
    assert browser.post(path, data=good).status_code == 403
    assert group.store.status().posts == 2
    assert group.store.participation.account("p:minji") is None
    assert browser.post(path, data=good, headers=OWN).status_code == 303
    assert group.store.participation.account("p:minji") == "dure:p:minji"


def test_the_api_takes_a_cookie_only_with_that_word(browser: TestClient) -> None:
    body = {"post": "sns:q1a"}
    assert browser.put("/me/reactions", json=body, headers=OWN).status_code == 403
    headers = OWN | {"X-CSRF-Token": csrf(browser)}
    assert browser.put("/me/reactions", json=body, headers=headers).status_code == 200
    # What a proxy asks the browser for proves nothing; a token in a header does.
    basic = {"authorization": "Basic bWluamk6eA=="}
    assert browser.put("/me/reactions", json=body, headers=basic).status_code == 403


def test_the_word_is_of_one_token_and_one_person(group: Group, browser: TestClient, demo: TestClient) -> None:
    own = csrf(browser)
    assert own != csrf(demo)
    assert csrf(demo) != csrf(demo, "/compose?as=p:junho")
    stolen = FORMS["/follow"] | {"csrf": own}
    response = demo.post("/follow", data=stolen, headers={"origin": "http://127.0.0.1:8600"})
    assert response.status_code == 403


def test_connectors_routes_take_no_cookie(group: Group) -> None:
    secret = group.store.create_token(
        name="admin",
        role=TokenRole.ADMIN,
        person=None,
        permissions=PERMISSIONS[TokenRole.ADMIN],
        expires=None,
    )
    with TestClient(create_app(group.services)) as client:
        client.post("/login", data={"token": secret}, headers=OWN)
        body = {"id": "sns:1", "channel": "sns:plaza", "text": "글", "created": "2026-01-01"}
        assert client.post("/posts", json=body, headers=OWN).status_code == 401
        lines = client.post("/import", content=b"{}", headers=OWN | {"content-type": "application/x-ndjson"})
        assert lines.status_code == 401


def test_forms_do_what_the_api_does(browser: TestClient, group: Group) -> None:
    word = csrf(browser)
    posted = browser.post(
        "/compose",
        data={
            "csrf": word,
            "key": str(uuid4()),
            "channel": "sns:plaza",
            "kind": "idea",
            "title": "",
            "text": "제안",
        },
        headers=OWN,
    )
    assert posted.headers["location"].startswith("/thread/dure%3A")
    page = browser.get(posted.headers["location"]).text
    assert "제안" in page
    assert "이민지" in page
    replied = {
        "csrf": word,
        "key": str(uuid4()),
        "parent": "sns:q1",
        "text": "더 묻습니다",
        "anonymous": "true",
    }
    assert browser.post("/compose", data=replied, headers=OWN).status_code == 303
    assert browser.post("/compose", data=replied, headers=OWN).status_code == 303
    thread = browser.get("/thread/sns:q1").text
    assert thread.count("더 묻습니다") == 1
    assert "익명" in thread
    assert "이 답변 채택" in thread
    browser.post("/accept", data=FORMS["/accept"] | {"csrf": word}, headers=OWN)
    assert "채택 취소" in browser.get("/thread/sns:q1").text
    part = browser.post("/react", data=FORMS["/react"] | {"csrf": word}, headers=OWN | {"hx-request": "true"})
    assert "<html" not in part.text
    assert 'aria-pressed="true"' in part.text
    part = browser.post(
        "/follow", data=FORMS["/follow"] | {"csrf": word}, headers=OWN | {"hx-request": "true"}
    )
    assert "팔로우 중" in part.text


def test_what_cannot_be_posted_comes_back_with_what_was_written(browser: TestClient) -> None:
    word = csrf(browser)
    empty = {"csrf": word, "key": str(uuid4()), "channel": "sns:plaza", "title": "제목만", "text": "  "}
    page = browser.post("/compose", data=empty, headers=OWN)
    assert page.status_code == 400
    assert "내용을 적어 주세요" in page.text
    assert 'value="제목만"' in page.text
    nowhere = browser.post("/compose", data={**empty, "channel": "", "text": "글"}, headers=OWN)
    assert "채널을 골라 주세요" in nowhere.text
    assert ">글</textarea>" in nowhere.text
    key = str(uuid4())
    browser.post("/compose", data={**empty, "key": key, "text": "처음"}, headers=OWN)
    again = browser.post("/compose", data={**empty, "key": key, "text": "고친 글"}, headers=OWN)
    assert again.status_code == 400
    assert "고친 글" in again.text
    assert "이미 글을 올렸습니다" in again.text
    assert key not in again.text


def test_who_may_not_write_is_offered_no_form(client: TestClient, group: Group) -> None:
    group.publish(post("1", "안내"))
    secret = group.store.create_token(
        name="audit", role=TokenRole.AUDITOR, person="p:minji", permissions=PERMISSIONS[TokenRole.AUDITOR],
        expires=None,
    )  # fmt: skip
    client.post("/login", data={"token": secret}, headers=OWN)
    for path in ("/", "/thread/sns:1", "/person/p:junho", "/?q=안내"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'action="/compose"' not in page.text
        assert 'href="/compose' not in page.text
        assert 'action="/react"' not in page.text
        assert 'action="/follow"' not in page.text
    assert "글을 쓸 수 있는 채널이 없습니다" in client.get("/compose").text
