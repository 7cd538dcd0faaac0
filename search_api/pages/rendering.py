"""The templates, and what they need to show text: marked stretches, dates, links, faces."""

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from uuid import uuid4
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.moments import day_of, on_clock
from models.stored import StoredPost
from search_api.pages.prose import parted, prose
from search_api.search.snippets import Snippet, snippet

HERE = Path(__file__).parent
STATIC = HERE / "static"

HUES = 8
"""Colours of faces in the style sheet."""


def stretches(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """The text of a snippet in pieces, and whether each is highlighted; escaping is the template's."""
    end = 0
    for span in snippet.highlights:
        yield snippet.text[end : span.start], False
        yield snippet.text[span.start : span.end], True
        end = span.end
    yield snippet.text[end:], False


def excerpt(post: StoredPost) -> str:
    """The beginning of what a post says."""
    return snippet(post, None, 0, ()).text


def heading(post: StoredPost) -> str:
    """What a post is called: its title, or its beginning."""
    return post.title or excerpt(post)


def day(moment: datetime | date, timezone: tzinfo) -> date:
    """The date where the company is: lists show it as it is, short and in line, sentences in words."""
    return day_of(moment, timezone) if isinstance(moment, datetime) else moment


def thread_link(post: str) -> str:
    """The page of a post's thread, at the post."""
    return f"/thread/{quote(post, safe='')}#{quote(anchor(post), safe='')}"


def linked_post(text: str) -> str:
    """The post that a text names: by the address of its thread's page on whichever host, or by its id."""
    path = urlsplit(text).path
    _, found, last = path.rpartition("/thread/")
    return unquote(last) if found else text


def person_link(person: str) -> str:
    """The page of a person."""
    return f"/person/{quote(person, safe='')}"


def topic_link(key: str) -> str:
    """The page of a topic."""
    return f"/topic/{quote(key, safe='')}"


def channel_link(channel: str) -> str:
    """The page of a channel."""
    return f"/channel/{quote(channel, safe='')}"


def anchor(post: str) -> str:
    """The name of a post within its page: never one of the page's own."""
    return f"post-{post}"


def web_link(url: str | None) -> str | None:
    """The address, if it is one of the web: sources may hold `javascript:` and worse."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def initial(name: str) -> str:
    """What stands for a face: the first letter."""
    return name.strip()[:1].upper() or "?"


def hue(name: str) -> int:
    """The colour of a face: always the same one of a name."""
    return crc32(name.encode("utf-8", "replace")) % HUES


@cache
def environment(timezone: tzinfo) -> Environment:
    """The templates, escaping everything, failing loudly on a misspelt name; days are the zone's."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (
        stretches, excerpt, heading, thread_link, person_link, topic_link, channel_link, anchor,
        web_link, initial, hue, parted, prose,
    )  # fmt: skip
    for shown in filters:
        templates.filters[shown.__name__] = shown
    for dated in (day, on_clock):
        templates.filters[dated.__name__] = partial(dated, timezone=timezone)
    # Each form has a key of its own, so that what is sent twice is one post.
    templates.globals["fresh_key"] = uuid4
    return templates
