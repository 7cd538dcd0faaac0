"""The vector lane: which encoder it has, if any, and why; and what single words mean beside it."""

from pathlib import Path
from typing import NamedTuple

from models.errors import BadEncoder
from models.language.analyzer import Analyzer
from models.language.embedder import Embedder, WordVectors
from models.language.encoders import SHIPPED, load_embedder
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.paired_encoder import PairedEncoder, fault_in, prompt_part
from models.language.paraphrases import kept_paraphrase_gate
from models.language.sentence_encoder import SentenceEncoder


class VectorLane(NamedTuple):
    """An encoder that is worth having, if there is one, a sentence about it for people, and what to mend."""

    embedder: Embedder | None
    told: str
    fault: BadEncoder | None


def embedder_of(directory: Path, analyzer: Analyzer, cache: Path | None, *, paired: bool) -> Embedder:
    """The encoder in a directory, however good it is; `paired` puts the pretrained one of whole sentences
    beside it. `cache` is the folder for what is prepared once. Raises `BadEncoder` for what the directory
    holds.
    """
    embedder = load_embedder(directory, analyzer, cache)
    return PairedEncoder(embedder, SentenceEncoder(cache=cache)) if paired else embedder


def vector_lane_by(
    encoder: Path | None, analyzer: Analyzer, cache: Path | None, *, paired: bool = False
) -> VectorLane:
    """The lane of the encoder in a directory, if that beats words on paraphrases.

    `paired` is as for `embedder_of`. `cache` is the folder for what was found out. Raises `BadEncoder`.
    """
    if encoder is None:
        return VectorLane(None, "No vector lane: no encoder is set.", None)
    embedder = embedder_of(encoder, analyzer, cache, paired=paired)
    fault = fault_in(embedder)
    # What half of it is worth is not kept as what the whole is.
    gate = kept_paraphrase_gate(embedder, analyzer, None if fault else cache)
    scores = f"{gate.vectors:.2f} against {gate.words:.2f} (mean reciprocal rank on paraphrases)"
    name = f"{encoder} and the Universal Sentence Encoder" if paired and not fault else str(encoder)
    missing = f" {fault}" if fault else ""
    if gate.passed:
        return VectorLane(embedder, f"Vector lane by {name}: it beats words by {scores}.{missing}", fault)
    return VectorLane(None, f"No vector lane: {name} does not beat words, {scores}.{missing}", fault)


def word_vectors_beside(embedder: Embedder | None, analyzer: Analyzer) -> WordVectors | None:
    """The encoder's own if it is made of words, or those of the one that ships."""
    prompt = prompt_part(embedder)
    if prompt is None or isinstance(prompt, MorphemeEncoder):
        return prompt
    return MorphemeEncoder(SHIPPED, analyzer)
