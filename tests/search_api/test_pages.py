import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from search_examples import Group, answered, post

from indexer.engine import FACETS
from models.moments import now
from models.records import Attachment, Post, PostKind
from search_api.experts.evidence import Reason
from search_api.pages import frame
from search_api.pages.asking import PERIODS
from search_api.pages.catalogue import CATALOGUES, LOCALE, Language, Words, preferred
from search_api.pages.rendering import STATIC

SCRIPTS = [
    '<script src="/static/vendor/htmx-2.0.11.min.js" defer>',
    '<script src="/static/dure.js" defer>',
]


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
    pages = ("/", "/?q=연차", "/?q=" + evil, "/who?q=" + evil, "/thread/sns:1", "/thread/" + evil)
    pages += (
        "/person/p:minji",
        "/topic/연차",
        "/topic/" + evil,
        "/compose?title=" + evil,
        "/suggestions?q=<",
    )
    pages += ("/similar?title=연차",)
    for path in pages:
        page = demo.get(path).text
        assert "<script>" not in page, path
        assert "onerror=alert(1)>" not in page, path
        assert "javascript:" not in page, path


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
    page = demo.get("/?q=연차").text
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
    assert "클라우드-공지 해제" in results
    assert "aria-current=true" in narrowed
    again = re.search(r'class="chip" href="([^"]+)" aria-label="클라우드-공지 해제"', results)
    assert again
    assert "일정" in demo.get("/" + again[1].replace("&amp;", "&")).text


def test_a_filter_that_leaves_nothing_is_shown_and_can_be_taken_away(demo: TestClient, group: Group) -> None:
    group.publish(post("1", "보안 교육 일정"))
    page = demo.get("/?q=보안&channel=sns:cloud&kind=idea&since=2026-05-01").text
    assert "찾지 못했습니다" in page
    for name in ("클라우드-공지", "제안", "2026-05-01", "모두 해제"):
        assert name in page


def test_times_narrow_with_their_counts(demo: TestClient, group: Group) -> None:
    today = now()
    group.publish(
        *(
            Post(
                id=f"sns:{days}", channel="sns:plaza", text="보안 점검", created=today - timedelta(days=days)
            )
            for days in (2, 20, 200)
        )
    )
    page = demo.get("/?q=보안").text
    times = re.findall(r'href="(\?[^"]*since=[^"]+)"[^>]*><span>([^<]+)</span> <small>(\d)', page)
    assert [(name, count) for _, name, count in times] == [
        ("지난 7일", "1"), ("지난 30일", "2"), ("지난 1년", "3"),
    ]  # fmt: skip
    week = demo.get("/" + times[0][0].replace("&amp;", "&")).text
    assert "sns%3A2#" in week
    assert "sns%3A20#" not in week


def test_pages_go_on_while_others_post(demo: TestClient, group: Group) -> None:
    group.publish(*(post(str(number), f"보안 교육 {number}차") for number in range(12)))
    page = demo.get("/?q=보안").text
    link = next(link for link in re.findall(r'href="(\?[^"]+)"', page) if "cursor=" in link)
    group.publish(post("new", "보안 보안 보안"))
    again = demo.get("/" + link.replace("&amp;", "&")).text
    assert "처음부터 다시" not in again
    hit = re.compile(r'<h2[^>]*><a href="(/thread/[^"]+)"')
    assert hit.findall(again)
    assert not set(hit.findall(page)) & set(hit.findall(again))


def test_a_cursor_of_another_question_starts_again_and_says_so(demo: TestClient, group: Group) -> None:
    group.publish(*(post(str(number), f"보안 교육 {number}차") for number in range(12)))
    page = demo.get("/?q=보안").text
    link = next(link for link in re.findall(r'href="(\?[^"]+)"', page) if "cursor=" in link).replace(
        "&amp;", "&"
    )
    again = demo.get("/" + link.replace(quote("보안"), quote("교육")))
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
    assert 'id="post-sns:q1c"' in page


