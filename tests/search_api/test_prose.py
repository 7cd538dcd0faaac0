"""What people wrote, as HTML that is safe and reads as it was meant."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from search_api.pages.markdown import DEEPEST
from search_api.pages.prose import LONGEST_READ, TAGS, prose

REL = 'rel="nofollow noopener noreferrer"'


def html(text: str) -> str:
    """The HTML without the line ends between blocks."""
    return re.sub(r"(?<=>)\n(?=<|$)", "", str(prose(text)))


def link(address: str, label: str | None = None) -> str:
    return f'<a href="{address}" {REL}>{label or address}</a>'


def plain(text: str) -> str:
    """What a reader sees of the text, without any markup."""
    return re.sub(r"<[^>]*>", "", html(text)).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_paragraphs_and_lines_stay() -> None:
    assert html("첫 줄\n둘째 줄\n\n다음 문단") == "<p>첫 줄\n둘째 줄</p><p>다음 문단</p>"
    assert html("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "#연차 #휴가_이월 @이민지 님께\n# 제목처럼 보이는 줄",
        "2026. 11. 29. 점검합니다",
        "3. 1. 기념식",
        ">_< 웃기네요\n>.< >ㅁ<",
        "3*4*5 = 60, 2**8**3",
        "(*필수) 이름, (*필수) 번호",
        "snake_case 와 __init__ 과 _id",
        "안녕하세요~~ 반갑습니다~~",
        "~~~\n물결",
        r"\\nas\share\_공용 C:\*.log",
        "&lt;b&gt; &amp; &nbsp;",
        "[공지]: https://a.example",
        "[확인] (중요) ![그림]",
        "줄\n-----\n줄\n=====",
        "표 | 값\n---|---\n가 | 나",
        "트리\n  ├─ src\n  └─ tests",
        "-로 시작하는 줄\n+82 10",
        "` 하나만, `` 둘",
    ],
)  # fmt: skip
def test_what_people_type_in_a_talk_reads_as_they_typed_it(text: str) -> None:
    assert plain(text) == text
    assert not re.findall(r"<(?!/?(?:p|a)\b)", html(text))


def test_code_is_code_and_nothing_in_it_is_read() -> None:
    text = "이렇게:\n```sql\nselect '<b>' -- https://a.example\n\n`x` **y**\n```\n끝"
    assert html(text) == (
        "<p>이렇게:</p><pre tabindex=\"0\"><code>select '&lt;b&gt;' -- https://a.example\n\n`x` **y**</code></pre>"
        "<p>끝</p>"
    )
    assert html("```\n끝이 없다") == '<pre tabindex="0"><code>끝이 없다</code></pre>'
    assert html("`a<b` 입니다") == "<p><code>a&lt;b</code> 입니다</p>"
    assert html("```a `b` c```") == "<p>```a <code>b</code> c```</p>"


def test_code_as_slack_writes_it_loses_no_line() -> None:
    text = "```kubectl get pods\nkubectl logs dure```\n이렇게요"
    assert html(text) == (
        '<pre tabindex="0"><code>kubectl get pods\nkubectl logs dure</code></pre><p>이렇게요</p>'
    )
    assert html("```kubectl get pods```") == "<p><code>kubectl get pods</code></p>"


def test_lists_quotes_and_emphasis() -> None:
    assert html("순서:\n1. 신청\n2. 승인\n   - 팀장\n끝") == (
        "<p>순서:</p><ol><li><p>신청</p></li><li><p>승인</p><ul><li><p>팀장</p></li></ul></li></ol><p>끝</p>"
    )
    assert html("> 언제까지인가요?\n> 급합니다\n금요일까지요") == (
        "<blockquote><p>언제까지인가요?\n급합니다</p></blockquote><p>금요일까지요</p>"
    )
    assert html("*기울임* _기울임_ **굵게**") == (
        "<p><em>기울임</em> <em>기울임</em> <strong>굵게</strong></p>"
    )


def test_headings_that_bear_numbers_are_no_list() -> None:
    assert html("1. 목적\n\n다음을 정한다.\n\n2. 목표\n네 시간.") == (
        "<p>1. 목적</p><p>다음을 정한다.</p><p>2. 목표\n네 시간.</p>"
    )
    assert html("1. 하나뿐") == "<p>1. 하나뿐</p>"


def test_particles_may_follow_emphasis() -> None:
    assert html("**권한**을 주세요") == "<p><strong>권한</strong>을 주세요</p>"
    assert html('**"권한"**을 주세요') == '<p><strong>"권한"</strong>을 주세요</p>'


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://a.example/b?c=1&d=2 참고", "https://a.example/b?c=1&amp;d=2", " 참고"),
        ("https://a.example/길에서 봤어요", "https://a.example/", "길에서 봤어요"),
        ("https://a.example/guide에서", "https://a.example/guide", "에서"),
        ("https://a.example를 봐 주세요", "https://a.example", "를 봐 주세요"),
        ("https://a.example/x).", "https://a.example/x", ")."),
        ("https://a.example/x_(y))", "https://a.example/x_(y)", ")"),
        ("HTTPS://a.example…", "HTTPS://a.example", "…"),
    ],
)
def test_addresses_become_links_without_what_follows_them(text: str, address: str, rest: str) -> None:
    assert html(text) == f"<p>{link(address)}{rest}</p>"


def test_addresses_within_signs_are_links_too() -> None:
    assert html("**https://a.example/x**") == f"<p><strong>{link('https://a.example/x')}</strong></p>"
    assert html("<https://a.example/x>") == f"<p>&lt;{link('https://a.example/x')}&gt;</p>"
    assert html("https:// 와 http://.") == "<p>https:// 와 http://.</p>"


def test_a_label_may_stand_for_an_address_but_for_no_other_one() -> None:
    assert html("[`가이드`](https://a.example/x_(y))") == (
        f"<p>{link('https://a.example/x_(y)', '<code>가이드</code>')}</p>"
    )
    assert html("[wiki.example](https://wiki.example/a)") == (
        f"<p>{link('https://wiki.example/a', 'wiki.example')}</p>"
    )
    for lie in ("bank.example", "https://bank.example/login", "www.bank.example"):
        text = f"[{lie}](https://evil.example)"
        assert 'href="https://evil.example"' in html(text)
        assert plain(text) == text


def test_no_picture_is_loaded_from_elsewhere() -> None:
    page = html("![그림](https://evil.example/who-reads.png)")
    assert "<img" not in page
    assert page == f"<p>!{link('https://evil.example/who-reads.png', '그림')}</p>"


ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<style>*{}</style>",
    'https://a.example/"onmouseover="x', "https://a.example/'onmouseover='x", "javascript:alert(1)",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)", "[x](//evil.example)", "[x](&#106;avascript:alert(1))", "<javascript:alert(1)>",
    '[x](https://a.example "onclick=alert(1)")', "[<img src=x>](https://a.example)", "`</code><script>`",
    "```\n</code></pre><script>alert(1)</script>\n```", "> <iframe src=//evil.example>", "- <form action=/logout>",
    "<!-- --><script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "https://a.example/\x00<script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "**<b onclick=x>**",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_people_wrote_is_markup(text: str) -> None:
    page = html(text)
    tags = re.findall(r"<(/?\w+)([^>]*)>", page)
    assert {name.strip("/") for name, _ in tags} <= TAGS
    for _, attributes in tags:
        for name, value in re.findall(r'(\S+?)="([^"]*)"', attributes):
            assert name in ("href", "rel", "tabindex")
            assert name != "href" or value.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize("sign", ["> ", "- ", ">", "> - ", "1. "])
def test_what_is_too_deep_stays_as_typed_and_nothing_is_lost(sign: str) -> None:
    page = html(sign * 10_000 + "깊은 곳")
    assert "깊은 곳" in page
    assert page.count("<blockquote>") + 2 * page.count("<li>") <= DEEPEST + 1


def test_of_a_long_document_everything_is_shown() -> None:
    page = html("가나다 " * (LONGEST_READ // 4) + "<b>**끝**")
    assert page.endswith("<p>&lt;b&gt;**끝**</p>")


NASTY = [
    "https://a" + "." * 30_000, "https://a" + "." * 100_000, "[" * 100_000, "[a](" * 25_000, "*a " * 33_000, "**a" * 33_000,
    "`" * 100_000, "`a``" * 25_000, "> " * 50_000, "- " * 50_000, "- a\n" * 25_000, "> a\n" * 25_000, "a\n\n" * 33_000,
    "https://." * 11_000, "https://가" * 11_000, "://" * 33_000, "https://(" * 11_000, "<" * 100_000, "\n" * 100_000,
    "_" * 100_000, "[a](https://" * 8_000, "> - " * 25_000, "*a**b***" * 12_000, "```\n" * 25_000, "](" * 50_000,
]  # fmt: skip
SECONDS = 60
"""Of the processor, for all of them: a bound, no measurement. One that is read again at every character takes more."""


@pytest.mark.slow
def test_no_text_takes_longer_than_its_length_asks_for() -> None:
    program = (
        f"import resource; resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, -1))\n"
        "from test_prose import NASTY, prose\n"
        "for text in NASTY: print(ascii(text[:20]), flush=True); prose(text)"
    )
    here = Path(__file__)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=here.parent,
        env={"PYTHONPATH": f"{here.parents[2]}:{here.parent}"},
    )  # fmt: skip
    assert run.returncode == 0, f"{run.stdout.splitlines()[-1:]} {run.stderr[-500:]}"
