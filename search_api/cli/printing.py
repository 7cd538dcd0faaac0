"""What the command line prints: the API's JSON, or the same for reading in a terminal."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import tzinfo

from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from models.moments import day_of
from models.stored import Author, Change, Signals, StoredPost, StoreStatus
from pipelines.problems import ProblemReport
from pipelines.verify import Comparison
from search_api.cli.doctor import Finding
from search_api.experts.finding import Expert
from search_api.schemas.experts import ExpertsBody
from search_api.schemas.search import SearchBody
from search_api.search.page import SearchPage
from search_api.search.snippets import Snippet

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def search_page(page: SearchPage, timezone: tzinfo, *, as_json: bool) -> None:
    """Hits with their snippets, or the API's answer."""
    if as_json:
        _json(SearchBody.model_validate(page))
        return
    for number, hit in enumerate(page.hits, 1):
        out.print(f"[bold]{number}.[/] {_byline(hit.post, hit.signals, timezone)}")
        if hit.title:
            out.print(Text("   ").append(_marked(hit.title)))
        out.print(Text("   ").append(_marked(hit.snippet)))
        if hit.answer:
            out.print(f"   [green]✓[/] {_byline(hit.answer.post, hit.answer.signals, timezone)}")
            out.print(Text("     ").append(_marked(hit.answer.snippet)))
        more = f" · {hit.more_in_thread} more in this thread" if hit.more_in_thread else ""
        out.print(f"   [dim]{escape(hit.post.id)}{more}[/]")
    out.print(f"[dim]{page.posts:,} posts match.[/]" if page.posts or page.hits else "Nothing was found.")


def experts(found: Iterable[Expert], timezone: tzinfo, *, as_json: bool) -> None:
    """People with their evidence, or the API's answer."""
    found = list(found)
    if as_json:
        _json(ExpertsBody.model_validate({"experts": found}))
        return
    for expert in found:
        name = expert.person.name if expert.person else expert.author.name
        title = f" {expert.person.title}" if expert.person and expert.person.title else ""
        out.print(f"[bold]{expert.rank}. {escape(name + title)}[/]")
        for evidence in expert.evidence:
            why = ", ".join(evidence.why)
            out.print(Text("   ").append(_marked(evidence.snippet)))
            day = day_of(evidence.post.created, timezone)
            out.print(f"   [dim]{escape(evidence.post.id)} · {day} · {why}[/]")
    if not found:
        out.print("Nobody has shown that they know this.")


def status(counts: StoreStatus, *, as_json: bool) -> None:
    """The numbers of the store."""
    if as_json:
        out.print_json(json.dumps(asdict(counts)))
        return
    for name, number in asdict(counts).items():
        out.print(f"{name:<10}{number:>12,}")


def comparison(found: Comparison, *, as_json: bool) -> None:
    """Store and index side by side, and where they differ."""
    if as_json:
        out.print_json(json.dumps(asdict(found) | {"agrees": found.agrees}))
        return
    out.print(f"store {found.store_posts:>12,} posts  digest {found.store_digest}")
    out.print(f"index {found.index_posts:>12,} posts  digest {found.index_digest}")
    for kind in ("missing", "surplus", "outdated"):
        if posts := getattr(found, kind):
            out.print(f"[red]{kind}[/] in the index: {', '.join(posts)}")
    if found.pending:
        out.print(f"{found.pending:,} posts are pending: `dure publish` brings them in.")
    out.print(
        "They agree."
        if found.agrees
        else "They differ: `dure publish`, and if that is not enough `dure rebuild`."
    )


def findings(examined: Iterable[Finding]) -> None:
    """One line for each part."""
    for finding in examined:
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        out.print(f"{mark} {finding.part:<10}{escape(finding.seen)}")


def ingested(changes: Mapping[Change, int], report: ProblemReport) -> None:
    """What became of the records of an input, then its problems."""
    counts = ", ".join(f"{changes[change]:,} {change}" for change in Change if changes.get(change))
    err.print(f"Records: {counts or 'none'}.")
    if text := str(report):
        err.print(text, markup=False)


def _byline(post: StoredPost, signals: Signals, timezone: tzinfo) -> str:
    author = _name(post.author) if post.author else "anonymous" if post.anonymous else "unknown"
    marks = " ✓ accepted" * signals.accepted + " ✓ verified" * signals.verified
    day = day_of(post.created, timezone)
    return escape(f"{author} · {post.channel_name} · {day} · {post.kind}{marks}")


def _name(author: Author) -> str:
    return f"{author.name} {author.title}" if author.title else author.name


def _marked(snippet: Snippet) -> Text:
    text = Text(snippet.text.replace("\n", " "))
    for start, end in snippet.highlights:
        text.stylize("bold yellow", start, end)
    return text


def _json(body: BaseModel) -> None:
    out.print_json(body.model_dump_json())
