"""Precision, recall and F1 over many posts at once, with bootstrap intervals."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES = 2_000
SEED = 20260101
INTERVAL = (2.5, 97.5)


class Outcome(NamedTuple):
    """One post: how many topics are right, how many were found, how many are wanted."""

    right: int
    found: int
    wanted: int


class Score(NamedTuple):
    """Micro-averages over posts; `low` and `high` end the 95 % interval of `micro_f1` (percentiles)."""

    precision: float
    recall: float
    micro_f1: float
    low: float
    high: float
    posts: int


def outcome(found: Collection[str], wanted: Collection[str]) -> Outcome:
    """Of two sets of topics."""
    return Outcome(len(set(found) & set(wanted)), len(found), len(wanted))


def score(outcomes: Sequence[Outcome]) -> Score:
    """The score over posts, which are resampled for the interval."""
    counts = np.array(outcomes, dtype=np.int64).reshape(-1, 3)
    right, found, wanted = counts.sum(axis=0)
    drawn = np.random.default_rng(SEED).integers(len(counts), size=(RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)
    low, high = np.percentile(2 * sums[:, 0] / np.maximum(1, sums[:, 1] + sums[:, 2]), INTERVAL)
    return Score(
        precision=float(right / max(1, found)),
        recall=float(right / max(1, wanted)),
        micro_f1=float(2 * right / max(1, found + wanted)),
        low=float(low),
        high=float(high),
        posts=len(outcomes),
    )
