import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, gone, post

from models.records import Channel, Denial, PostKind, Reaction
from search_api.http.app import create_app
from search_api.http.limits import MAX_POST_BYTES
from search_api.http.writing import BATCH
from search_api.search.page import QUICK_FACETS

POST = {
    "id": "sns:new/1",
    "channel": "sns:plaza",
    "account": "sns:junho",
    "text": "복합기 스캔은 공유 폴더로 갑니다",
    "created": "2026-05-01T09:00:00+09:00",
    "source_revision": 1,
}
Headers = dict[str, str]


def get(client: TestClient, path: str, headers: Headers, **params: Any) -> Any:
    response = client.get(path, params=params, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_search_answers_with_hits_highlights_facets_and_no_score(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(
        *answered(
            1, "연차 이월 되나요", "연차는 삼월까지 이월됩니다", asker="sora", by="junho", accepted=True
        )
    )
    body = get(client, "/search", minji, q="연차 이월")
    [hit] = body["hits"]
    snippet = hit["snippet"]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["연차", "이월"]
    assert hit["more_in_thread"] == 1
    assert body["posts"] == 2
    assert body["facets"]["channel"] == [{"value": "sns:plaza", "name": "광장", "posts": 2}]
    assert body["cursor"] is None
    assert "score" not in json.dumps(body)


def test_filters_repeat_and_dates_narrow(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(
        post("1", "보안 교육", days=1),
        post("2", "보안 교육", days=40, kind=PostKind.IDEA),
        post("3", "보안 교육", days=400, kind=PostKind.BLOG),
    )
    found = get(client, "/search", minji, q="보안", kind=["idea", "blog"])
    assert {hit["post"]["id"] for hit in found["hits"]} == {"sns:2", "sns:3"}
    found = get(client, "/search", minji, q="보안", since="2026-01-01", until="2026-05-15T00:00:00+09:00")
    assert [hit["post"]["id"] for hit in found["hits"]] == ["sns:2"]


def test_cursors_lead_through_all_pages(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(*(post(str(number), f"보안 교육 {number}차") for number in range(5)))
    first = get(client, "/search", minji, q="보안", limit=3)
    second = get(client, "/search", minji, q="보안", limit=3, cursor=first["cursor"])
    assert len({hit["post"]["id"] for page in (first, second) for hit in page["hits"]}) == 5
    assert second["cursor"] is None


def test_experts_come_with_their_evidence(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(
        *answered(
            1, "연차 이월 되나요", "연차는 삼월까지 이월됩니다", asker="sora", by="junho", accepted=True
        )
    )
    [expert] = get(client, "/experts", minji, q="연차 이월")["experts"]
    assert (expert["rank"], expert["person"]["name"]) == (1, "박준호")
    assert expert["evidence"][0]["why"][0] == "accepted"


def test_suggestions_come_from_visible_posts_alone(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(
        post("1", "안내", tags=("인수인계",)),
        post("2", "비밀", by="junho", tags=("인수합병",), channel="sns:secret"),
    )
    found = get(client, "/suggest", minji, prefix="인수")["suggestions"]
    assert found == [{"value": "인수인계", "posts": 1}]


def test_a_post_comes_with_its_visible_thread_and_signals(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "됩니다", asker="sora", by="junho", accepted=True),
        post("q1b", "비밀 답변", by="junho", parent="sns:q1", audience=("person:p:junho",)),
        Reaction(post="sns:q1a", kind="like", count=3),
    )
    body = get(client, "/posts/sns:q1a", minji)
    assert [member["post"]["id"] for member in body["thread"]] == ["sns:q1", "sns:q1a"]
    assert body["signals"]["accepted"]
    assert body["signals"]["reactors"] == 3


def test_a_person_comes_with_the_posts_that_the_viewer_may_see(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(
        post("1", "공개 글", by="junho"),
        post("2", "비밀 글", by="junho", channel="sns:secret"),
        post("3", "익명 글", by="junho", anonymous=True),
    )
    body = get(client, "/people/p:junho", minji)
    assert [post["id"] for post in body["posts"]] == ["sns:1"]
    assert body["person"]["posts"] == 1


def test_what_is_hidden_now_is_nowhere(client: TestClient, group: Group, minji: Headers) -> None:
    group.publish(
        *answered(
            1, "연차 이월 되나요", "연차는 삼월까지 이월됩니다", asker="sora", by="junho", accepted=True
        )
    )
    group.write(Denial(container="channel:sns:plaza", person="p:minji"))
    assert get(client, "/search", minji, q="연차") == {
        "hits": [],
        "posts": 0,
        "similar": 0,
        "related": 0,
        "relaxed": False,
        "missing": [],
        "facets": no_facets(),
        "cursor": None,
    }
    assert get(client, "/experts", minji, q="연차 이월") == {"experts": []}
    assert get(client, "/suggest", minji, prefix="연") == {"suggestions": []}
    assert client.get("/posts/sns:q1", headers=minji).status_code == 404
    assert get(client, "/people/p:junho", minji)["posts"] == []


def no_facets() -> dict[str, list[Any]]:
    return {field: [] for field in QUICK_FACETS}


def test_a_post_is_written_once_however_often_it_is_sent(
    client: TestClient, group: Group, admin: Headers
) -> None:
    def write(**changed: Any) -> tuple[int, str]:
        response = client.post("/posts", json=POST | changed, headers=admin)
        return response.status_code, response.json()["change"]

    assert write() == (201, "created")
    assert write() == (200, "unchanged")
    assert write(text="복합기 스캔은 메일로 갑니다", source_revision=2) == (200, "updated")
    assert write() == (200, "older")
    group.publish()
    assert group.found("복합기 스캔 메일") == ["sns:new/1"]


def test_an_id_with_a_slash_has_its_page(
    client: TestClient, group: Group, admin: Headers, minji: Headers
) -> None:
    client.post("/posts", json=POST, headers=admin)
    assert get(client, "/posts/sns:new/1", minji)["post"]["id"] == "sns:new/1"
    assert get(client, "/posts/sns%3Anew%2F1", minji)["post"]["id"] == "sns:new/1"


def test_what_was_deleted_is_not_raised_by_posting_it_again(
    client: TestClient, group: Group, admin: Headers
) -> None:
    client.post("/posts", json=POST, headers=admin)
    group.write(gone("new/1"))
    assert client.post("/posts", json=POST, headers=admin).json()["change"] == "older"


def test_writing_wakes_the_publisher(group: Group, admin: Headers) -> None:
    woken: list[None] = []
    app = create_app(replace(group.services, wake=lambda: woken.append(None)))
    with TestClient(app) as client:
        client.post("/posts", json=POST, headers=admin)
        client.post("/import", content=b"", headers=admin | {"content-type": "application/x-ndjson"})
    assert len(woken) == 1


def imported(client: TestClient, headers: Headers, *lines: str | bytes) -> list[dict[str, Any]]:
    content = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    response = client.post(
        "/import", content=content, headers=headers | {"content-type": "application/x-ndjson"}
    )
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


def test_an_import_keeps_the_good_lines_and_names_the_bad_ones(
    client: TestClient, group: Group, admin: Headers
) -> None:
    results = imported(
        client, admin,
        '{"type": "channel", "id": "sns:new", "network": "sns", "name": "새 채널"}',
        "{broken",
        "",
        json.dumps({"type": "post"} | POST),
        '{"type": "unicorn"}',
        '{"type": "reaction", "post": "sns:new/1", "count": 2}',
        '{"type": "deletion", "post": "sns:gone"}',
        '{"type": "post", "id": "sns:x", "channel": "sns:y", "text": "글", "created": "2999-01-01T00:00:00Z"}',
        b'{"type": "post", "id": "sns:z", "channel": "sns:plaza", "text": "\xff\xfe", "created": "2026-01-01"}',
    )  # fmt: skip
    assert [(result["line"], result["change"]) for result in results] == [
        (1, "created"), (2, None), (4, "created"), (5, None), (6, "created"), (7, "created"), (8, "created"), (9, "created"),
    ]  # fmt: skip
    assert results[1]["problems"][0]["kind"] == "invalid_json"
    assert results[1]["problems"][0]["remedy"]
    assert {problem["kind"] for problem in results[6]["problems"]} >= {"future_date"}
    group.publish()
    assert group.found("복합기 스캔") == ["sns:new/1"]


def test_a_long_import_is_answered_line_by_line(client: TestClient, admin: Headers) -> None:
    lines = [json.dumps({"type": "post"} | POST | {"id": f"sns:{number}"}) for number in range(1_203)]
    results = imported(client, admin, *lines)
    assert [result["line"] for result in results] == list(range(1, 1_204))
    assert imported(client, admin, *lines)[0]["change"] == "unchanged"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_that_is_longer_than_a_post_may_be_is_refused_alone(
    client: TestClient, group: Group, admin: Headers, place: int
) -> None:
    lines = [json.dumps({"type": "post"} | POST | {"id": f"sns:{number}"}) for number in range(3)]
    lines[place] = json.dumps({"type": "post"} | POST | {"text": "글" * 1_500_000, "id": f"sns:{place}"})
    assert len(lines[place]) > MAX_POST_BYTES
    results = imported(client, admin, *lines)
    assert [result["change"] for result in results] == [None if at == place else "created" for at in range(3)]
    [problem] = results[place]["problems"]
    assert (results[place]["line"], problem["kind"]) == (place + 1, "line_too_long")
    assert problem["message"] == "The line is longer than 8 MB."
    assert "dure ingest" in problem["remedy"]
    assert group.store.status().posts == 2
    # As long as a post alone may be: escaped, the text is six times as long.
    longest = json.dumps({"type": "post"} | POST | {"text": "글" * 1_390_000, "id": f"sns:{place}"})
    assert MAX_POST_BYTES - 100_000 < len(longest) < MAX_POST_BYTES
    assert imported(client, admin, longest)[0]["change"] == "created"


def test_what_an_import_says_of_a_line_is_short(client: TestClient, admin: Headers) -> None:
    word = "가" * 1_000_000
    results = imported(client, admin, *(json.dumps(bad) for bad in (
        {"type": word}, {"type": "company", "id": "c", "name": "회사", word: 1}, {"type": "company", "id": word},
        {"type": "post"} | POST | {"created": word}, {"type": "post"} | POST | {"kind": word},
    )))  # fmt: skip
    assert [result["change"] for result in results] == [None] * 5
    assert all(len(problem["message"]) < 1_000 for result in results for problem in result["problems"])


def test_an_import_tells_at_its_end_which_denials_close_nothing(
    client: TestClient, group: Group, admin: Headers
) -> None:
    many = [json.dumps({"type": "company", "id": f"c{number}", "name": "한강"}) for number in range(BATCH)]
    results = imported(
        client, admin,
        json.dumps({"type": "denial", "container": "thread:sns:new/1", "reason": "엠바고"}),
        json.dumps({"type": "denial", "container": "thread:sns:없음", "reason": "오타"}),
        json.dumps({"type": "denial", "container": "channel:sns:plaza", "person": "p:없음"}),
        *many,
        json.dumps({"type": "post"} | POST),
    )  # fmt: skip
    assert [result["line"] for result in results] == [*range(1, BATCH + 5), 2, 3]
    assert not any(result["problems"] for result in results[: BATCH + 4])
    for told, missing in zip(results[-2:], ("post 'sns:없음'", "person 'p:없음'"), strict=True):
        [problem] = told["problems"]
        assert (told["change"], problem["kind"], problem["note"]) == ("created", "denial_unmatched", True)
        assert missing in problem["message"]
        assert "spelling" in problem["remedy"]
    assert not group.search("복합기 스캔").hits


def test_health_says_what_waits_to_who_may_know(
    client: TestClient, group: Group, admin: Headers, minji: Headers
) -> None:
    group.write(post("1", "글"))
    assert get(client, "/health", {}) == {"status": "ok", "demo": False}
    body = get(client, "/health/details", admin)
    assert (body["status"], body["engine"], body["pending"]) == ("ok", "embedded", 1)
    assert body["refused"] == 0
    assert "posts" not in body
    assert client.get("/health/details").status_code == 401
    assert client.get("/health/details", headers=minji).status_code == 403
    assert "vector lane" in body["vector_lane"]
    assert body["demo"] is False


def test_the_openapi_document_shows_every_route_its_errors_and_examples(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    paths = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert paths == {
        ("get", "/search"), ("get", "/experts"), ("get", "/suggest"), ("get", "/posts/{id}"), ("get", "/people/{id}"),
        ("get", "/health"), ("get", "/health/details"), ("post", "/posts"), ("post", "/import"), ("get", "/topics/{key}"), ("get", "/latest"), ("get", "/channels/{id}"),
        ("get", "/me"), ("post", "/me/posts"), ("put", "/me/reactions"), ("put", "/me/acceptances"),
        ("put", "/me/follows"), ("put", "/me/verifications"), ("put", "/me/successions"), ("put", "/me/merges"),
    }  # fmt: skip
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            error = operation["responses"]["4XX"]["content"]["application/json"]["schema"]
            assert error == {"$ref": "#/components/schemas/ErrorBody"}
            assert "422" not in operation["responses"]
    assert "연차" in json.dumps(document["paths"]["/search"], ensure_ascii=False)


def test_a_channel_made_private_takes_its_person_posts_along(
    client: TestClient, group: Group, minji: Headers
) -> None:
    group.publish(post("1", "공개 글", by="junho"))
    group.write(Channel(id="sns:plaza", network="sns", name="광장", private=True))
    assert get(client, "/people/p:junho", minji)["posts"] == []


def test_a_large_import_waits_in_the_spool_folder(
    group: Group, admin: Headers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing else can take it here: a body beyond memory in any other folder is an error.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    (tmp_path / "spool").mkdir()
    body = b"\n" * (2 << 20) + json.dumps({"type": "company", "id": "new", "name": "새 회사"}).encode()
    services = replace(group.services, spool=tmp_path / "spool")
    with TestClient(create_app(services)) as client:
        answer = client.post(
            "/import", content=body, headers={**admin, "Content-Type": "application/x-ndjson"}
        )
    assert '"change":"created"' in answer.text
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_disk_that_takes_no_more_of_an_import_is_no_fault_of_who_sends_it(
    group: Group, admin: Headers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    services = replace(group.services, spool=tmp_path / "gone")
    denials = b'{"type": "denial", "container": "thread:sns:0"}\n' * 6_000
    with TestClient(create_app(services)) as client:
        headers = {**admin, "Content-Type": "application/x-ndjson"}
        at_once = client.post("/import", content=b"\n" * (2 << 20), headers=headers)
        halfway = client.post("/import", content=denials, headers=headers).text.splitlines()
    assert at_once.status_code == 503
    assert at_once.headers["content-type"] == "application/json"
    assert len(denials) < 1 << 20
    assert len(halfway) > 1
    for told in (at_once.json(), json.loads(halfway[-1])):
        assert told["error"]["code"] == "store_unavailable"
        assert "gone" not in json.dumps(told)
    assert caplog.text.count("cannot be kept on disk") == 2


def test_an_import_refuses_a_snapshot_by_which_nearly_all_would_go_unless_it_is_accepted(
    client: TestClient, group: Group, admin: Headers
) -> None:
    ids = [f"sns:old/{number}" for number in range(20)]
    imported(client, admin, *(json.dumps({"type": "post"} | POST | {"id": id_}) for id_ in ids))
    as_of = {"type": "snapshot", "as_of": "2026-05-02T00:00:00Z"}
    of_posts = {"container": "channel:sns:plaza", "of": "posts", "since": "2026-05-01T00:00:00Z"}
    [answer] = imported(client, admin, json.dumps(as_of | of_posts | {"ids": ids[:1]}))
    assert (answer["change"], answer["problems"][0]["kind"]) == (None, "mass_removal")
    accepted = client.post(
        "/import?accept_removals=true",
        content=json.dumps(as_of | of_posts | {"ids": ids[:1]}),
        headers=admin | {"content-type": "application/x-ndjson"},
    )
    assert accepted.json() == {"line": 1, "change": "updated", "problems": []}
    assert group.services.store.status().deleted == 19
