"""Two encoders as one: vectors of two parts, of which the first is there at once and the second follows."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.errors import BadEncoder
from models.language.embedder import Embedder
from models.language.encoder_revision import paired_revision
from models.language.sentence_encoder import DIMENSIONS, SentenceEncoder
from models.language.static_tensors import unit

Vector = npt.NDArray[np.float32]
VectorPart = Literal["prompt", "following"]


class PairedEncoder:
    """An `Embedder` whose inner product is the mean of two cosines, where both parts are there."""

    def __init__(self, prompt: Embedder, following: SentenceEncoder) -> None:
        """`prompt` is quick; `following` is the better one, and slow."""
        self.prompt = prompt
        self.following = following
        self.revision = paired_revision(prompt.revision, following.revision)
        self.dimensions = prompt.dimensions + following.dimensions

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """As `Embedder.embed`; of a text that says nothing to one of them the other part is all."""
        parts = self.prompt.embed(texts, forms), self.following.embed(texts, forms)
        return unit(np.hstack(parts))


def without_part(vector: Vector, part: VectorPart) -> Vector:
    """The vector of a question without a part of it.

    What is left of a vector of two parts is doubled: its inner product, the mean of two cosines, becomes the
    other cosine alone. A vector that has that part only stays as it is; zero if nothing is left.
    """
    left, first = vector.copy(), len(vector) - DIMENSIONS
    left[slice(first) if part == "prompt" else slice(first, None)] = 0.0
    share = float(left @ left)
    return left / np.float32(share) if share else left


def fault_in(embedder: Embedder | None) -> BadEncoder | None:
    """Why it makes the first part only, if it should make two and does not."""
    return embedder.following.fault if isinstance(embedder, PairedEncoder) else None


def prompt_part(embedder: Embedder | None) -> Embedder | None:
    """What makes the part of a vector that is there at once; all of it where there are no two parts."""
    return embedder.prompt if isinstance(embedder, PairedEncoder) else embedder
