"""A sentence-transformers model by its local path; the library is imported only when one is chosen."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.errors import BadEncoder, BadSetting
from models.language.encoder_revision import encoder_revision
from models.language.whole_texts import embed_whole


class TransformerEncoder:
    """Any sentence-transformers model; nothing is ever downloaded.

    Raises `BadSetting` where the extra is not installed, `BadEncoder` for a directory that it cannot load.
    """

    def __init__(self, directory: Path) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise BadSetting(
                f"{directory} holds a sentence-transformers model, and that library is not installed.",
                remedy="Run: pip install 'dure[transformers]'",
            ) from error
        try:
            self._model = SentenceTransformer(str(directory), local_files_only=True)
        except Exception as error:  # it raises whatever torch, transformers or a damaged file make it raise
            raise BadEncoder(
                f"{directory}: cannot be loaded ({error}).", remedy="Copy the model's directory again."
            ) from error
        self.revision = f"transformer-{encoder_revision(directory)}"
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """As `embed_whole`; a vector that is no number is zero."""
        vectors = embed_whole(texts, self.dimensions, self._encode)
        vectors[~np.isfinite(vectors).all(axis=1)] = 0.0
        return vectors

    def _encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = self._model.encode(
            texts, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors
