"""The templates, and what they need to show text: marked stretches, dates, links."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search_api.snippets import Snippet

HERE = Path(__file__).parent
STATIC = HERE / "static"

KOREAN_TIME = timezone(timedelta(hours=9))
"""The readers' clock. Korea has no summer time."""


def stretches(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """The text of a snippet in pieces, and whether each is highlighted; escaping is the template's."""
    end = 0
    for span in snippet.highlights:
        yield snippet.text[end : span.start], False
        yield snippet.text[span.start : span.end], True
        end = span.end
    yield snippet.text[end:], False


def day(moment: datetime) -> str:
    """The date on the readers' clock."""
    return _korean(moment).strftime("%Y-%m-%d")


def minute(moment: datetime) -> str:
    """Date and time on the readers' clock."""
    return _korean(moment).strftime("%Y-%m-%d %H:%M")


def _korean(moment: datetime) -> datetime:
    try:
        return moment.astimezone(KOREAN_TIME)
    except OverflowError:  # the last hours of the year 9999
        return moment


def thread_link(post: str) -> str:
    """The page of a post's thread, at the post."""
    return f"/thread/{quote(post, safe='')}#{quote(anchor(post), safe='')}"


def anchor(post: str) -> str:
    """The name of a post within its page: never one of the page's own."""
    return f"post-{post}"


def web_link(url: str | None) -> str | None:
    """The address, if it is one of the web: sources may hold `javascript:` and worse."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def environment() -> Environment:
    """The templates, escaping everything, failing loudly on a misspelt name."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for shown in (stretches, day, minute, thread_link, anchor, web_link):
        templates.filters[shown.__name__] = shown
    return templates
