"""Which encoder a directory holds."""

from pathlib import Path

from models.errors import BadEncoder
from models.language.embedder import Embedder
from models.language.static_encoder import TENSORS, TOKENIZER, StaticEncoder
from models.language.transformer_encoder import TransformerEncoder

TRANSFORMER_FILES = ("modules.json", "config_sentence_transformers.json")


def load_embedder(directory: Path) -> Embedder:
    """The encoder in a directory, told by its files; `BadEncoder`, or `BadSetting` for a missing extra."""
    if not directory.is_dir():
        raise BadEncoder(
            f"{directory}: there is no such directory.", remedy="Give the path of an encoder's directory."
        )
    if any((directory / name).is_file() for name in TRANSFORMER_FILES):
        return TransformerEncoder(directory)
    missing = [name for name in (TENSORS, TOKENIZER) if not (directory / name).is_file()]
    if missing:
        raise BadEncoder(
            f"{directory}: {' and '.join(missing)} missing.",
            remedy=f"A static encoder has {TENSORS} and {TOKENIZER}, a transformer modules.json.",
        )
    return StaticEncoder(directory)