def test_pages_are_korean_first_and_english_on_request(demo: TestClient) -> None:
    assert '<html lang="ko">' in demo.get("/").text
    english = demo.get("/", headers={"accept-language": "en-US,en;q=0.9,ko;q=0.5"}).text
    assert '<html lang="en">' in english
    assert "Waiting for an answer" in english


def test_the_language_is_switched_and_stays_switched(demo: TestClient) -> None:
    switch = re.search(r'class="language" href="([^"]+)" lang="en"', demo.get("/?q=연차").text)
    assert switch
    response = demo.get("/" + switch[1].replace("&amp;", "&"))
    assert '<html lang="en">' in response.text
    assert "HttpOnly" in response.headers["set-cookie"]
    for path in ("/", "/?q=연차", "/thread/none", "/compose"):
        assert '<html lang="en">' in demo.get(path).text
    demo.get("/thread/none?lang=ko")
    assert '<html lang="ko">' in demo.get("/").text


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "ko"), ("ko-KR", "ko"), ("en", "en"), ("de,en;q=0.8", "en"), ("ko;q=0.2,en;q=0.9", "en"), ("fr", "ko"),
     ("en;q=0,ko", "ko"), ("en;q=zz", "ko"), (";;,,", "ko")],
)  # fmt: skip
def test_the_language_follows_the_browser(header: str, language: str) -> None:
    assert preferred(header) == language


def entries(language: Language) -> dict[str, tuple[str, ...]]:
    """The forms of every word, as the translator wrote them."""
    with (LOCALE / language / "LC_MESSAGES" / "dure.po").open("rb") as text:
        catalog = read_po(text, locale=language)
    found = {}
    for message in catalog:
        assert not message.fuzzy, message.id
        if message.id:
            name = message.id if isinstance(message.id, str) else message.id[0]
            found[name] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


def test_every_word_of_the_pages_is_there_in_both_languages() -> None:
    korean, english = entries("ko"), entries("en")
    assert list(korean) == list(english)
    for name in korean:
        assert all(form.strip() for form in (*korean[name], *english[name])), name
        places = [set(re.findall(r"{\w*}", forms[name][-1])) for forms in (korean, english)]
        assert places[0] == places[1], name
        assert ("{count}" in places[0]) == (len(english[name]) == 2), name
        # A word left in the other language would be seen; names of languages are in their own.
        assert re.search("[가-힣]", korean[name][0]) or name == "other_language", name
        assert not re.search("[가-힣]", english[name][0]) or name == "other_language", name


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    pages = Path(frame.__file__).parent
    texts = [file.read_text(encoding="utf-8") for file in (*pages.glob("*.py"), *pages.glob("templates/*"))]
    asked = {
        name
        for text in texts
        for name in re.findall(r'\b(?:t|words)(?:\[|\.count\(|\.fill\()"(\w+)"(?! ~)', text)
    }
    names = CATALOGUES["ko"].names
    assert asked <= names
    built = ("level_", "kind_", "why_", "reaction_", "language_", "time_", "error_")
    fields = {*FACETS, "since", "until"}
    unused = {name for name in names if name not in asked | fields and not name.startswith(built)}
    assert not unused
    for prefix, values in (("kind_", PostKind), ("why_", Reason), ("time_", PERIODS)):
        assert {f"{prefix}{value}" for value in values} <= names


def test_numbers_have_their_grammar() -> None:
    assert Words("en").count("replies", 1) == "1 reply"
    assert Words("en").count("replies", 1_200) == "1,200 replies"
    assert Words("ko").count("replies", 1) == "답글 1"
    assert Words("ko").count("replies", 1_200) == "답글 1,200"
    with pytest.raises(KeyError):
        Words("ko").count("nonsense", 1)
    with pytest.raises(KeyError):
        Words("ko")["nonsense"]


