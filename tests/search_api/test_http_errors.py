"""Every error of every route has the one shape."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from search_examples import Group, post

from search_api.http.app import create_app
from search_api.http.errors import DETAILS
from search_api.http.limits import MAX_BYTES, MAX_FIELDS, MAX_POST_BYTES, MAX_TEXT_BYTES

ROUTES = [
    ("GET", "/search?q=연차"),
    ("GET", "/experts?q=연차"),
    ("GET", "/suggest?prefix=연"),
    ("GET", "/posts/sns:1"),
    ("GET", "/people/p:minji"),
    ("GET", "/topics/연차"),
    ("GET", "/channels/sns:plaza"),
    ("GET", "/latest"),
    ("GET", "/me"),
    ("POST", "/me/posts"),
    ("PUT", "/me/reactions"),
    ("PUT", "/me/acceptances"),
    ("PUT", "/me/follows"),
    ("POST", "/posts"),
    ("POST", "/import"),
]
POST = {"id": "sns:1", "channel": "sns:plaza", "text": "연차", "created": "2026-05-01T00:00:00Z"}


def error(response: Response) -> dict[str, Any]:
    """The error, after checking its shape."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body.keys() == {"error"}
    content: dict[str, Any] = body["error"]
    assert content.keys() - {"details"} == {"code", "message", "remedy"}
    assert all(content[key] for key in ("code", "message", "remedy"))
    return content


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_nothing_is_told(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path, json=POST if path == "/posts" else None,
                              headers={"content-type": "application/x-ndjson"} if path == "/import" else None)  # fmt: skip
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert error(response)["code"] == "unauthenticated"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "dure_x"])
def test_a_wrong_token_is_refused(client: TestClient, header: str) -> None:
    response = client.get("/search?q=연차", headers={"Authorization": header})
    assert (response.status_code, error(response)["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("path", "type_"), [("/posts", "application/json"), ("/import", "application/x-ndjson")]
)
def test_an_employee_may_not_write(client: TestClient, minji: dict[str, str], path: str, type_: str) -> None:
    response = client.post(path, json=POST, headers=minji | {"content-type": type_})
    assert (response.status_code, error(response)["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "path",
    [
        "/search", "/search?q=", "/search?q=연차&limit=0", "/search?q=연차&limit=x", "/search?q=연차&chanel=sns:1",
        "/search?q=연차&kind=tweet", "/search?q=연차&since=gestern", "/search?q=연차&cursor=zz",
        "/experts", "/experts?q=+", "/experts?q=a&limit=51", "/suggest", "/suggest?prefix=",
    ],
)  # fmt: skip
def test_a_bad_parameter_is_named(client: TestClient, minji: dict[str, str], path: str) -> None:
    response = client.get(path, headers=minji)
    assert (response.status_code, error(response)["code"]) == (400, "bad_input")


def test_a_misspelt_filter_is_named_rather_than_ignored(client: TestClient, minji: dict[str, str]) -> None:
    content = error(client.get("/search?q=연차&chanel=sns:1", headers=minji))
    assert content["details"] == [{"where": "query.chanel", "message": "Extra inputs are not permitted"}]


@pytest.mark.parametrize(
    "path", ["/posts/sns:none", "/people/p:none", "/nowhere", "/docs", "/redoc", "/static/none.js"]
)
def test_what_does_not_exist_is_not_found(client: TestClient, minji: dict[str, str], path: str) -> None:
    response = client.get(path, headers=minji)
    assert (response.status_code, error(response)["code"]) == (404, "not_found")


def test_a_hidden_post_is_told_from_a_missing_one_nowhere(
    client: TestClient, minji: dict[str, str], group: Group
) -> None:
    group.publish(post("hidden", "인수 가격", by="junho", channel="sns:secret"))
    hidden = error(client.get("/posts/sns:hidden", headers=minji))
    missing = error(client.get("/posts/sns:hidde2", headers=minji))
    assert hidden["message"].replace("hidden", "") == missing["message"].replace("hidde2", "")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/search"), ("DELETE", "/posts/sns:1"), ("GET", "/import")]
)
def test_a_wrong_method_is_told(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert (response.status_code, error(response)["code"]) == (405, "method_not_allowed")
    assert response.headers["allow"]


@pytest.mark.parametrize(
    "path",
    ["/", "/?q=연차", "/thread/none", "/login", "/search?q=연차", "/search", "/posts/none", "/health", "/import",
     "/openapi.json", "/static/dure.css", "/nowhere"],
)  # fmt: skip
def test_head_is_answered_as_get_without_the_body(
    client: TestClient, minji: dict[str, str], path: str
) -> None:
    head, get = (client.request(method, path, headers=minji) for method in ("HEAD", "GET"))
    assert head.status_code == get.status_code
    assert head.content == b""
    same = ("content-type", "content-length", "cache-control", "content-security-policy", "allow")
    assert [head.headers.get(name) for name in same] == [get.headers.get(name) for name in same]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", b'{"id": "a"}', b'{"id": "a b", "channel": "c", "text": "t", "created": "2026-01-01"}',
     b'{"id": "a", "channel": "c", "text": "t", "created": "2026-01-01", "colour": "red"}'],
)  # fmt: skip
def test_a_bad_post_is_refused(client: TestClient, admin: dict[str, str], body: bytes) -> None:
    response = client.post("/posts", content=body, headers=admin | {"content-type": "application/json"})
    assert (response.status_code, error(response)["code"]) == (400, "bad_input")


