"""What rankings are worth: measures of ir-measures, with bootstrap intervals."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, Measure, R, Success, nDCG
from scipy.stats import binomtest, bootstrap

SHARES = ("success@1", "success@5")
"""Of questions with an answer that comes first, and that stands among the first five."""

MEASURES = (*SHARES, "ndcg@10", "recall@1", "recall@10", "recall@100", "mrr@10")
"""nDCG of Järvelin & Kekäläinen 2002 with linear gains, as in trec_eval and BEIR. Recall is of all that was
judged above 0."""

DEPTH = 100
"""Places of a ranking that any measure looks at."""

RESAMPLES = 2_000
BATCH = 100  # resamples drawn at a time: 6,000 questions take 5 MB
SEED = 20260101
CONFIDENCE = 0.95

Values = npt.NDArray[np.float64]
"""Shape (questions,): the value of one measure for each question."""


class Estimate(NamedTuple):
    """A mean over questions, and the ends of its 95 % interval: percentiles of bootstrap means, or Wilson's.

    The mean of a single question has no interval.
    """

    mean: float
    low: float | None
    high: float | None


def values_of(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]], answering: int = 1
) -> dict[str, Values]:
    """By measure its values, in the order of the judged questions; `rankings` are best first.

    A document answers, for success and reciprocal rank, if it was judged `answering` or more.
    """
    # The libraries rank by score and break ties by id: each place gets a score of its own.
    run = {
        question: {document: float(-place) for place, document in enumerate(ranking[:DEPTH])}
        for question, ranking in rankings.items()
    }
    rows = {question: row for row, question in enumerate(judgements)}
    measures = _measures(answering)
    found = {measure: np.zeros(len(rows)) for measure in measures.values()}
    qrels = {question: dict(judged) for question, judged in judgements.items()}
    for metric in ir_measures.iter_calc(list(found), qrels, run):
        found[metric.measure][rows[metric.query_id]] = metric.value
    return {name: found[measure] for name, measure in measures.items()}


def figures(values: Mapping[str, Values]) -> dict[str, Estimate]:
    """By measure its mean over the questions, of shares with Wilson's interval, else with the bootstrap's."""
    return {
        name: share(int(found.sum()), len(found)) if name in SHARES else estimate(found)
        for name, found in values.items()
    }


def differences(values: Mapping[str, Values], base: Mapping[str, Values]) -> dict[str, Estimate]:
    """By measure how much `values` exceed those of `base`, question by question."""
    return {name: estimate(found - base[name]) for name, found in values.items()}


def estimate(values: Values) -> Estimate:
    """The mean and its interval. Of a difference of two rankings' values, question by question: paired."""
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, None, None)
    resampled = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    interval = resampled.confidence_interval
    return Estimate(mean, float(interval.low), float(interval.high))


def share(right: int, of: int) -> Estimate:
    """The share of questions that went right, with Wilson's interval (1927), which holds for few as well."""
    interval = binomtest(right, of).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(right / of, float(interval.low), float(interval.high))


def _measures(answering: int) -> dict[str, Measure]:
    measures = (
        Success(rel=answering) @ 1,
        Success(rel=answering) @ 5,
        nDCG @ 10,
        R @ 1,
        R @ 10,
        R @ 100,
        RR(rel=answering) @ 10,
    )
    return dict(zip(MEASURES, measures, strict=True))
