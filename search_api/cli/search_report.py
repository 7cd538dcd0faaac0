"""Tells what was measured: one JSON object, or tables for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from models.counted import counted
from models.language.training.evaluation import Figure
from search_api.cli.terminal import out, print_json
from search_api.evaluation.bench import Rankings
from search_api.evaluation.collection import Collection
from search_api.evaluation.measures import MEASURES, Estimate, Values, estimate, values_of

DIGITS = 4


def search(collection: Collection, rankings: Rankings, *, as_json: bool) -> None:
    """The measures of each lane with their intervals, and what fusing changes, question by question."""
    values = {lane: values_of(ranking, collection.judgements) for lane, ranking in rankings.lanes().items()}
    lanes = {
        lane: {measure: estimate(found) for measure, found in measured.items()}
        for lane, measured in values.items()
    }
    changed = {measure: estimate(_gain(values, measure)) for measure in MEASURES}
    counts = {"documents": len(collection.documents), "queries": len(collection.questions)}
    if as_json:
        print_json({**counts, **_lanes_json(lanes), "difference": _json(changed)})
        return
    documents, queries = counted(counts["documents"], "document"), counted(counts["queries"], "question")
    out.print(f"{documents}, {queries}, 95 % intervals")
    table = Table("", *lanes, "fused - words", box=None, pad_edge=False)
    for measure in MEASURES:
        cells = [_told(estimates[measure]) for estimates in lanes.values()]
        table.add_row(measure, *cells, _told(changed[measure], sign="+"))
    out.print(table)


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


def _gain(values: Mapping[str, Mapping[str, Values]], measure: str) -> Values:
    return values["fused"][measure] - values["words"][measure]


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
    return f"{told(found.mean)} [{told(found.low)} {told(found.high)}]"
