"""Passages that could answer, and how often they say what, all of them looked through at once."""

from collections.abc import Hashable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from models.ranking_features import PassageText

THREAD_WEIGHT = 0.8
"""What the thread says, against what the post itself says. nDCG@10 without it and with .8: .867 and .889 on
KorQuAD's sentences in the threads of their paragraphs; .360 and .377 [+.002, +.033] for finding the threads
that people linked on Stack Exchange, which do not begin with what is asked."""

Counts = npt.NDArray[np.float64]


class Passages:
    """Some passages, each with the thread that it stands in.

    `texts` are as they are read, `lengths` are in terms, `forms` are the different terms of all passages.
    """

    def __init__(self, passages: Sequence[PassageText], threads: Sequence[Hashable]) -> None:
        said = [passage.terms.split(" ") for passage in passages]
        every = list(chain.from_iterable(said))
        lengths = [len(terms) for terms in said]
        self.texts = [passage.text for passage in passages]
        self.lengths: Counts = np.array(lengths, dtype=float)
        self._numbers = {form: number for number, form in enumerate(dict.fromkeys(every))}
        self.forms = list(self._numbers)
        self._terms = np.fromiter(map(self._numbers.__getitem__, every), np.int64, len(every))
        self._starts = np.cumsum([0, *lengths[:-1]])
        self._passage_of = np.repeat(np.arange(len(said)), lengths)
        threads_seen: dict[Hashable, int] = {}
        self._threads = np.array([threads_seen.setdefault(thread, len(threads_seen)) for thread in threads])
        self._number_of_threads = len(threads_seen)

    def __len__(self) -> int:
        return len(self.texts)

    def counts(self, forms: Sequence[str]) -> Counts:
        """How often each passage has each term, shape (passages, forms)."""
        asked = np.array([self._numbers.get(form, -1) for form in forms], dtype=np.int64)
        found = self._terms == asked[:, None]
        counts: Counts = np.add.reduceat(found, self._starts, axis=1, dtype=float).T
        return counts

    def in_a_row(self, first: str, second: str) -> Counts:
        """How often each passage has two terms in a row, shape (passages,). The index has a compound before
        its parts: one may be between.
        """
        begins = self._terms == self._numbers.get(first, -1)
        follows = self._terms == self._numbers.get(second, -1)
        next_or_after = np.zeros(len(follows), np.bool_)
        for away in (1, 2):
            same = self._passage_of[:-away] == self._passage_of[away:]
            next_or_after[:-away] |= follows[away:] & same
        counts: Counts = np.add.reduceat(begins & next_or_after, self._starts, dtype=float)
        return counts

    def greatest(self, of_forms: npt.NDArray[np.float32]) -> Counts:
        """By passage the greatest of what is given for `forms`, shape (rows, forms) → (passages, rows)."""
        return np.maximum.reduceat(of_forms[:, self._terms], self._starts, axis=1).T.astype(float)

    def best_of_thread(self, said: Counts) -> Counts:
        """By row and column the most that any row of the same thread has; shape of `said`, (passages, terms).

        A reply need not repeat what was asked: what a thread says counts for each of its posts.
        """
        if self._number_of_threads == len(self):
            return said
        best: Counts = np.zeros((self._number_of_threads, said.shape[1]))
        np.maximum.at(best, self._threads, said)
        return best.take(self._threads, axis=0)
