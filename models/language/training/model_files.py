"""From learned vectors to a model directory: principal components, order of dimensions, eight bits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy import sparse
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from models.language.static_tensors import CONFIG, TENSORS, TOKENIZER, unit
from models.language.training.composition import SOUND, SPELLING
from models.language.training.corpus import Corpus

UNKNOWN = "[UNK]"
LARGEST = 127
LONGEST_TEXT = 1_000_000
SENTENCES = 40_000
"""Texts whose vectors give the order of the dimensions."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Rows for words and for pieces, shapes (words, dimensions) and (pieces, dimensions).

    `unknown_weight` is what an unknown word is multiplied by, `number_weight` an unknown number.
    """

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    word_rows: Floats
    piece_rows: Floats
    unknown_weight: float
    number_weight: float


def turned(vectors: Vectors, sentences: Floats, removed: int) -> Vectors:
    """The same without the `removed` strongest components of `sentences`, the others in order of strength.

    `sentences` are unit vectors, shape (texts, dimensions). Mu & Viswanath 2018 for the removal; the order
    makes the first dimensions serve alone. Removed components become zeros, in last place.
    """
    strengths, axes = np.linalg.eigh(sentences.T @ sentences)
    axes = axes[:, np.argsort(-strengths)]
    axes = np.concatenate([axes[:, removed:], np.zeros_like(axes[:, :removed])], axis=1).astype(np.float32)
    return Vectors(
        words=vectors.words,
        pieces=vectors.pieces,
        word_rows=vectors.word_rows @ axes,
        piece_rows=vectors.piece_rows @ axes,
        unknown_weight=vectors.unknown_weight,
        number_weight=vectors.number_weight,
    )


def sentences(corpus: Corpus, words: Sequence[str], rows: Floats, seed: int) -> Floats:
    """Unit vectors of texts drawn from the corpus, shape (texts, dimensions)."""
    texts = np.random.default_rng(seed).choice(
        len(corpus.starts) - 1, min(SENTENCES, len(corpus.starts) - 1), False
    )
    number = {word: place for place, word in enumerate(words)}
    word = np.array([number.get(form, -1) for form in corpus.forms], dtype=np.int32)
    places, forms = corpus.batch(texts)
    known = word[forms] >= 0
    shape = (len(texts), len(words))
    bag = sparse.csr_matrix(
        (np.ones(known.sum(), dtype=np.float32), (places[known], word[forms[known]])), shape=shape
    )
    return unit(bag @ rows)


def write_model(directory: Path, vectors: Vectors, about: dict[str, object]) -> None:
    """Write `model.safetensors`, `tokenizer.json` and `config.json`, as model2vec reads them.

    Rows are stored in eight bits, each by a scale of its own, which is part of the token's weight. `about` is
    kept in the configuration.
    """
    directory.mkdir(parents=True, exist_ok=True)
    rows = np.concatenate([np.zeros_like(vectors.word_rows[:1]), vectors.word_rows, vectors.piece_rows])
    scales = np.maximum(np.abs(rows).max(axis=1), np.float32(1e-12)) / LARGEST
    save_file(
        {
            "embeddings": np.rint(rows / scales[:, None]).astype(np.int8),
            "weights": scales.astype(np.float32),
        },
        directory / TENSORS,
    )
    # safetensors makes its files private; a model is for everybody.
    (directory / TENSORS).chmod(0o644)
    tokens = (UNKNOWN, *vectors.words, *vectors.pieces)
    tokenizer = Tokenizer(WordLevel({token: place for place, token in enumerate(tokens)}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(directory / TOKENIZER), pretty=False)
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "normalize": True,
        "hidden_dim": int(rows.shape[1]),
        "seq_length": LONGEST_TEXT,
        "dure": {
            "reads": "terms",
            "unknown_weight": vectors.unknown_weight,
            "number_weight": vectors.number_weight,
            "spelling_share": SPELLING,
            "sound_share": SOUND,
            **about,
        },
    }
    (directory / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
