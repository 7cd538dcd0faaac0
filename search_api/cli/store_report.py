"""What the command line tells of the store and the index: numbers, differences, what was read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from models.counted import counted
from models.stored import Change, Refusal, StoreStatus
from search_api.cli.terminal import assembled, err, out, print_json

if TYPE_CHECKING:
    # Each is told by one command, which alone shall wait for what these need.
    from pipelines.problems import ProblemReport
    from pipelines.verify import Comparison
    from search_api.cli.doctor import Finding

REFUSED_NAMED = 5
"""Refused posts named by `dure status`: enough to see what is wrong with them."""


def status(counts: StoreStatus, refused: Sequence[Refusal], vectors_to_come: int, *, as_json: bool) -> None:
    """The numbers of the store, and the first posts that the index refuses."""
    if as_json:
        refusals = [asdict(refusal) for refusal in refused]
        print_json(asdict(counts) | {"vectors_to_come": vectors_to_come, "refusals": refusals})
        return
    for name, number in asdict(counts).items():
        out.print(f"{name:<10}{number:>12,}")
    if vectors_to_come:
        # Without those that are deleted, each post has one reading.
        done = 1 - vectors_to_come / max(counts.posts, vectors_to_come)
        out.print(f"vectors   {vectors_to_come:>12,} to come ({done:.0%} done; words find all posts)")
    for refusal in refused:
        out.print(assembled(("refused", "red"), f" {refusal.post}: {refusal.reason}"))
    if counts.refused > len(refused):
        out.print(f"and {counts.refused - len(refused):,} more")


def comparison(found: "Comparison", *, as_json: bool) -> None:
    """Store and index side by side, and where they differ."""
    if as_json:
        print_json(asdict(found) | {"agrees": found.agrees})
        return
    out.print(f"store {found.store_posts:>12,} posts  digest {found.store_digest}")
    out.print(f"index {found.index_posts:>12,} posts  digest {found.index_digest}")
    for kind in ("missing", "surplus", "outdated"):
        if posts := getattr(found, kind):
            out.print(assembled((kind, "red"), f" in the index: {', '.join(posts)}"))
    if found.pending:
        out.print(f"Pending: {counted(found.pending, 'post')}, which `dure publish` brings in.")
    out.print(
        "They agree."
        if found.agrees
        else "They differ: `dure publish`, and if that is not enough `dure rebuild`."
    )


def findings(examined: Iterable["Finding"], *, as_json: bool) -> None:
    """One line for each part."""
    if as_json:
        print_json([asdict(finding) for finding in examined])
        return
    for finding in examined:
        mark = ("✓", "green") if finding.well else ("✗", "red")
        out.print(assembled(mark, f" {finding.part:<10}{finding.seen}"))


def ingested(changes: Mapping[Change, int], report: "ProblemReport") -> None:
    """What became of the records of an input, then its problems."""
    counts = ", ".join(f"{changes[change]:,} {change}" for change in Change if changes.get(change))
    err.print(f"Records: {counts or 'none'}.")
    if text := str(report):
        err.print(text)
