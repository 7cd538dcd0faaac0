"""How well an encoder finds the answers of threads by what was asked; two of them on the same questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.language.embedder import Embedder
from models.language.training.threads import Forms, Split, Thread

QUESTIONS = 2_000
"""Threads that are asked about, drawn from all that are held out: their interval is narrow enough."""
QUESTIONS_AT_A_TIME = 200
RESAMPLES = 2_000
FEW = 10

Floats = npt.NDArray[np.float32]
Ranks = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Questions, and the posts among which their answers are: of every thread, the earlier ones too.

    Question i is of thread `asked[i]`, candidate j of thread `threads[j]`; candidates are in thread order.
    """

    questions: tuple[Forms, ...]
    asked: npt.NDArray[np.int64]
    candidates: tuple[Forms, ...]
    threads: npt.NDArray[np.int64]

    @classmethod
    def of(cls, split: Split) -> "Sought":
        """The later threads' questions, in the same order for every encoder."""
        threads: list[Thread] = [*(thread for thread in split.earlier if thread.answers), *split.later]
        first = len(threads) - len(split.later)
        drawn = np.random.default_rng(0).permutation(len(split.later))[:QUESTIONS]
        asked = first + np.sort(drawn).astype(np.int64)
        said = [(number, answer.forms) for number, thread in enumerate(threads) for answer in thread.answers]
        return cls(
            questions=tuple(threads[number].question for number in asked),
            asked=asked,
            candidates=tuple(forms for _, forms in said),
            threads=np.array([number for number, _ in said], dtype=np.int64),
        )

    def found_by(self, embedder: Embedder) -> Ranks:
        """The reciprocal rank of each question's thread, by an encoder that takes ready-made terms."""
        questions, candidates = (
            embedder.embed([""] * len(texts), texts) for texts in (self.questions, self.candidates)
        )
        return self.reciprocal_ranks(questions, candidates)

    def reciprocal_ranks(self, questions: Floats, candidates: Floats) -> Ranks:
        """Of each question's thread among all threads, each ranked by its nearest answer.

        The vectors have shapes (questions, dimensions) and (candidates, dimensions). Threads with equal
        scores share the mean of their ranks.
        """
        numbers, starts = np.unique(self.threads, return_index=True)
        right = np.searchsorted(numbers, self.asked)
        ranks: list[Ranks] = []
        for start in range(0, len(questions), QUESTIONS_AT_A_TIME):
            end = start + QUESTIONS_AT_A_TIME
            scores = np.maximum.reduceat(questions[start:end] @ candidates.T, starts, axis=1)
            own = np.take_along_axis(scores, right[start:end, None], axis=1)
            better, equal = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
            ranks.append(better + (equal + 1) / 2)
        return 1.0 / np.concatenate(ranks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Two encoders on the same questions: mean reciprocal rank, share among the first `FEW`, and the gain.

    `low` and `high` are the 95 % interval of the difference in mean reciprocal rank, by paired bootstrap.
    """

    before: float
    after: float
    low: float
    high: float
    few_before: float
    few_after: float

    @property
    def beyond_noise(self) -> bool:
        """Whether the second encoder is better, and not by chance."""
        return self.low > 0


def gain(before: Ranks, after: Ranks) -> Gain:
    """Compare the reciprocal ranks of two encoders, question by question."""
    random = np.random.default_rng(0)
    differences = after - before
    means = [differences[random.integers(0, len(before), len(before))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Gain(
        before=float(before.mean()),
        after=float(after.mean()),
        low=float(low),
        high=float(high),
        few_before=_few(before),
        few_after=_few(after),
    )


def _few(ranks: Sequence[float] | Ranks) -> float:
    return float((np.asarray(ranks) >= 1 / FEW).mean())
