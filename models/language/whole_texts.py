"""Embeds texts by models that read them whole, rather than by our index terms."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


def embed_whole(texts: Sequence[str], dimensions: int, encode: Callable[[list[str]], Vectors]) -> Vectors:
    """What `encode` makes of texts, shape (len(texts), dimensions).

    A text without a letter or digit says nothing: its row is zero. Lone surrogates, on which tokenizers
    raise, are replaced.
    """
    vectors = np.zeros((len(texts), dimensions), dtype=np.float32)
    rows = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
    if rows:
        vectors[rows] = encode([texts[row].encode("utf-8", "replace").decode("utf-8") for row in rows])
    return vectors