@pytest.mark.parametrize(
    ("path", "status"), [("/thread/sns:none", 404), ("/?q=a&limit=0", 400), ("/?lang=fr", 400)]
)
def test_errors_of_pages_are_pages(demo: TestClient, path: str, status: int) -> None:
    response = demo.get(path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert "처음으로" in response.text


def test_without_a_token_the_page_asks_to_sign_in(client: TestClient) -> None:
    for path in ("/", "/?q=연차", "/thread/sns:1", "/person/p:minji", "/compose"):
        response = client.get(path)
        assert response.status_code == 401
        assert 'name="token"' in response.text


PAGES = (
    "/",
    "/?q=연차",
    "/who?q=연차",
    "/thread/sns:1",
    "/person/p:minji",
    "/topic/연차",
    "/compose",
    "/login",
)


def test_pages_load_nothing_from_elsewhere_and_hold_no_script_of_their_own(
    demo: TestClient, group: Group
) -> None:
    group.publish(post("1", "연차 안내"))
    for path in (*PAGES, "/static/dure.css"):
        response = demo.get(path)
        assert response.status_code == 200, path
        assert re.findall(r"<script[^>]*>", response.text) in ([], SCRIPTS), path
        assert not re.search(r'(src|href|action|hx-get|hx-post)="(https?:)?//', response.text)
        assert not re.search(r'\son\w+="|style="|@import|url\(|hx-on|javascript:', response.text), path
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


def test_every_file_of_ours_that_a_page_names_is_there(demo: TestClient) -> None:
    for file in set(re.findall(r'"(/static/[^"]+)"', demo.get("/").text)):
        assert demo.get(file).status_code == 200, file


def test_a_browser_keeps_files_and_asks_whether_they_changed(demo: TestClient) -> None:
    first = demo.get("/static/dure.css")
    assert first.headers["cache-control"] == "no-cache"
    assert demo.get("/static/dure.css", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert demo.get("/").headers["cache-control"] == "no-store"


def test_what_is_vendored_is_the_file_that_its_note_names() -> None:
    vendor = STATIC / "vendor"
    note = (vendor / "README.md").read_text(encoding="utf-8")
    [script] = vendor.glob("*.js")
    assert script.name in note
    assert hashlib.sha256(script.read_bytes()).hexdigest() in note
    assert "Zero-Clause BSD" in (vendor / "htmx-LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_page_one_heading(
    demo: TestClient, group: Group, path: str
) -> None:
    group.publish(post("1", "연차 안내"))
    page = demo.get(path).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        if 'type="hidden"' not in field and 'type="radio"' not in field and 'type="checkbox"' not in field:
            named = re.search(r'\sid="([^"]+)"', field)
            assert named, field
            assert f'for="{named[1]}"' in page, field
    assert len(re.findall(r"<h1\b", page)) == 1
    assert '<main id="main"' in page
    assert 'class="skip" href="#main"' in page


def test_what_is_being_typed_is_completed_from_visible_topics(demo: TestClient, group: Group) -> None:
    group.publish(
        post("1", "안내", tags=("연차 이월",)), post("2", "비밀", channel="sns:secret", tags=("연차 폐지",))
    )
    assert 'data-value="연차 이월"' in demo.get("/suggestions?q=연").text
    assert "폐지" not in demo.get("/suggestions?q=연").text
    assert 'data-value="급한데 연차 이월"' in demo.get("/suggestions?q=급한데 연").text
    assert demo.get("/suggestions?q=").text.strip() == ""


def test_threads_that_may_answer_are_shown_while_a_question_is_written(
    demo: TestClient, group: Group
) -> None:
    group.publish(*answered(1, "연차 이월 되나요", "됩니다", asker="sora", by="junho", accepted=True))
    assert "연차 이월 되나요" in demo.get("/similar?title=연차 이월").text
    assert demo.get("/similar?title=").text.strip() == ""


def test_a_post_of_the_end_of_time_is_shown(demo: TestClient, group: Group) -> None:
    group.publish(
        Post(id="sns:1", channel="sns:plaza", text="먼 훗날", created=datetime(9999, 12, 31, 23, tzinfo=UTC))
    )
    assert "9999-12-31" in demo.get("/thread/sns:1").text
