"""Channels as far as their reader may see them: as a page and as JSON."""

import re

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, post

from models.records import Channel, PostKind
from search_api.browse.channels import RECENT, channel_overview


@pytest.fixture
def talked(group: Group) -> Group:
    group.publish(
        Channel(id="sns:plaza", network="sns", name="광장", description="아무 이야기나 **하세요** <b>x</b>"),
        *(post(str(number), f"#연차 이월 안내 {number}", days=number) for number in range(RECENT + 5)),
        post("reply", "#연차 감사합니다", parent="sns:1", kind=PostKind.REPLY, days=0),
        post("secret", "#인수 가격 협의", by="junho", channel="sns:secret"),
        post("secret2", "#인수 가격 확정", by="junho", channel="sns:secret"),
        post("own", "#인수 비밀 메모", by="junho", audience=("person:p:junho",)),
    )
    return group


def test_a_channel_tells_what_it_is_for_what_is_talked_about_and_the_latest_posts(talked: Group) -> None:
    found = channel_overview(talked.services, "sns:plaza", talked.scope("minji"))
    assert (found.channel.name, found.posts) == ("광장", RECENT + 6)
    assert [rated.post.id for rated in found.recent] == [f"sns:{number}" for number in range(RECENT)]
    assert "연차" in {topic.key for topic in found.topics}


def test_a_channel_page_shows_it_and_names_of_channels_lead_there(demo: TestClient, talked: Group) -> None:
    page = demo.get("/channel/sns:plaza").text
    for shown in ("광장", "<strong>하세요</strong>", "&lt;b&gt;x", "글 26건", "이 채널에서 찾기"):
        assert shown in page
    for path in ("/?q=연차", "/", "/thread/sns:1", "/person/p:minji", "/topic/연차"):
        assert 'href="/channel/sns%3Aplaza"' in demo.get(path).text, path


def test_what_a_viewer_may_not_see_is_in_no_channel(talked: Group, demo: TestClient) -> None:
    found = channel_overview(talked.services, "sns:plaza", talked.scope("minji"))
    assert "인수" not in {topic.key for topic in found.topics}
    assert "sns:own" not in {rated.post.id for rated in found.recent}
    hidden, missing = demo.get("/channel/sns:secret"), demo.get("/channel/sns:nowhere")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.replace("secret", "") == missing.text.replace("nowhere", "")
    assert "인수-검토" in demo.get("/channel/sns:secret?as=p:junho").text


def test_the_api_tells_the_same(client: TestClient, minji: dict[str, str], talked: Group) -> None:
    body = client.get("/channels/sns:plaza", headers=minji).json()
    assert body["channel"]["name"] == "광장"
    assert len(body["recent"]) == RECENT
    assert client.get("/channels/sns:secret", headers=minji).status_code == 404


def test_a_search_within_a_channel_begins_on_its_page(demo: TestClient, talked: Group) -> None:
    page = demo.get("/channel/sns:plaza").text
    assert re.search(
        r'<form class="ask inline"[^>]*>\s*<input type="hidden" name="channel" value="sns:plaza">', page
    )
    assert "광장 해제" in demo.get("/?channel=sns:plaza&q=연차").text
