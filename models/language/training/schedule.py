"""The course of training: which pairs each batch is drawn from, for how long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.language.training.composition import Composition
from models.language.training.contrast import Contrast, Side, pace_at
from models.language.training.corpus import Corpus
from models.language.training.progress import Progress
from models.language.training.teacher import Taught

RARITY = 1e-3
"""SIF's constant (Arora et al. 2017): the frequency at which a word's starting weight is one half."""
DROPPED = 0.5
"""Share of the words left out of each of two copies of a text, which are to find each other all the same."""
SHORTEST_DROPPED = 6
"""Forms of a text that is worth copying so."""
FEWEST_MIXED, MOST_MIXED = 2, 6
"""Glossary entries put together to something like a sentence, in both languages: alone they teach directions,
together also how much each word is to weigh."""
MIXED_DROPPED = 0.15
"""Share of the words left out of each half of such a pair: real translations do not match word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`steps` batches of `size` pairs; `shares` says how often each kind of pairs is drawn.

    The kind `copies` is made of any text and itself, with words left out; `mixtures` of several pairs of the
    kind `glossary`, put together; `taught` of texts and a teacher's vectors.
    """

    steps: int
    size: int
    shares: dict[str, float]
    dimensions: int
    seed: int


def train(
    corpus: Corpus,
    composition: Composition,
    schedule: Schedule,
    progress: Progress,
    taught: Taught | None = None,
) -> Contrast:
    """Learn the composition's parts and weights, from the texts themselves and from a teacher's vectors."""
    counts = corpus.counts_of(composition.words)
    weights = np.log(RARITY / (RARITY + counts / max(counts.sum(), 1))).astype(np.float32)
    parts = composition.initial(schedule.dimensions, schedule.seed, taught.words if taught else None)
    contrast = Contrast(composition.matrix, parts, weights)
    losses: dict[str, float] = {}
    learning = batches(contrast, corpus, composition.words, schedule, taught=taught)
    for step, (kind, loss) in enumerate(learning):
        losses[kind] = loss if kind not in losses else 0.9 * losses[kind] + 0.1 * loss
        told = ", ".join(f"{kind} {losses[kind]:.2f}" for kind in sorted(losses))
        progress.tell(f"batch {step + 1:,} of {schedule.steps:,}; loss {told}", (step + 1) / schedule.steps)
    return contrast


def batches(
    contrast: Contrast,
    corpus: Corpus,
    words: Sequence[str],
    schedule: Schedule,
    gentleness: float = 1.0,
    taught: Taught | None = None,
) -> Iterator[tuple[str, float]]:
    """Learn from batch after batch, whose rows are `words`; the kind and the loss of each, in nats.

    `gentleness` scales the rates.
    """
    draws = _Draws(corpus, words, schedule, taught)
    for step in range(schedule.steps):
        kind, left, right = draws.batch()
        pace = gentleness * pace_at(step, schedule.steps)
        if isinstance(right, Side):
            yield kind, contrast.learn(left, right, pace)
        else:
            yield kind, contrast.follow(left, right, pace)


class _Draws:
    def __init__(
        self, corpus: Corpus, words: Sequence[str], schedule: Schedule, taught: Taught | None = None
    ) -> None:
        self._taught = np.zeros((0, 0), np.float16) if taught is None else taught.vectors
        self._corpus, self._size = corpus, schedule.size
        self._random = np.random.default_rng(schedule.seed)
        number = {word: place for place, word in enumerate(words)}
        self._words = np.array([number.get(form, -1) for form in corpus.forms], dtype=np.int32)
        self._pairs = {kind: pairs for kind, pairs in corpus.pairs.items() if len(pairs)}
        texts = np.flatnonzero(corpus.lengths() >= SHORTEST_DROPPED)
        self._pairs["copies"] = np.stack([texts, texts], axis=1)
        self._pairs["mixtures"] = self._pairs.get("glossary", np.zeros((0, 2), dtype=np.int64))
        if taught is not None:
            self._pairs["taught"] = np.stack([taught.texts, np.arange(len(taught.texts))], axis=1)
        self._kinds = sorted(
            kind for kind in self._pairs if schedule.shares.get(kind) and len(self._pairs[kind])
        )
        shares = np.array([schedule.shares[kind] for kind in self._kinds])
        self._shares = shares / shares.sum()

    def batch(self) -> tuple[str, Side, Side | npt.NDArray[np.float32]]:
        """The kind of a batch, its texts, and those that they are to find or a teacher's vectors of them."""
        kind = self._kinds[self._random.choice(len(self._kinds), p=self._shares)]
        pairs = self._pairs[kind]
        if kind == "mixtures":
            return kind, *self._mixed(pairs)
        drawn = pairs[self._random.integers(0, len(pairs), self._size)]
        if kind == "taught":
            return kind, self._side(drawn[:, 0], 0.0), self._taught[drawn[:, 1]].astype(np.float32)
        dropped = DROPPED if kind == "copies" else 0.0
        return kind, self._side(drawn[:, 0], dropped), self._side(drawn[:, 1], dropped)

    def _mixed(self, pairs: npt.NDArray[np.int64]) -> tuple[Side, Side]:
        sizes = self._random.integers(FEWEST_MIXED, MOST_MIXED + 1, self._size)
        drawn = pairs[self._random.integers(0, len(pairs), sizes.sum())]
        mixture = np.repeat(np.arange(self._size), sizes)
        left, right = (self._side(drawn[:, side], MIXED_DROPPED) for side in (0, 1))
        # Mixtures are all different texts, though they share some entries.
        return (
            Side(rows=mixture[left.rows].astype(np.int32), words=left.words, texts=np.arange(self._size)),
            Side(rows=mixture[right.rows].astype(np.int32), words=right.words, texts=np.arange(self._size)),
        )

    def _side(self, texts: npt.NDArray[np.int64], dropped: float) -> Side:
        rows, forms = self._corpus.batch(texts)
        words = self._words[forms]
        kept = words >= 0
        if dropped:
            kept &= self._random.random(len(words)) >= dropped
        return Side(rows=rows[kept], words=words[kept], texts=texts)
