"""What goes wrong is told as a page to who reads pages, in their language, and as JSON to programs."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, post

from search_api.http.app import create_app

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
KOREAN, ENGLISH = BROWSER | {"accept-language": "ko-KR,ko;q=0.9"}, BROWSER | {"accept-language": "en"}


@pytest.mark.parametrize("path", ["/nowhere", "/docs", "/static/none.css", "/wp-admin/", "/\u202e"])
def test_an_address_that_leads_nowhere_is_a_page(client: TestClient, path: str) -> None:
    page = client.get(path, headers=KOREAN)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "찾을 수 없습니다" in page.text
    assert "Not found" in client.get(path, headers=ENGLISH).text
    assert client.get(path).json()["error"]["code"] == "not_found"
    assert client.get(path, headers={"accept": "application/json, text/html"}).json()["error"]


def test_other_refusals_are_pages_too(client: TestClient) -> None:
    page = client.get("/import", headers=KOREAN)
    assert (page.status_code, page.headers["allow"]) == (405, "POST")
    assert "요청을 이해하지 못했습니다" in page.text
    page = client.post("/login", data={"token": "x" * 100_000}, headers=KOREAN)
    assert page.status_code == 413
    assert "너무 큽니다" in page.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/thread/sns:none", "/person/p:none", "/topic/없는주제", "/?q=a&since=어제", "/?q=a&chanel=x"]
)  # fmt: skip
def test_a_korean_page_of_an_error_holds_no_english(demo: TestClient, path: str) -> None:
    page = demo.get(path, headers=KOREAN)
    assert page.status_code in (400, 404)
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    for english in ("There is", "Check", "GET", "parameter", "valid", "page"):
        assert english not in main


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_the_inside(
    group: Group, minji: dict[str, str]
) -> None:
    broken = replace(group.services, annotator=None)  # type: ignore[arg-type]
    with TestClient(create_app(broken), raise_server_exceptions=False) as client:
        page = client.get("/?q=연차", headers=minji | KOREAN)
    assert page.status_code == 500
    assert "문제가 생겼습니다" in page.text
    assert "annotator" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


def test_there_is_an_icon_for_who_asks_without_a_page(client: TestClient) -> None:
    icon = client.get("/favicon.ico")
    assert icon.status_code == 200
    assert icon.headers["content-type"] == "image/svg+xml"


def test_no_page_holds_what_commands_a_screen_or_turns_its_text(demo: TestClient, group: Group) -> None:
    evil = "\x1b[31m빨강\x9b2J 계산서\u202efdp.exe\u2066\x07\x08 끝"
    group.publish(post("1", evil, title=evil, tags=(evil,)))
    pages = (
        "/",
        "/?q=계산서",
        "/thread/sns:1",
        "/who?q=" + quote(evil),
        "/compose?title=" + quote(evil),
        "/person/p:minji",
    )
    for path in (*pages, "/suggestions?q=계산서", "/similar?title=계산서"):
        text = demo.get(path).text
        assert not [sign for sign in text if sign < " " and sign not in "\t\r\n"], path
        assert not [sign for sign in text if "\x7f" <= sign <= "\x9f" or sign in "\u202e\u2066"], path
    assert "계산서\ufffdfdp.exe" in demo.get("/thread/sns:1").text
