"""Dates at the doors: what cannot be is refused there, what has not come yet leads nowhere."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from models.moments import now
from models.records import Acceptance, Post, PostKind
from search_api.browse.latest import latest
from search_api.experts.evidence import Reason, reasons

BOUNDS = "1900-01-01 to 2999-12-31"
FAR = datetime(9999, 12, 31, 23, tzinfo=UTC)
NEAR = now() + timedelta(days=300)


def dated(id_: str, text: str, created: datetime, **fields: object) -> Post:
    values = {"channel": "sns:plaza", "account": "sns:minji", "text": text, "created": created, **fields}
    return Post(id=f"sns:{id_}", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
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
    posts = group.store.posts(["sns:1", "sns:2"], group.scope("minji"))
    signals = group.store.signals(["sns:1", "sns:2"], group.scope("minji"))
    recent = [Reason.RECENT in reasons(posts[id_], signals[id_], now()) for id_ in ("sns:1", "sns:2")]
    assert recent == [False, True]
