"""What the command line prints: the API's JSON, or the same for reading in a terminal."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from rich.text import Text

from models.counted import counted
from models.moments import day_of
from search_api.cli.terminal import assembled, indented, one_line, out, print_json

if TYPE_CHECKING:
    # Whoever prints has them; a search shall not wait for what finds experts, nor for what makes JSON.
    from pydantic import BaseModel

    from models.stored import Author, Signals, StoredPost
    from models.succession import Successor
    from search_api.experts.finding import Expert
    from search_api.search.hits import Copy
    from search_api.search.page import SearchPage
    from search_api.search.snippets import Snippet

ANSWERS = {"thanked": " · most reactions", "match": " · says what was asked"}
"""What makes a reply the best answer of its thread, where nothing else in the line tells it."""


def search_page(page: "SearchPage", timezone: tzinfo, *, as_json: bool) -> None:
    """Hits with their snippets, or the API's answer."""
    if as_json:
        from search_api.schemas.search import SearchBody

        _json(SearchBody.model_validate(page))
        return
    for number, hit in enumerate(page.hits, 1):
        out.print(assembled((f"{number}.", "bold"), " ", _byline(hit.post, hit.signals, timezone)))
        if hit.superseded_by:
            out.print(indented(_superseded(hit.superseded_by, timezone), 3))
        if hit.title:
            out.print(indented(_marked(hit.title), 3))
        out.print(indented(_marked(hit.snippet), 3))
        if hit.answer:
            byline = _byline(hit.answer.post, hit.answer.signals, timezone)
            out.print(indented(assembled(("→", "green"), " ", byline, ANSWERS.get(hit.answer.why, "")), 3))
            out.print(indented(_marked(hit.answer.snippet), 5))
        more = f" · {hit.more_in_thread} more in this thread" if hit.more_in_thread else ""
        level = "" if hit.level == "exact" else f" · {hit.level}"
        missing = f" · without {', '.join(hit.missing)}" if hit.missing else ""
        out.print(indented(assembled((f"{hit.post.id}{more}{level}{missing}", "dim")), 3))
        if hit.copies:
            out.print(indented(_others("the same text", hit.copies, hit.more_copies), 3))
        if hit.merged:
            out.print(indented(_others("merged into it", hit.merged, hit.more_merged), 3))
    if not page.hits:
        out.print("Nothing was found.")
        return
    exact = counted(page.posts, "post") if page.posts else "No post"
    others = [
        f"{number} {name}"
        for number, name in ((page.similar, "similar"), (page.related, "related"))
        if number
    ]
    looked = f"; of the threads looked at {' and '.join(others)}" if others else ""
    out.print(f"{exact} {'says' if page.posts <= 1 else 'say'} all of it{looked}.")
    if page.missing:
        out.print(f"None of these says {', '.join(page.missing)}.")


def experts(found: "Iterable[Expert]", timezone: tzinfo, *, as_json: bool) -> None:
    """People with their evidence, or the API's answer."""
    found = list(found)
    if as_json:
        from search_api.schemas.experts import ExpertsBody

        _json(ExpertsBody.model_validate({"experts": found}))
        return
    for expert in found:
        name = expert.person.name if expert.person else expert.author.name
        title = f" {expert.person.title}" if expert.person and expert.person.title else ""
        out.print(assembled((f"{expert.rank}. {name}{title}", "bold")))
        for evidence in expert.evidence:
            why = ", ".join(evidence.why)
            told = f"{evidence.post.id} · {day_of(evidence.post.created, timezone)} · {why}"
            out.print(indented(_marked(evidence.snippet), 3))
            out.print(indented(assembled((told, "dim")), 3))
    if not found:
        out.print("Nobody has shown that they know this.")


def _byline(post: "StoredPost", signals: "Signals", timezone: tzinfo) -> str:
    author = _name(post.author) if post.author else "anonymous" if post.anonymous else "unknown"
    marks = " ✓ accepted" * signals.accepted + " ✓ verified" * signals.verified
    return f"{author} · {post.channel_name} · {day_of(post.created, timezone)} · {post.kind}{marks}"


def _superseded(by: "Successor", timezone: tzinfo) -> Text:
    told = "Replaced by" if by.elsewhere else "Put right by"
    return assembled((f"! {told} {by.post}", "bold red"), f" · {day_of(by.created, timezone)} · {by.title}")


def _others(what: str, threads: "Iterable[Copy]", more: int) -> Text:
    named = ", ".join(f"{one.post.channel_name} ({one.post.id})" for one in threads)
    rest = f" and {counted(more, 'more', 'more')}" if more else ""
    return assembled((f"{what}: {named}{rest}", "dim"))


def _name(author: "Author") -> str:
    return f"{author.name} {author.title}" if author.title else author.name


def _marked(snippet: "Snippet") -> Text:
    text = Text()
    start = 0
    for first, last in snippet.highlights:
        text.append(one_line(snippet.text[start:first])).append(
            one_line(snippet.text[first:last]), "bold yellow"
        )
        start = last
    return text.append(one_line(snippet.text[start:]))


def _json(body: "BaseModel") -> None:
    print_json(body.model_dump(mode="json"))
