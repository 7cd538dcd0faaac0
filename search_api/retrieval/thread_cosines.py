"""How alike a question and whole threads are, by the vectors that are kept of their posts."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from models.language.annotation import Vector, VectorByEncoder
from models.language.encoder_revision import prompt_revision
from models.language.packing import FirstVector, unpack_vectors
from models.language.static_tensors import unit
from search_api.retrieval.candidate import Candidate, CandidateFeatures


class ThreadCosines(NamedTuple):
    """Cosines of a question with the vector of what opened a thread, and with that of the whole thread."""

    opener: float
    thread: float


UNLIKE = ThreadCosines(0.0, 0.0)


def with_cosines(
    candidates: Iterable[Candidate], threads: Mapping[str, ThreadCosines]
) -> tuple[Candidate, ...]:
    """The candidates, each with the cosines of its thread."""
    return tuple(
        [
            # By place: to replace what is named costs four times as much.
            Candidate(
                post,
                passage,
                CandidateFeatures(
                    bm25, words, semantic, cosine, foreign, *threads.get(ranking.thread, UNLIKE)
                ),
                ranking,
            )
            for post, passage, (bm25, words, semantic, cosine, foreign, _, _), ranking in candidates
        ]
    )


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
    packed: list[bytes] = []
    starts: dict[str, int] = {}
    opened: set[str] = set()
    for thread, posts in kept.items():
        for post, (embedder, vector) in posts.items():
            if embedder in revisions:
                if starts.setdefault(thread, len(packed)) == len(packed) and post == thread:
                    # It comes first, but may not have been read.
                    opened.add(thread)
                packed.append(vector)
    if not packed:
        return {}
    rows = unpack_vectors(packed, len(question))
    first = list(starts.values())
    openers = (rows[first] @ question).tolist()
    threads = (unit(np.add.reduceat(rows, first, axis=0)) @ question).tolist()
    return {
        thread: ThreadCosines(opener if thread in opened else 0.0, cosine)
        for thread, opener, cosine in zip(starts, openers, threads, strict=True)
    }
