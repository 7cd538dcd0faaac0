"""A static encoder: the weighted mean of token vectors, from a directory in model2vec's format."""

import json
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from models.errors import BadEncoder
from models.language.encoder_revision import encoder_revision

TENSORS = "model.safetensors"
TOKENIZER = "tokenizer.json"
TOKENS_AT_A_TIME = 8192
"""Token vectors gathered at once: 8 MB at 256 dimensions, whatever the length and number of the texts."""

_REMEDY = "Copy the model's directory again, or choose another encoder."
_Tensor = npt.NDArray[Any]


class StaticEncoder:
    """Reads `tokenizer.json` and `model.safetensors`, which holds these tensors:

    - `embeddings`, shape (rows, dimensions), floating point or integer;
    - `weights` (optional), a factor for each token id;
    - `mapping` (optional), the row of each token id.

    Vectors have unit length whatever `config.json` says about normalising: only so is an inner product a
    likeness, and only so do integers need no scale. Raises `BadEncoder` for a damaged or foreign directory.
    """

    def __init__(self, directory: Path) -> None:
        tensors = _read_tensors(directory / TENSORS)
        self._tokenizer, self._unknown, ids = _read_tokenizer(directory / TOKENIZER)
        self._embeddings = tensors["embeddings"]
        self._weights = tensors.get("weights")
        self._mapping = tensors.get("mapping")
        _check(directory / TENSORS, ids, self._embeddings, self._weights, self._mapping)
        self.revision = f"static-{encoder_revision(directory)}"
        self.dimensions = int(self._embeddings.shape[1])

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (len(texts), dimensions); zero rows for texts without a known token."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            for rows, ids, starts in self._batches(texts):
                places = ids if self._mapping is None else self._mapping[ids]
                gathered = self._embeddings[places].astype(np.float32)
                if self._weights is not None:
                    gathered *= self._weights[ids].astype(np.float32)[:, None]
                vectors[rows] += np.add.reduceat(gathered, starts, axis=0)
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            vectors /= lengths
        vectors[~(np.isfinite(lengths) & (lengths > 0)).ravel()] = 0.0
        return vectors

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], npt.NDArray[np.int64], list[int]]]:
        """Known tokens, `TOKENS_AT_A_TIME` at most: rows, all their token ids, and where each row starts."""
        rows: list[int] = []
        starts: list[int] = []
        ids: list[int] = []
        for row, text in enumerate(texts):
            known = self._known(text)
            while known:
                if len(ids) == TOKENS_AT_A_TIME:
                    yield rows, np.array(ids), starts
                    rows, starts, ids = [], [], []
                room = TOKENS_AT_A_TIME - len(ids)
                rows.append(row)
                starts.append(len(ids))
                ids.extend(known[:room])
                known = known[room:]
        if ids:
            yield rows, np.array(ids), starts

    def _known(self, text: str) -> list[int]:
        clean = text.encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(clean, add_special_tokens=False).ids
        return [token for token in ids if token != self._unknown]


def _read_tensors(path: Path) -> dict[str, _Tensor]:
    try:
        with safe_open(path, framework="numpy") as file:
            names = set(file.keys())
            if "embeddings" not in names:
                raise BadEncoder(f'{path}: there is no tensor "embeddings" in it.', remedy=_REMEDY)
            return {name: file.get_tensor(name) for name in names & {"embeddings", "weights", "mapping"}}
    except (OSError, SafetensorError, TypeError, ValueError, AttributeError) as error:
        raise BadEncoder(f"{path}: cannot be read ({error}).", remedy=_REMEDY) from error


def _read_tokenizer(path: Path) -> tuple[Tokenizer, int | None, int]:
    """The tokenizer, the id of its unknown token, and the number of ids that it may give."""
    # Posts are shared out over processes already; threads in each would only get in each other's way.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        content = path.read_text(encoding="utf-8")
        tokenizer = Tokenizer.from_str(content)
        model = json.loads(content)["model"]
    except Exception as error:  # tokenizers raises bare Exception
        raise BadEncoder(f"{path}: cannot be read ({error}).", remedy=_REMEDY) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    unknown = model.get("unk_id")
    if unknown is None and model.get("unk_token") is not None:
        unknown = tokenizer.token_to_id(model["unk_token"])
    return tokenizer, unknown, max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1


def _check(
    path: Path, ids: int, embeddings: _Tensor, weights: _Tensor | None, mapping: _Tensor | None
) -> None:
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
        raise BadEncoder(f"{path}: {problem}.", remedy=_REMEDY)


def _is_finite(tensor: _Tensor) -> bool:
    # Both ends carry a NaN or an infinity out, without a second table in memory.
    return math.isfinite(tensor.min()) and math.isfinite(tensor.max())
