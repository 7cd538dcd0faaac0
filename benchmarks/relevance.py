"""Calibrates how sure it is that a thread answers: `python -m benchmarks.relevance --data FOLDER`.

Asks questions that two collections can answer, and many that they cannot (`benchmarks.answerable`). A
logistic regression (Platt 1999) over the threads that would be shown first tells from what speaks for a
thread whether it answers. All is found on the `dev` halves (KorQuAD's even articles, every other foreign
question) and written to `search_api/ranking/relevance.json`, with what was measured on both halves. FOLDER
holds the published data sets, which stay where they are.
"""

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.answerable import ENCODERS, NO_COSINES, NONE, SAMPLE, Answered, Found, ask
from search_api.evaluation.measures import share
from search_api.evaluation.split import SPLITS, Split
from search_api.ranking.relevance import CALIBRATIONS, Calibration, Evidence, Level, level_of, probability

CALIBRATED = {"meaning": ("both", NO_COSINES, "static"), "words": ("none",)}
"""The calibrations, and by what was found each is fitted; every one of these counts as much."""
FITTED = ("fused", "semantic", "cosine", "said")
SHOWN, FIRST = 10, 5
"""Threads of a page; an answer that is not among the first five threads is not found by most people."""
RIDGE = 1.0
"""The penalty on the square of each coefficient."""
MARGIN = 1.1
"""Above the most that nonsense reaches on `dev`."""
LOST = 0.01
"""The share of the right answers of `dev` that may be called related: it is worse than to show too much."""
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
KEPT = (Level.EXACT, Level.SIMILAR)

Values = npt.NDArray[np.float64]


