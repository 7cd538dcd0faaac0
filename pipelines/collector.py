"""Python's cyclic garbage collector, set for loading much and for bulk work."""

import gc

YOUNG = 50_000
"""Allocations between two looks at the youngest objects. By default (700) the collector goes over the tokens
of every few posts, and again over all that lives: a fifth of the time of an ingest, which makes no cycles."""


def collect_seldom() -> None:
    """Let the collector look seldom: while a command loads, it would go over all that is loaded 400 times."""
    gc.set_threshold(YOUNG, 20, 100)


def tune_collector() -> None:
    """Let the collector look seldom, and never again at what has been loaded so far."""
    gc.collect()
    gc.freeze()
    collect_seldom()
