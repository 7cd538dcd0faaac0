"""The tensors of a static encoder: read, and checked before anything is computed with them."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from models.errors import BadEncoder

TENSORS = "model.safetensors"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
REMEDY = "Copy the model's directory again, or choose another encoder."

TOKENS_AT_A_TIME = 8192
"""Token vectors gathered at once: 8 MB at 256 dimensions, whatever the length and number of the texts."""

Tensor = npt.NDArray[Any]
Vectors = npt.NDArray[np.float32]


class TokenTable:
    """The vectors of tokens: `embeddings`, a factor for each token (`weights`), and its row (`mapping`)."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        self._embeddings = tensors["embeddings"]
        self._weights = tensors.get("weights")
        self._mapping = tensors.get("mapping")
        self.dimensions = int(self._embeddings.shape[1])

    def sums(self, texts: Iterable[list[int]], count: int) -> Vectors:
        """The sum of the vectors of each text's tokens, shape (count, dimensions)."""
        vectors = np.zeros((count, self.dimensions), dtype=np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            for rows, ids, starts in _batches(texts):
                vectors[rows] += np.add.reduceat(self.rows(ids), starts, axis=0)
        return vectors

    def rows(self, ids: npt.NDArray[np.int64]) -> Vectors:
        """The weighted vectors of tokens, shape (len(ids), dimensions)."""
        gathered = self._gathered(ids)
        if self._weights is not None:
            gathered *= self._weights[ids].astype(np.float32)[:, None]
        return gathered

    def cosines(self, given: Vectors, ids: npt.NDArray[np.int64]) -> Vectors:
        """Cosines of unit vectors with tokens' vectors, shape (len(given), len(ids)); 0 where these are zero.

        Weights change no direction: a search has hundreds of tokens, and to weigh them and bring them to unit
        length takes as long again.
        """
        stored = self._gathered(ids)
        with np.errstate(all="ignore"):
            lengths = np.sqrt(np.einsum("ij,ij->i", stored, stored))
            if self._weights is not None:
                lengths *= np.sign(self._weights[ids]).astype(np.float32)
            cosines: Vectors = given @ stored.T
            cosines /= lengths
        cosines[:, ~(np.isfinite(lengths) & (lengths != 0))] = 0.0
        return cosines

    def _gathered(self, ids: npt.NDArray[np.int64]) -> Vectors:
        """The vectors of tokens as they are stored, without weights."""
        places = ids if self._mapping is None else self._mapping[ids]
        gathered: Vectors = self._embeddings[places].astype(np.float32)
        return gathered


def unit(vectors: Vectors) -> Vectors:
    """Every row at unit length, in place; zero where it is zero or no number."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= lengths
    vectors[~(np.isfinite(lengths) & (lengths > 0)).ravel()] = 0.0
    return vectors


def _batches(texts: Iterable[list[int]]) -> Iterator[tuple[list[int], npt.NDArray[np.int64], list[int]]]:
    """`TOKENS_AT_A_TIME` tokens at most: rows of texts, all their token ids, and where each row starts."""
    rows: list[int] = []
    starts: list[int] = []
    ids: list[int] = []
    for row, known in enumerate(texts):
        begun = 0
        while begun < len(known):
            if len(ids) == TOKENS_AT_A_TIME:
                yield rows, np.array(ids), starts
                rows, starts, ids = [], [], []
            room = TOKENS_AT_A_TIME - len(ids)
            rows.append(row)
            starts.append(len(ids))
            ids += known[begun : begun + room]
            begun += room
    if ids:
        yield rows, np.array(ids), starts


def read_tensors(path: Path) -> dict[str, Tensor]:
    """`embeddings`, and `weights` and `mapping` where it has them; `BadEncoder` for another file."""
    try:
        with safe_open(path, framework="numpy") as file:
            names = set(file.keys())
            if "embeddings" not in names:
                raise BadEncoder(f'{path}: there is no tensor "embeddings" in it.', remedy=REMEDY)
            return {name: file.get_tensor(name) for name in names & {"embeddings", "weights", "mapping"}}
    except (OSError, SafetensorError, TypeError, ValueError, AttributeError) as error:
        raise BadEncoder(f"{path}: cannot be read ({error}).", remedy=REMEDY) from error


def check_tensors(path: Path, ids: int, tensors: dict[str, Tensor]) -> None:
    """Raise `BadEncoder`, naming the fault, unless `ids` tokens have a row and a factor each, all finite."""
    embeddings, weights, mapping = tensors["embeddings"], tensors.get("weights"), tensors.get("mapping")
    problem = None
    if embeddings.ndim != 2 or 0 in embeddings.shape or embeddings.dtype.kind not in "fi":
        problem = (
            f'"embeddings" must be a table of numbers, not {embeddings.dtype} of shape {embeddings.shape}'
        )
    elif mapping is None and ids > len(embeddings):
        problem = f'the tokenizer knows {ids} tokens, but "embeddings" has {len(embeddings)} rows'
    elif mapping is not None and (
        mapping.ndim != 1 or mapping.size < max(ids, 1) or mapping.dtype.kind not in "iu"
    ):
        problem = f'"mapping" must give a row for each of {ids} tokens'
    elif mapping is not None and not 0 <= int(mapping.min()) <= int(mapping.max()) < len(embeddings):
        problem = f'"mapping" points outside the {len(embeddings)} rows of "embeddings"'
    elif weights is not None and (weights.ndim != 1 or weights.size < ids):
        problem = f'"weights" must give a factor for each of {ids} tokens'
    elif not all(_is_finite(tensor) for tensor in (embeddings, weights) if tensor is not None):
        problem = "it holds values that are no numbers"
    if problem:
        raise BadEncoder(f"{path}: {problem}.", remedy=REMEDY)


def _is_finite(tensor: Tensor) -> bool:
    # Both ends carry a NaN or an infinity out, without a second table in memory.
    return math.isfinite(tensor.min()) and math.isfinite(tensor.max())
