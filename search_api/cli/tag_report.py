"""Tells how well tagging did: one JSON object, or tables for people."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from search_api.cli.terminal import out, print_json
from search_api.evaluation.proportions import Score
from search_api.evaluation.tagging import TaggingFigures

DIGITS = 4


def tags(figures: TaggingFigures, without: Mapping[str, TaggingFigures], *, as_json: bool) -> None:
    """The scores on the sample, and what each component taken out changes."""
    if as_json:
        data: dict[str, Any] = {"sample": _sample(figures)}
        if without:
            data["without"] = {component: _summary(found) for component, found in without.items()}
        print_json(data)
        return
    table = Table(
        "topics", "micro-F1", "95 % interval", "precision", "recall", "posts", box=None, pad_edge=False
    )
    for split, found in figures.by_split.items():
        table.add_row(f"sample, {split}", *_cells(found))
    out.print(table)
    table = Table("", "micro-F1", "marked", "guessed", box=None, pad_edge=False)
    for name, measured in {
        "all components": figures,
        **{f"without {it}": without[it] for it in without},
    }.items():
        table.add_row(name, *(f"{value:.4f}" for value in _summary(measured).values()))
    out.print()
    out.print(table)


def _cells(found: Score) -> list[str]:
    interval = f"{found.low:.3f}–{found.high:.3f}"
    numbers = f"{found.micro_f1:.3f}", interval, f"{found.precision:.3f}", f"{found.recall:.3f}"
    return [*numbers, f"{found.posts:,}"]


def _sample(figures: TaggingFigures) -> dict[str, Any]:
    splits = {split: _json(found) for split, found in figures.by_split.items()}
    whole = splits.pop("all")
    return {
        **whole,
        **splits,
        **{name: value for name, value in _summary(figures).items() if name not in whole},
    }


def _summary(figures: TaggingFigures) -> dict[str, float]:
    return {
        "micro_f1": round(figures.by_split["all"].micro_f1, DIGITS),
        "marked": round(figures.marked, DIGITS),
        "guessed": round(figures.guessed, DIGITS),
    }


def _json(found: Score) -> dict[str, Any]:
    return {
        "micro_f1": round(found.micro_f1, DIGITS),
        "precision": round(found.precision, DIGITS),
        "recall": round(found.recall, DIGITS),
        "interval": [round(found.low, DIGITS), round(found.high, DIGITS)],
        "posts": found.posts,
    }
