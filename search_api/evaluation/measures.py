"""What rankings are worth: measures of ir-measures, with bootstrap intervals."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, R, nDCG
from scipy.stats import binomtest, bootstrap

MEASURES = {
    "ndcg@10": nDCG @ 10,
    "recall@1": R @ 1,
    "recall@10": R @ 10,
    "recall@100": R @ 100,
    "mrr@10": RR @ 10,
}
"""nDCG of Järvelin & Kekäläinen 2002 with linear gains, as in trec_eval and BEIR."""

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
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> dict[str, Values]:
    """By measure its values, in the order of the judged questions; `rankings` are best first."""
    # The libraries rank by score and break ties by id: each place gets a score of its own.
    run = {
        question: {document: float(-place) for place, document in enumerate(ranking[:DEPTH])}
        for question, ranking in rankings.items()
    }
    rows = {question: row for row, question in enumerate(judgements)}
    found = {measure: np.zeros(len(rows)) for measure in MEASURES.values()}
    qrels = {question: dict(judged) for question, judged in judgements.items()}
    for metric in ir_measures.iter_calc(list(found), qrels, run):
        found[metric.measure][rows[metric.query_id]] = metric.value
    return {name: found[measure] for name, measure in MEASURES.items()}


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