@pytest.mark.parametrize("digits", [20, 5_000])
def test_a_length_that_no_body_has_is_too_large(
    client: TestClient, admin: dict[str, str], digits: int
) -> None:
    response = client.post("/posts", content=b"{}", headers=admin | {"content-length": "9" * digits})
    assert (response.status_code, error(response)["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("path", "signed_in", "status"),
    [
        ("/posts/none", True, 404), ("/people/none", True, 404), ("/topics/none", True, 404),
        ("/search?limit=viel", True, 400), ("/me/none", True, 404), ("/search?q=글", False, 401),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_browser_sees_a_page_of_its_language_whatever_fails(
    client: TestClient, minji: dict[str, str], path: str, signed_in: bool, status: int, language: str
) -> None:
    headers = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": language}
    response = client.get(path, headers=headers | (minji if signed_in else {}))
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in response.text
    assert ("Check the id" in response.text) <= (language == "en")


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("POST", "/posts", MAX_POST_BYTES), ("POST", "/me/posts", MAX_TEXT_BYTES), ("PUT", "/me/reactions", MAX_BYTES),
        ("PUT", "/me/follows", MAX_BYTES), ("POST", "/compose", MAX_TEXT_BYTES), ("POST", "/login", MAX_BYTES),
    ],
)  # fmt: skip
def test_a_body_that_is_too_large_is_refused(
    client: TestClient, admin: dict[str, str], method: str, path: str, limit: int, whole: bool
) -> None:
    body = b'{"text": "' + b"a" * limit + b'"}'
    form = "application/x-www-form-urlencoded" if path in ("/compose", "/login") else "application/json"
    pieces = iter([body[:1000], body[1000:]])  # without a length
    response = client.request(
        method, path, content=body if whole else pieces, headers=admin | {"content-type": form}
    )
    assert (response.status_code, error(response)["code"]) == (413, "too_large")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer dure_none"}, {"cookie": "dure_session=x"}])
@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/posts", "application/json"), ("POST", "/me/posts", "application/json"),
        ("PUT", "/me/reactions", "application/json"), ("PUT", "/me/acceptances", "application/json"),
        ("PUT", "/me/follows", "application/json"), ("POST", "/import", "application/x-ndjson"),
        ("POST", "/compose", "application/x-www-form-urlencoded"), ("POST", "/react", "multipart/form-data; boundary=x"),
        ("POST", "/accept", "application/x-www-form-urlencoded"), ("POST", "/follow", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_nothing_is_read_of_what_a_stranger_sends(
    client: TestClient, method: str, path: str, form: str, headers: dict[str, str]
) -> None:
    def sent() -> Iterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    response = client.request(method, path, content=sent(), headers=headers | {"content-type": form})
    assert response.status_code == 401


def test_what_is_nested_without_end_is_a_bad_body(client: TestClient, minji: dict[str, str]) -> None:
    for body in (b"[" * 500_000, b'{"a":' * 300_000):
        response = client.post(
            "/me/posts", content=body, headers=minji | {"content-type": "application/json"}
        )
        assert (response.status_code, error(response)["code"]) == (400, "bad_input")


def test_of_many_faults_the_first_are_told_and_of_too_many_one(
    client: TestClient, minji: dict[str, str], admin: dict[str, str]
) -> None:
    for count, told in ((MAX_FIELDS, DETAILS), (MAX_FIELDS + 1, 1)):
        fields = {str(number): 1 for number in range(count)}
        bodies = [fields, POST | {"attachments": [fields]}]
        for body in bodies:
            response = client.post("/posts", json=body, headers=admin)
            assert (response.status_code, len(error(response)["details"])) == (400, told)
        response = client.post("/me/posts", json=fields, headers=minji)
        assert (response.status_code, len(error(response)["details"])) == (400, told)
        assert ("more than 1,000 fields" in error(response)["message"]) == (told == 1)


def test_an_import_of_another_type_is_refused(client: TestClient, admin: dict[str, str]) -> None:
    response = client.post("/import", json=POST, headers=admin)
    assert (response.status_code, error(response)["code"]) == (415, "unsupported_media_type")


def test_an_index_out_of_reach_is_503(group: Group, minji: dict[str, str], tmp_path: Path) -> None:
    for folder in (tmp_path / "index").iterdir():
        if folder.is_dir():
            for file in folder.rglob("*"):
                file.unlink() if file.is_file() else None
    group.engine.close()
    with TestClient(create_app(group.services), raise_server_exceptions=False) as client:
        response = client.get("/health")
        page = client.get("/?q=연차", headers=minji | {"accept": "text/html"})
    assert response.status_code == page.status_code == 503
    assert error(response)["code"] == "index_lost"
    # Where the index lies is for the log.
    for inside in (str(tmp_path), "meta.json", "rebuild"):
        assert inside not in response.text
        assert inside not in page.text


def test_a_fault_of_ours_tells_nothing_of_the_inside(group: Group, minji: dict[str, str]) -> None:
    broken = replace(group.services, annotator=None)  # type: ignore[arg-type]
    with TestClient(create_app(broken), raise_server_exceptions=False) as client:
        response = client.get("/search?q=연차", headers=minji)
    assert response.status_code == 500
    assert error(response)["code"] == "internal"
    assert "annotator" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/health", "/nowhere", "/search?q=a", "/", "/static/dure.css", "/openapi.json"]
)
def test_security_headers_are_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B09:00", "9999-12-31T23:59:00-09:00"])
def test_a_moment_that_no_calendar_in_utc_has_is_a_bad_parameter(
    client: TestClient, minji: dict[str, str], moment: str
) -> None:
    response = client.get(f"/search?q=연차&since={moment}", headers=minji)
    assert response.status_code == 400
    assert "out of range: dates are from 1900-01-01 to 2999-12-31" in response.json()["error"]["message"]
