"""The vector lane: which encoder it has, if any, and why; and what single words mean beside it."""

from pathlib import Path

from models.language.analyzer import Analyzer
from models.language.embedder import Embedder, WordVectors
from models.language.encoders import SHIPPED, load_embedder
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.paraphrases import kept_paraphrase_gate


def vector_lane_by(
    encoder: Path | None, analyzer: Analyzer, cache: Path | None
) -> tuple[Embedder | None, str]:
    """The encoder in a directory, if it beats words on paraphrases, and a sentence about it for people.

    `cache` is the folder for what was found out. Raises `BadEncoder`.
    """
    if encoder is None:
        return None, "No vector lane: no encoder is set."
    embedder = load_embedder(encoder, analyzer)
    gate = kept_paraphrase_gate(embedder, analyzer, cache)
    scores = f"{gate.vectors:.2f} against {gate.words:.2f} (mean reciprocal rank on paraphrases)"
    if gate.passed:
        return embedder, f"Vector lane by {encoder}: it beats words by {scores}."
    return None, f"No vector lane: {encoder} does not beat words, {scores}."


def word_vectors_beside(embedder: Embedder | None, analyzer: Analyzer) -> WordVectors | None:
    """The encoder's own if it is made of words, or those of the one that ships."""
    if embedder is None or isinstance(embedder, MorphemeEncoder):
        return embedder
    return MorphemeEncoder(SHIPPED, analyzer)
