import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from models.records import Attachment, Post
from search_api.pages.labels import ENGLISH, KOREAN, preferred


def test_hits_are_shown_with_marks_author_channel_date_and_accepted_badge(
    demo: TestClient, group: Group
) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "삼월까지 됩니다", asker="sora", by="junho", accepted=True)
    )
    page = demo.get("/?q=연차+이월").text
    assert "<mark>연차</mark> <mark>이월</mark>" in page
    for shown in ("최소라", "광장", "2026-05-12", "채택된 답변", "삼월까지 됩니다", "박준호"):
        assert shown in page


def test_what_people_wrote_is_never_markup(demo: TestClient, group: Group) -> None:
    evil = "<script>alert(1)</script> 연차 <img src=x onerror=alert(1)>"
    group.publish(
        post("1", evil, title=evil, tags=(evil,), attachments=(Attachment(name=evil, url="javascript:x"),))
    )
    for path in ("/?q=연차", "/?q=" + evil, "/thread/sns:1", "/thread/" + evil):
        page = demo.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "javascript:" not in page


def test_a_link_to_the_original_is_shown_only_to_the_web(demo: TestClient, group: Group) -> None:
    group.publish(
        post("1", "글", url="https://sns.example/1"), post("2", "글", url="javascript:alert(1)"),
        post("3", "글", url="http://[broken"),
    )  # fmt: skip
    assert 'href="https://sns.example/1"' in demo.get("/thread/sns:1").text
    assert "원문 보기" not in demo.get("/thread/sns:2").text
    assert "원문 보기" not in demo.get("/thread/sns:3").text


def test_every_link_of_the_search_page_works(demo: TestClient, group: Group) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "연차는 됩니다", asker="sora", by="junho", accepted=True),
        *(post(f"a/b?c#d{number}", "연차 안내", channel="sns:cloud") for number in range(12)),
    )
    page = demo.get("/?q=연차&lang=ko").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page)}
    assert any("cursor=" in link for link in links)
    assert any(link.startswith("/thread/sns%3Aa%2Fb%3Fc%23d0#post-") for link in links)
    for link in links:
        assert demo.get(link if link.startswith("/") else f"/{link}").status_code == 200, link


def test_a_facet_narrows_and_the_same_link_widens_again(demo: TestClient, group: Group) -> None:
    group.publish(post("1", "보안 교육 일정"), post("2", "보안 교육 자료", channel="sns:cloud"))
    page = demo.get("/?q=보안").text
    link = next(link for link in re.findall(r'href="(\?[^"]+)"', page) if "channel=sns%3Acloud" in link)
    narrowed = demo.get("/" + link.replace("&amp;", "&")).text
    results = narrowed[: narrowed.index("<aside")]
    assert "자료" in results
    assert "일정" not in results
    assert "모두 해제" in narrowed
    assert "aria-current=true" in narrowed


def test_an_outdated_cursor_starts_again_and_says_so(demo: TestClient, group: Group) -> None:
    group.publish(*(post(str(number), f"보안 교육 {number}차") for number in range(12)))
    page = demo.get("/?q=보안").text
    link = next(link for link in re.findall(r'href="(\?[^"]+)"', page) if "cursor=" in link).replace(
        "&amp;", "&"
    )
    group.publish(post("new", "주차장 안내"))
    again = demo.get("/" + link)
    assert again.status_code == 200
    assert "처음부터 다시" in again.text


def test_a_thread_is_shown_in_order_as_far_as_it_is_visible(demo: TestClient, group: Group) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "첫 줄\n둘째 줄", asker="sora", by="junho", accepted=True),
        post("q1b", "비밀 답변", by="junho", parent="sns:q1", audience=("person:p:junho",)),
        post("q1c", "익명 의견", by="junho", parent="sns:q1", anonymous=True, days=1),
    )
    page = demo.get("/thread/sns:q1a").text
    assert page.index("연차 이월") < page.index("첫 줄\n둘째 줄") < page.index("익명 의견")
    assert "비밀 답변" not in page
    assert page.count("박준호") == 2  # the answer's author, and the demo's picker


def test_pages_are_korean_first_and_english_on_request(demo: TestClient) -> None:
    assert '<html lang="ko">' in demo.get("/").text
    english = demo.get("/", headers={"accept-language": "en-US,en;q=0.9,ko;q=0.5"}).text
    assert '<html lang="en">' in english
    assert "Who knows" not in english
    assert '<html lang="ko">' in demo.get("/?lang=ko", headers={"accept-language": "en"}).text
    assert "Who knows" in demo.get("/?q=연차&lang=en").text


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "ko"), ("ko-KR", "ko"), ("en", "en"), ("de,en;q=0.8", "en"), ("ko;q=0.2,en;q=0.9", "en"), ("fr", "ko"),
     ("en;q=0,ko", "ko"), ("en;q=zz", "ko"), (";;,,", "ko")],
)  # fmt: skip
def test_the_language_follows_the_browser(header: str, language: str) -> None:
    assert preferred(header) == language


def test_every_word_of_the_pages_is_there_in_both_languages() -> None:
    assert KOREAN.keys() == ENGLISH.keys()
    for name, text in KOREAN.items():
        assert ("{count}" in text) == ("{count}" in ENGLISH[name])


@pytest.mark.parametrize(
    ("path", "status"), [("/thread/sns:none", 404), ("/?q=a&limit=0", 400), ("/?lang=fr", 400)]
)
def test_errors_of_pages_are_pages(demo: TestClient, path: str, status: int) -> None:
    response = demo.get(path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert "검색으로" in response.text


def test_without_a_token_the_page_asks_to_sign_in(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 401
    assert "로그인이 필요합니다" in response.text


def test_pages_load_nothing_from_elsewhere_and_need_no_script(demo: TestClient, group: Group) -> None:
    group.publish(post("1", "연차 안내"))
    for path in ("/", "/?q=연차", "/thread/sns:1", "/static/dure.css"):
        page = demo.get(path).text
        assert "<script" not in page
        assert not re.search(r'(src|href)="(https?:)?//', page)
        assert "@import" not in page
        assert "url(" not in page
        assert 'style="' not in page


def test_a_post_of_the_end_of_time_is_shown(demo: TestClient, group: Group) -> None:
    group.publish(
        Post(id="sns:1", channel="sns:plaza", text="먼 훗날", created=datetime(9999, 12, 31, 23, tzinfo=UTC))
    )
    assert "9999-12-31" in demo.get("/thread/sns:1").text
