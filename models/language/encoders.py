"""Which encoder a directory holds."""

from pathlib import Path

from models.errors import BadEncoder
from models.language.analyzer import Analyzer
from models.language.embedder import Embedder

SHIPPED = Path(__file__).parent / "data" / "encoder"
"""The encoder that comes with the product."""
TRANSFORMER_FILES = ("modules.json", "config_sentence_transformers.json")


def load_embedder(directory: Path, analyzer: Analyzer | None = None, cache: Path | None = None) -> Embedder:
    """The encoder in a directory, told by its files; `BadEncoder`, or `BadSetting` for a missing extra.

    An encoder of index terms reads texts with `analyzer`, by default our own without a company dictionary.
    `cache` is the folder for digests of what was read before.
    """
    # Imported where chosen: each library costs time, and settings ask only where the encoders lie.
    from models.language.morpheme_encoder import MorphemeEncoder, read_config
    from models.language.static_tensors import CONFIG, TENSORS, TOKENIZER

    if not directory.is_dir():
        raise BadEncoder(
            f"{directory}: there is no such directory.", remedy="Give the path of an encoder's directory."
        )
    config = read_config(directory / CONFIG)
    # model2vec writes modules.json too, for sentence-transformers' sake: torch is not needed to read it.
    static = config.get("model_type") == "model2vec" and (directory / TOKENIZER).is_file()
    if not static and any((directory / name).is_file() for name in TRANSFORMER_FILES):
        from models.language.onnx_encoder import OnnxEncoder, has_onnx
        from models.language.transformer_encoder import TransformerEncoder

        return OnnxEncoder(directory) if has_onnx(directory) else TransformerEncoder(directory)
    missing = [name for name in (TENSORS, TOKENIZER) if not (directory / name).is_file()]
    if missing:
        raise BadEncoder(
            f"{directory}: {' and '.join(missing)} missing.",
            remedy=f"A static encoder has {TENSORS} and {TOKENIZER}, a transformer modules.json.",
        )
    if "dure" in config:
        from models.language.mecab import MecabAnalyzer

        return MorphemeEncoder(directory, analyzer or MecabAnalyzer(), cache)
    from models.language.static_encoder import StaticEncoder

    return StaticEncoder(directory)
