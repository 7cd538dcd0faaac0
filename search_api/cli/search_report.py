"""Tells what was measured: one JSON object, or tables for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from models.counted import counted
from models.language.training.evaluation import Figure
from search_api.cli.terminal import out, print_json
from search_api.evaluation.ablation import TUNED_ON, Ablation, worth_of
from search_api.evaluation.asking import Judged, Rankings
from search_api.evaluation.measures import MEASURES, Estimate, differences, figures
from search_api.evaluation.questions import groups_of

DIGITS = 4
FEW = ("success@1", "success@5", "ndcg@10")
"""The measures for which a table by group or by part has room in 80 columns; JSON has all."""


def search(judged: Judged, rankings: Rankings, ablation: Ablation | None, *, as_json: bool) -> None:
    """The measures of each lane with their intervals, what fusing changes, question by question, how well
    the questions of each kind and half are answered, and what each part is worth.
    """
    values = {lane: judged.values(ranking) for lane, ranking in rankings.lanes().items()}
    lanes = {lane: figures(measured) for lane, measured in values.items()}
    changed = differences(values["fused"], values["words"])
    counts = {"documents": judged.documents, "queries": len(judged.questions)}
    groups = [
        (group, len(places), figures({name: found[places] for name, found in values["fused"].items()}))
        for group, places in groups_of(judged.questions).items()
    ]
    if as_json:
        by_group = [
            {**group._asdict(), "queries": size, "fused": _json(found)} for group, size, found in groups
        ]
        data = {**counts, **_lanes_json(lanes), "difference": _json(changed), "groups": by_group}
        print_json(data | ({"ablation": _ablation_json(ablation)} if ablation else {}))
        return
    documents, queries = counted(counts["documents"], "document"), counted(counts["queries"], "question")
    out.print(f"{documents}, {queries}, 95 % intervals")
    table = Table("", *lanes, "fused - words", box=None, pad_edge=False)
    for measure in MEASURES:
        cells = [_told(estimates[measure]) for estimates in lanes.values()]
        table.add_row(measure, *cells, _told(changed[measure], sign="+"))
    out.print(table)
    if len(groups) > 1:
        out.print("\nFused, by kind and half of the questions")
        halved = any(group.split for group, _, _ in groups)
        table = Table("", "questions", *FEW, box=None, pad_edge=False)
        for group, size, found in groups:
            name = f"{group.kind or 'all'} {group.split or ('neither' if halved else '')}"
            table.add_row(name, f"{size:,}", *(_told(found[it]) for it in FEW))
        out.print(table)
    if ablation:
        _tell_ablation(ablation)


def _tell_ablation(ablation: Ablation) -> None:
    asked = counted(len(ablation.asked.questions), "question")
    out.print(f"\nFused without one part each, paired difference to the whole: {asked}, {TUNED_ON} alone")
    table = Table("without", "changed", *FEW, box=None, pad_edge=False)
    for part, worth in worth_of(ablation).items():
        cells = (_told(worth.difference[measure], sign="+") for measure in FEW)
        table.add_row(f"{part.of} {part.name}", f"{worth.changed:,}", *cells)
    out.print(table)


def _ablation_json(ablation: Ablation) -> dict[str, Any]:
    return {
        "split": TUNED_ON,
        "queries": len(ablation.asked.questions),
        "whole": _json(figures(ablation.asked.values(ablation.whole))),
        "without": [
            {**part._asdict(), "changed": worth.changed, "difference": _json(worth.difference)}
            for part, worth in worth_of(ablation).items()
        ],
    }


def encoder(sts: Sequence[Figure], pairs: Sequence[Figure], *, as_json: bool) -> None:
    """Figures of an encoder."""
    parts = {name: figures for name, figures in (("sts", sts), ("pairs", pairs)) if figures}
    if as_json:
        print_json(
            {
                **{name: {it.name: _rounded(it.value) for it in figures} for name, figures in parts.items()},
                "intervals": {
                    name: {it.name: [_rounded(it.low), _rounded(it.high)] for it in figures}
                    for name, figures in parts.items()
                },
                "rows": {name: figures[0].rows for name, figures in parts.items()},
            }
        )
        return
    table = Table("", "", "95 % interval", "rows", box=None, pad_edge=False)
    for figure in (*sts, *pairs):
        interval = f"{figure.low:.3f}–{figure.high:.3f}"
        table.add_row(figure.name, f"{figure.value:.3f}", interval, f"{figure.rows:,}")
    out.print(table)


def _lanes_json(lanes: Mapping[str, Mapping[str, Estimate]]) -> dict[str, Any]:
    means = {
        lane: {measure: _rounded(found.mean) for measure, found in estimates.items()}
        for lane, estimates in lanes.items()
    }
    intervals = {
        lane: {measure: [_rounded(found.low), _rounded(found.high)] for measure, found in estimates.items()}
        for lane, estimates in lanes.items()
    }
    return {"lanes": means, "intervals": intervals}


def _json(estimates: Mapping[str, Estimate]) -> dict[str, dict[str, float | None]]:
    return {
        measure: {name: _rounded(value) for name, value in found._asdict().items()}
        for measure, found in estimates.items()
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _told(found: Estimate, *, sign: str = "") -> str:
    def told(value: float) -> str:
        return f"{value:{sign}.3f}".replace("0.", ".")

    if found.low is None or found.high is None:
        return told(found.mean)
    # A narrow terminal may break before the interval, not within.
    return f"{told(found.mean)} [{told(found.low)},{told(found.high)}]"
