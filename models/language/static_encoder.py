"""A static encoder: the weighted mean of token vectors, from a directory in model2vec's format."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.errors import BadEncoder
from models.language.encoder_revision import encoder_revision
from models.language.static_tensors import (
    REMEDY,
    TENSORS,
    TOKENIZER,
    TokenTable,
    check_tensors,
    read_tensors,
    unit,
)


class StaticEncoder:
    """Reads `tokenizer.json` and `model.safetensors`, which holds these tensors:

    - `embeddings`, shape (rows, dimensions), floating point or integer;
    - `weights` (optional), a factor for each token id;
    - `mapping` (optional), the row of each token id.

    Vectors have unit length whatever `config.json` says about normalising: only so is an inner product a
    likeness, and only so do integers need no scale. Raises `BadEncoder` for a damaged or foreign directory.
    """

    def __init__(self, directory: Path) -> None:
        tensors = read_tensors(directory / TENSORS)
        self._tokenizer, self._unknown, ids = _read_tokenizer(directory / TOKENIZER)
        check_tensors(directory / TENSORS, ids, tensors)
        self._table = TokenTable(tensors)
        self.revision = f"static-{encoder_revision(directory)}"
        self.dimensions = self._table.dimensions

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """Shape (len(texts), dimensions); zero rows for texts without a known token."""
        return unit(self._table.sums(map(self._known, texts), len(texts)))

    def _known(self, text: str) -> list[int]:
        clean = text.encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(clean, add_special_tokens=False).ids
        return [token for token in ids if token != self._unknown]


def _read_tokenizer(path: Path) -> tuple[Tokenizer, int | None, int]:
    """The tokenizer, the id of its unknown token, and the number of ids that it may give."""
    # Posts are shared out over processes already; threads in each would only get in each other's way.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        content = path.read_text(encoding="utf-8")
        tokenizer = Tokenizer.from_str(content)
        model = json.loads(content)["model"]
    except Exception as error:  # tokenizers raises bare Exception
        raise BadEncoder(f"{path}: cannot be read ({error}).", remedy=REMEDY) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    unknown = model.get("unk_id")
    if unknown is None and model.get("unk_token") is not None:
        unknown = tokenizer.token_to_id(model["unk_token"])
    return tokenizer, unknown, max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1
