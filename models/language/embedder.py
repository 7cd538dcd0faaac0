"""The `Embedder` protocol: text in, unit vectors out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their likeness."""

    @property
    def revision(self) -> str:
        """Changes whenever the same text may give another vector."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """Shape (len(texts), dimensions); each row has unit length, or is zero where a text says nothing.

        `forms` are the index terms of each text, where they are at hand: it spares analysing it again.
        """
        ...


class WordVectors(Protocol):
    """Turns single index terms into vectors: what an encoder has that is made of words."""

    def words(self, forms: Sequence[str], *, made_up: bool = False) -> npt.NDArray[np.float32]:
        """Shape (len(forms), dimensions); the direction says what a term means, the length how much it tells.

        Zero for a term that is not known, unless a vector is to be made up from its spelling.
        """
        ...

    def cosines(self, given: npt.NDArray[np.float32], forms: Sequence[str]) -> npt.NDArray[np.float32]:
        """Cosines of unit vectors with terms, shape (len(given), len(forms)); 0 with unknown terms."""
        ...
