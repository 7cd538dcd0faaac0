"""What people wrote, as HTML: paragraphs, code and links are told apart; everything else stays as written."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_FENCE = re.compile(r"^```[^\n`]*\n(.*?)(?:^```[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(?P<code>[^`\n]+)`|(?P<link>https?://[^\s<>\"'`]+)")
_LINK_TAIL = re.compile(r"[.,:;!?)\]}…。、]+$|[가-힣]+$")
"""What follows an address without a blank: punctuation, and the particles of Korean (…/guide에서)."""


def prose(text: str) -> Markup:
    """The text as safe HTML."""
    return Markup("").join(_blocks(text))


def _blocks(text: str) -> Iterator[Markup]:
    end = 0
    for fence in _FENCE.finditer(text):
        yield from _paragraphs(text[end : fence.start()])
        yield Markup('<pre tabindex="0"><code>{}</code></pre>').format(fence[1].rstrip("\n"))
        end = fence.end()
    yield from _paragraphs(text[end:])


def _paragraphs(text: str) -> Iterator[Markup]:
    for paragraph in re.split(r"\n[ \t]*\n", text):
        if paragraph.strip():
            yield Markup("<p>{}</p>").format(Markup("").join(_pieces(paragraph.strip("\n"))))


def _pieces(text: str) -> Iterator[Markup]:
    end = 0
    for found in _INLINE.finditer(text):
        yield escape(text[end : found.start()])
        if found["code"]:
            yield Markup("<code>{}</code>").format(found["code"])
            end = found.end()
            continue
        address = _without_tail(found["link"])
        yield Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address)
        end = found.start() + len(address)
    yield escape(text[end:])


def _without_tail(address: str) -> str:
    while tail := _LINK_TAIL.search(address):
        address = address[: tail.start()]
    return address