def main() -> None:
    """Ask, calibrate, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the published data sets")
    parser.add_argument("--out", type=Path, default=CALIBRATIONS)
    arguments = parser.parse_args()
    found: dict[str, list[Answered]] = {}
    for name in ENCODERS:
        found |= ask(name, arguments.data)
    calibrations = {
        name: calibrated([[one for one in found[by] if one.split == "dev"] for by in sets])
        for name, sets in CALIBRATED.items()
    }
    measured = {
        by: {split: measures(found[by], split, calibrations[name]) for split in SPLITS}
        for name, sets in CALIBRATED.items()
        for by in sets
    }
    content = {
        "calibrations": {name: calibration._asdict() for name, calibration in calibrations.items()},
        "measured": measured,
    }
    arguments.out.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=2, ensure_ascii=False))


def calibrated(sets: Sequence[Sequence[Answered]]) -> Calibration:
    """The calibration that fits what was found on `dev`, each of the sets counting as much."""
    rows = [
        (_row(one.evidence), float(one.grade > 0), of.collection == SAMPLE, 1 / len(them))
        for them in sets
        for of in them
        for one in of.threads[:SHOWN]
    ]
    features, answers, sampled, weights = (np.array(column) for column in zip(*rows, strict=True))
    weights *= np.mean([len(them) for them in sets])
    coefficients = fit_rising(features, answers, weights)
    # Passages of an encyclopedia teach what speaks for an answer, not how often one is right in a company.
    odds = np.stack([np.ones(sampled.sum()), (features @ coefficients)[sampled]], axis=1)
    moved, slope = fit(odds, answers[sampled], weights[sampled])
    coefficients = slope * coefficients
    coefficients[0] += moved
    nonsense = [
        one.evidence
        for them in sets
        for asked in them
        if asked.source == NONE
        for one in asked.threads
        if not one.evidence.exact and not one.evidence.said
    ]
    least_semantic, least_words = (
        round(MARGIN * max((getattr(one, name) for one in nonsense), default=0.0), 3)
        for name in ("semantic", "words")
    )
    loose = Calibration._make([*coefficients.round(3).tolist(), 0.0, least_semantic, least_words])
    right = sorted(
        max(probability(one.evidence, loose) for one in best) for them in sets for best in _best(them)
    )
    return loose._replace(similar=math.floor(right[int(LOST * len(right))] * 10_000) / 10_000)


def fit(features: Values, answers: Values, weights: Values) -> Values:
    """Coefficients of the logistic regression of `answers`, shape (rows,), on `features`, shape (rows,
    columns), the first of which is 1, by Newton's method.
    """
    penalty = np.full(features.shape[1], RIDGE)
    penalty[0] = 0.0
    found = np.zeros(features.shape[1])
    for _ in range(100):
        expected = 1 / (1 + np.exp(-features @ found))
        slope = features.T @ (weights * (expected - answers)) + penalty * found
        bend = (features * (weights * expected * (1 - expected))[:, None]).T @ features + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return found


def fit_rising(features: Values, answers: Values, weights: Values) -> Values:
    """As `fit`, but with no coefficient below 0 save the first: more of what speaks for an answer never makes
    it less probable. What would speak against it beside the others is left out, the worst first.
    """
    columns = list(range(features.shape[1]))
    while True:
        found = fit(features[:, columns], answers, weights)
        worst = 1 + int(np.argmin(found[1:]))
        if found[worst] >= 0:
            break
        del columns[worst]
    coefficients = np.zeros(features.shape[1])
    coefficients[columns] = found
    return coefficients


def measures(found: Iterable[Answered], split: Split, calibration: Calibration) -> dict[str, Any]:
    """What a calibration is worth on a half: reliability on the sample company's own and foreign questions,
    how many right answers keep a level, and how many questions without an answer are told so.
    """
    mine = [one for one in found if one.split == split and one.collection == SAMPLE]
    shown = list(_shown(mine))
    told = np.array([probability(one.evidence, calibration) for one in shown])
    true = np.array([float(one.grade > 0) for one in shown])
    kept = [any(level_of(one.evidence, calibration) in KEPT for one in best) for best in _best(mine)]
    result: dict[str, Any] = {
        "brier": round(float(np.mean((told - true) ** 2)), 4),
        "brier of the base rate": round(float(true.mean() * (1 - true.mean())), 4),
        "bins": [
            {
                "from": low,
                "threads": int(inside.sum()),
                "told": _mean(told[inside]),
                "true": _mean(true[inside]),
            }
            for low, high in pairwise(BINS)
            if (inside := (told >= low) & ((told < high) | (high == 1))).any()
        ],
        "answers kept": _share(sum(kept), len(kept)),
    }
    for source in dict.fromkeys(one.source for one in mine if not one.is_own):
        levels = [
            {level_of(it.evidence, calibration) for it in one.threads} for one in mine if one.source == source
        ]
        empty = sum(not them - {None} for them in levels)
        related = sum(them.isdisjoint(KEPT) for them in levels)
        result[source] = {
            "empty": _share(empty, len(levels)),
            "at most related": _share(related, len(levels)),
        }
    return result


def _shown(answered: Iterable[Answered]) -> Iterator[Found]:
    """The threads that people see first."""
    for one in answered:
        yield from one.threads[:SHOWN]


def _best(answered: Iterable[Answered]) -> Iterator[list[Found]]:
    """Of each question about the sample company that is answered: what answers it, among the first."""
    for one in answered:
        if one.is_own and one.collection == SAMPLE:
            best = [thread for thread in one.threads[:FIRST] if thread.grade == 2]
            if best:
                yield best


def _row(evidence: Evidence) -> list[float]:
    return [1.0, *(getattr(evidence, name) for name in FITTED), math.log1p(evidence.telling)]


def _mean(values: Values) -> float:
    return round(float(values.mean()), 3)


def _share(some: int, of: int) -> list[float | int | None]:
    """How many, of how many, and Wilson's interval."""
    found = share(some, of)
    return [some, of, *(None if edge is None else round(edge, 3) for edge in (found.low, found.high))]


if __name__ == "__main__":
    main()
