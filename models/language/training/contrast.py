"""Contrastive training of averaged word vectors, with gradients derived by hand.

InfoNCE with in-batch negatives in both directions (van den Oord et al. 2018); Adam (Kingma & Ba 2015) on the
parts that a batch touches. Weights of words are learned apart from their directions, as logarithms.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]

SHARPNESS = 12.0
"""What cosines are multiplied by, one over the temperature: 8 and 20 were measured to be worse."""
RATE, WEIGHT_RATE = 2e-3, 1e-2
MEAN_DECAY, SQUARE_DECAY = 0.9, 0.98
WARM_UP = 30
LOWEST_RATE = 0.05
TINY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One text of every pair: each word's row in the batch and its number; `texts` tell rows apart."""

    rows: npt.NDArray[np.int32]
    words: npt.NDArray[np.int32]
    texts: npt.NDArray[np.int64]


class _Adam:
    """Adam for the rows of a table that a step touches."""

    def __init__(self, table: Floats, rate: float) -> None:
        self._table, self._rate = table, rate
        self._mean, self._square = np.zeros_like(table), np.zeros_like(table)

    def step(self, rows: npt.NDArray[np.int64], gradient: Floats, number: int, pace: float) -> None:
        mean = self._mean[rows] * MEAN_DECAY + (1 - MEAN_DECAY) * gradient
        square = self._square[rows] * SQUARE_DECAY + (1 - SQUARE_DECAY) * gradient * gradient
        self._mean[rows], self._square[rows] = mean, square
        correction = np.sqrt(1 - SQUARE_DECAY**number) / (1 - MEAN_DECAY**number)
        self._table[rows] -= np.float32(pace * self._rate * correction) * mean / (np.sqrt(square) + 1e-8)


class Contrast:
    """Learns `parts`, shape (parts, dimensions), and `log_weights`, shape (words,), in place.

    `matrix` of shape (words, parts) composes the words' directions.
    """

    def __init__(self, matrix: sparse.csr_matrix, parts: Floats, log_weights: Floats) -> None:
        self._matrix, self.parts, self.log_weights = matrix, parts, log_weights
        self._parts_step = _Adam(parts, RATE)
        self._weights_step = _Adam(log_weights, WEIGHT_RATE)
        self._steps = 0

    def vectors(self) -> Floats:
        """The words' vectors as they are now, weights included."""
        composed: Floats = self._matrix @ self.parts
        return composed * np.exp(self.log_weights)[:, None]

    def learn(self, left: Side, right: Side, pace: float) -> float:
        """One step on a batch of pairs; `pace` scales the rates. Gives the loss in nats."""
        summed = self._sum(left, right)
        count = len(left.texts)
        loss, slope = _information_loss(summed.units[:count], summed.units[count:], left.texts, right.texts)
        self._descend(summed, slope, pace)
        return loss

    def follow(self, texts: Side, targets: Floats, pace: float) -> float:
        """One step by which texts find a teacher's vectors of them, and these find the texts.

        `targets` are unit vectors, shape (texts, dimensions). Gives the loss in nats.
        """
        summed = self._sum(texts)
        loss, slope = _information_loss(summed.units, targets, texts.texts, texts.texts)
        self._descend(summed, slope[: len(targets)], pace)
        return loss

    def _sum(self, *sides: Side) -> "_Summed":
        """The vectors of the texts of all sides, one side after the other."""
        words, columns = np.unique(np.concatenate([side.words for side in sides]), return_inverse=True)
        firsts = np.cumsum([0, *(len(side.texts) for side in sides)])
        rows = np.concatenate([side.rows + first for side, first in zip(sides, firsts, strict=False)])
        bag = sparse.csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(firsts[-1], len(words))
        )
        composing = self._matrix[words]
        touched, places = np.unique(composing.indices, return_inverse=True)
        composing = sparse.csr_matrix(
            (composing.data, places.astype(np.int32), composing.indptr), shape=(len(words), len(touched))
        )
        directions = composing @ self.parts[touched]
        weights = np.exp(self.log_weights[words])[:, None]
        sums = bag @ (directions * weights)
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), TINY)
        return _Summed(
            words=words,
            touched=touched,
            bag=bag,
            composing=composing,
            directions=directions,
            weights=weights,
            lengths=lengths,
            units=sums / lengths,
        )

    def _descend(self, summed: "_Summed", slope: Floats, pace: float) -> None:
        """A step against the slope of a loss, which is by the units of the sums."""
        units, directions, weights = summed.units, summed.directions, summed.weights
        # Through the normalisation, the sum, the weights and the composition, in this order.
        slope = (slope - (slope * units).sum(axis=1, keepdims=True) * units) / summed.lengths
        slope = summed.bag.T @ slope
        self._steps += 1
        self._weights_step.step(summed.words, (slope * directions * weights).sum(axis=1), self._steps, pace)
        self._parts_step.step(summed.touched, summed.composing.T @ (slope * weights), self._steps, pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Summed:
    """Texts as sums of their words, and what they were computed from: `words` are those in the batch and
    `touched` their parts, which `composing` composes to `directions`; `bag` adds these up, with `weights`.
    """

    words: npt.NDArray[np.int64]
    touched: npt.NDArray[np.int64]
    bag: sparse.csr_matrix
    composing: sparse.csr_matrix
    directions: Floats
    weights: Floats
    lengths: Floats
    units: Floats


def pace_at(step: int, steps: int) -> float:
    """From nothing up to 1 while warming up, then linearly down."""
    return min(1.0, (step + 1) / WARM_UP) * max(LOWEST_RATE, 1 - step / steps)


def _information_loss(
    left: Floats, right: Floats, left_texts: npt.NDArray[np.int64], right_texts: npt.NDArray[np.int64]
) -> tuple[float, Floats]:
    """The mean of both directions, and its gradient with respect to the rows of left, then right."""
    count = len(left)
    logits = np.float32(SHARPNESS) * (left @ right.T)
    # The same text in another pair of the batch is no negative.
    twins = (left_texts[:, None] == left_texts) | (right_texts[:, None] == right_texts)
    np.fill_diagonal(twins, False)
    logits[twins] = -1e4
    forth, back = _softmax(logits, axis=1), _softmax(logits, axis=0)
    likely = np.log(np.diagonal(forth) + 1e-30) + np.log(np.diagonal(back) + 1e-30)
    loss = float(-0.5 * likely.mean())
    slope = (forth + back) / 2
    slope[np.arange(count), np.arange(count)] -= 1
    slope *= np.float32(SHARPNESS / count)
    return loss, np.concatenate([slope @ right, slope.T @ left])


def _softmax(logits: Floats, axis: int) -> Floats:
    powers: Floats = np.exp(logits - logits.max(axis=axis, keepdims=True))
    powers /= powers.sum(axis=axis, keepdims=True)
    return powers
