"""What people wrote, as HTML that is safe and reads as it was meant."""

import pytest

from search_api.pages.prose import prose


def test_paragraphs_and_lines_stay() -> None:
    assert prose("첫 줄\n둘째 줄\n\n다음 문단") == "<p>첫 줄\n둘째 줄</p><p>다음 문단</p>"
    assert prose("") == ""


def test_code_is_code_and_nothing_in_it_is_read() -> None:
    text = "이렇게:\n```sql\nselect '<b>' -- https://a.example\n\n`x`\n```\n끝"
    assert prose(text) == (
        '<p>이렇게:</p><pre tabindex="0"><code>select &#39;&lt;b&gt;&#39; -- https://a.example\n\n`x`</code></pre>'
        "<p>끝</p>"
    )
    assert prose("```\n끝이 없다") == '<pre tabindex="0"><code>끝이 없다</code></pre>'
    assert prose("`a<b` 입니다") == "<p><code>a&lt;b</code> 입니다</p>"


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://a.example/b?c=1&d=2 참고", "https://a.example/b?c=1&amp;d=2", " 참고"),
        ("https://a.example/길에서 봤어요", "https://a.example/", "길에서 봤어요"),
        ("https://a.example/guide에서", "https://a.example/guide", "에서"),
        ("https://a.example/x).", "https://a.example/x", ")."),
    ],
)
def test_addresses_become_links_without_what_follows_them(text: str, address: str, rest: str) -> None:
    assert prose(text) == f'<p><a href="{address}" rel="noreferrer">{address}</a>{rest}</p>'


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", 'https://a.example/"onmouseover="x', "javascript:alert(1)", "<img src=x>"],
)
def test_nothing_that_people_wrote_is_markup(text: str) -> None:
    html = prose(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'onmouseover="' not in html
    assert 'href="javascript' not in html
