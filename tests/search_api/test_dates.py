"""Dates at the doors: what cannot be is refused there, what has not come yet leads nowhere."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from models.moments import day_begins, now, timezone_named
from models.records import Acceptance, Employment, Post, PostKind
from search_api.browse.latest import latest
from search_api.cli.printing import search_page
from search_api.experts.evidence import Reason, reasons

BOUNDS = "1900-01-01 to 2999-12-31"
FAR = datetime(9999, 12, 31, 23, tzinfo=UTC)
NEAR = now() + timedelta(days=300)


def dated(id_: str, text: str, created: datetime, **fields: object) -> Post:
    values = {"channel": "sns:plaza", "account": "sns:minji", "text": text, "created": created, **fields}
    return Post(id=f"sns:{id_}", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "3000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_post_whose_date_cannot_be_is_refused_by_the_api_and_by_an_import(
    client: TestClient, admin: dict[str, str], moment: str
) -> None:
    body = {"id": "sns:1", "channel": "sns:plaza", "text": "글", "created": moment}
    refused = client.post("/posts", json=body, headers=admin)
    assert refused.status_code == 400
    assert BOUNDS in refused.json()["error"]["message"]
    answer = client.post(
        "/import",
        content=b'{"type": "post", "id": "sns:1", "channel": "sns:plaza", "text": "a", "created": "%s"}'
        % moment.encode(),
        headers={**admin, "Content-Type": "application/x-ndjson"},
    )
    assert BOUNDS in answer.json()["problems"][0]["message"]


@pytest.mark.parametrize("created", [FAR, datetime(1, 1, 1, tzinfo=UTC), NEAR])
def test_no_date_breaks_the_pages_that_show_the_latest(
    group: Group, demo: TestClient, created: datetime
) -> None:
    # Written past the door, as a home may hold it from before there was one.
    group.publish(
        dated("1", "복합기 스캔 안내", created, tags=("물류",)), post("2", "복합기 교체", tags=("물류",))
    )
    for path in ("/", "/?q=복합기", "/latest", "/topic/물류", "/person/p:minji", "/thread/sns:1"):
        assert demo.get(path).status_code == 200, path


def test_what_is_dated_in_the_future_is_not_the_latest(group: Group) -> None:
    group.publish(
        dated("later", "내년 워크숍 장소", NEAR, tags=("워크숍",)),
        dated("asked", "내년에는 언제 쉬나요", NEAR, kind=PostKind.QUESTION),
        post("now", "오늘 점심은 김밥", tags=("점심",)),
        post("then", "어제 점심은 국밥", tags=("점심",), days=11),
        *answered(1, "연차 이월 되나요", "됩니다", asker="sora", by="junho", accepted=True),
        *answered(2, "주차 되나요", "됩니다", asker="sora", by="junho", accepted=False),
        Acceptance(question="sns:q2", answer="sns:q2a", created=NEAR),
    )
    found = latest(group.services, group.scope("minji"))
    assert [rated.post.id for rated in found.recent] == ["sns:now", "sns:then"]
    assert found.unanswered == ()
    assert [solved.question.post.id for solved in found.solved] == ["sns:q1", "sns:q2"]
    assert "워크숍" not in {topic.key for topic in found.trending}


def test_what_is_dated_in_the_future_is_no_recent_evidence(group: Group) -> None:
    group.publish(dated("1", "점검 일정", NEAR), dated("2", "점검 일정", now()))
    known = group.store.ranking_features({"sns:1": 0, "sns:2": 0}, group.scope("minji"))
    recent = [Reason.RECENT in reasons(known[id_], now()) for id_ in ("sns:1", "sns:2")]
    assert recent == [False, True]


AT_HALF_PAST_MIDNIGHT = datetime(2024, 2, 29, 15, 30, tzinfo=UTC)
"""2024-03-01 00:30 in Seoul."""


def test_page_filter_terminal_and_api_agree_on_the_day_of_a_post(
    group: Group,
    demo: TestClient,
    client: TestClient,
    minji: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    group.publish(dated("1", "정전 작업 안내", AT_HALF_PAST_MIDNIGHT))

    def found(**edges: str) -> int:
        answer = client.get("/search", params={"q": "정전 작업", **edges}, headers=minji)
        pages = demo.get("/", params={"q": "정전 작업", **edges}).text
        assert ("/thread/sns%3A1" in pages) == bool(answer.json()["hits"])
        return len(answer.json()["hits"])

    assert "2024-03-01" in demo.get("/?q=정전 작업").text
    assert "2024년 3월 1일 오전 12:30" in demo.get("/thread/sns:1").text
    assert (found(since="2024-03-01"), found(until="2024-03-01")) == (1, 0)
    assert (found(since="2024-03-02"), found(until="2024-03-02")) == (0, 1)
    # A time is a moment of its own offset, or else of UTC.
    assert (found(since="2024-03-01T00:00:00+09:00"), found(since="2024-03-01T00:00:00")) == (1, 0)
    search_page(group.search("정전 작업"), group.store.timezone, as_json=False)
    assert "2024-03-01" in capsys.readouterr().out
    chip = demo.get("/?q=정전 작업&since=2024-03-01").text
    assert ">2024-02-29" not in chip


@pytest.mark.parametrize(
    "edge", ["9999-12-31", "3000-01-01", "0001-01-01", "2024-13-01", "2024-02-30", "어제"]
)
@pytest.mark.parametrize("field", ["since", "until"])
def test_a_day_that_cannot_be_is_a_bad_parameter(
    client: TestClient, minji: dict[str, str], field: str, edge: str
) -> None:
    response = client.get("/search", params={"q": "연차", field: edge}, headers=minji)
    assert response.status_code == 400
    told = response.json()["error"]["message"]
    assert (BOUNDS in told) == (edge in ("9999-12-31", "3000-01-01", "0001-01-01"))
    assert "error, " not in told


def test_sentences_have_dates_as_the_language_writes_them_and_lists_and_machines_as_iso(
    group: Group, demo: TestClient
) -> None:
    edited = AT_HALF_PAST_MIDNIGHT + timedelta(days=1)
    group.publish(dated("1", "정전 작업 안내", AT_HALF_PAST_MIDNIGHT, edited=edited, tags=("정전",)))
    thread = {language: demo.get(f"/thread/sns:1?lang={language}").text for language in ("ko", "en")}
    assert all('<time datetime="2024-02-29T15:30:00+00:00">' in page for page in thread.values())
    assert ">2024년 3월 1일 오전 12:30<" in thread["ko"]
    assert "2024년 3월 2일 고침" in thread["ko"]
    assert ">Mar 1, 2024, 12:30\u202fAM<" in thread["en"]
    assert "edited Mar 2, 2024" in thread["en"]
    topic = {language: demo.get(f"/topic/정전?lang={language}").text for language in ("ko", "en")}
    assert "2024년 3월 1일부터 2024년 3월 1일까지" in topic["ko"]
    assert "from Mar 1, 2024 to Mar 1, 2024" in topic["en"]
    assert all(">2024-03-01<" in page for page in topic.values())
    group.store.write([Employment(person="p:minji", company="유통", since=date(2024, 3, 1))])
    assert "2024년 3월 1일 – 현재" in demo.get("/person/p:minji?lang=ko").text
    assert "Mar 1, 2024 – now" in demo.get("/person/p:minji?lang=en").text


DAY = date(2024, 3, 1)


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "Pacific/Kiritimati"])
def test_every_door_begins_a_day_at_the_midnight_of_the_company(
    group: Group,
    demo: TestClient,
    client: TestClient,
    minji: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    zone: str,
) -> None:
    timezone = group.store.timezone = timezone_named(zone)
    midnight = day_begins(DAY, timezone)
    group.publish(
        dated("before", "정전 작업 안내", midnight - timedelta(seconds=1)),
        dated("after", "정전 작업 끝", midnight),
    )

    def found(**edges: str) -> set[str]:
        answer = client.get("/search", params={"q": "정전 작업", **edges}, headers=minji)
        return set(re.findall(r'"sns:(before|after)"', answer.text))

    assert found() == {"before", "after"}
    assert found(since="2024-03-01") == found(since="2024-03-01", until="2024-03-02") == {"after"}
    assert found(until="2024-03-01") == found(since="2024-02-29", until="2024-03-01") == {"before"}
    shown = demo.get("/", params={"q": "정전 작업", "since": "2024-03-01"}).text
    assert "/thread/sns%3Aafter" in shown
    assert "/thread/sns%3Abefore" not in shown
    assert "2024년 2월 29일 오후 11:59" in demo.get("/thread/sns:before").text
    assert "2024년 3월 1일 오전 12:00" in demo.get("/thread/sns:after").text
    search_page(group.search("정전 작업"), timezone, as_json=False)
    told = capsys.readouterr().out
    assert "2024-02-29" in told
    assert "2024-03-01" in told
