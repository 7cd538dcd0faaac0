"""How alike a question and whole threads are, by the vectors that are kept of their posts."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

import numpy as np

from models.language.annotation import Vector, VectorByEncoder
from models.language.encoder_revision import prompt_revision
from models.language.packing import FirstVector, unpack_vectors
from models.language.static_tensors import unit
from search_api.retrieval.candidate import Candidate


class ThreadCosines(NamedTuple):
    """Cosines of a question with the vector of what opened a thread, and with that of the whole thread."""

    opener: float
    thread: float


UNLIKE = ThreadCosines(0.0, 0.0)


def with_cosines(
    candidates: Iterable[Candidate], threads: Mapping[str, ThreadCosines]
) -> tuple[Candidate, ...]:
    """The candidates, each with the cosines of its thread."""
    alike = [(one, threads.get(one.ranking.thread, UNLIKE)) for one in candidates]
    return tuple(one._replace(features=one.features._replace(**cosines._asdict())) for one, cosines in alike)


def thread_cosines(
    asked: VectorByEncoder, kept: Mapping[str, Mapping[str, FirstVector]]
) -> dict[str, ThreadCosines]:
    """By thread its cosines, given the vectors of its posts; a thread goes by the id of what opened it.

    The vector of a thread is the unit vector of the sum of those of its posts. A post of which only the first
    part of a vector is there is compared by that part, and one that another encoder read with nothing: while
    one encoder takes over from another, a thread is compared by those of its posts that one of them has read.
    """
    found: dict[str, ThreadCosines] = {}
    for revision, question in asked.items():
        found = _compared(question, (revision, prompt_revision(revision)), kept) | found
    return found


def _compared(
    question: Vector, revisions: tuple[str, str], kept: Mapping[str, Mapping[str, FirstVector]]
) -> dict[str, ThreadCosines]:
    read = {}
    for thread, posts in kept.items():
        if packed := {post: one.packed for post, one in posts.items() if one.embedder in revisions}:
            read[thread] = packed
    if not read:
        return {}
    rows = unpack_vectors([*chain.from_iterable(posts.values() for posts in read.values())], len(question))
    starts = np.cumsum([0, *map(len, read.values())][:-1])
    openers = rows[starts] @ question
    threads = unit(np.add.reduceat(rows, starts, axis=0)) @ question
    return {
        # What opened it comes first, but may not have been read.
        thread: ThreadCosines(opener if thread == next(iter(posts)) else 0.0, cosine)
        for (thread, posts), opener, cosine in zip(
            read.items(), openers.tolist(), threads.tolist(), strict=True
        )
    }
