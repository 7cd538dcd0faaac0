"""What the pretrained encoder of whole sentences teaches the words: texts are to find its vectors of them.

Its vectors are of the Universal Sentence Encoder (Apache-2.0), reduced to the dimensions of the words.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.language.embedder import Embedder
from models.language.static_tensors import unit
from models.language.training.corpus import Corpus, text_numbers
from models.language.training.progress import Progress
from models.language.training.rows import Row

ALL = ("phrases", "terms", "glossary")
"""Kinds of rows whose texts are all taught."""
RELATED_TEXTS, PARALLEL_PAIRS = 40_000, 35_000
"""Of other kinds, how many are drawn: its vectors take minutes."""
SHORTEST, LONGEST = 8, 160
"""Characters of a text that is drawn."""
FOR_DIRECTIONS = 12_000
"""Texts that the kept directions are found by."""
AT_A_TIME = 256

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Texts of a corpus, by number, and a teacher's unit vectors of them, shape (texts, dimensions).

    `words` are its vectors of single words, as texts of their own.
    """

    texts: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float16]
    words: Floats


def taught(
    teacher: Embedder,
    kinds: Mapping[str, Sequence[Row]],
    corpus: Corpus,
    words: Sequence[str],
    dimensions: int,
    seed: int,
    progress: Progress,
) -> Taught:
    """What `teacher` says of texts drawn from rows, and of words, in its principal directions."""
    numbers = text_numbers(kinds)
    lengths = corpus.lengths()
    drawn = [text for text in drawn_texts(kinds, seed) if lengths[numbers[text]]]
    vectors = _embedded(teacher, [*drawn, *words], progress)
    of_texts, of_words = vectors[: len(drawn)], vectors[len(drawn) :]
    some = np.random.default_rng(seed).permutation(len(drawn))[:FOR_DIRECTIONS]
    _, _, directions = np.linalg.svd(of_texts[some], full_matrices=False)
    kept = directions[:dimensions].T
    said = of_texts.any(axis=1)
    return Taught(
        texts=np.array([numbers[text] for text in drawn], dtype=np.int64)[said],
        vectors=unit(of_texts[said] @ kept).astype(np.float16),
        words=unit(of_words @ kept),
    )


def drawn_texts(kinds: Mapping[str, Sequence[Row]], seed: int) -> list[str]:
    """The texts that are taught, each once."""
    draw = random.Random(seed)
    related = [text for row in kinds.get("related", ()) for text in row[:2] if len(text) <= LONGEST]
    parallel = [
        row for row in kinds.get("parallel", ()) if all(SHORTEST <= len(text) <= LONGEST for text in row[:2])
    ]
    rows = [row for kind in ALL for row in kinds.get(kind, ())]
    texts = [text for row in rows for text in row[:2]]
    texts += draw.sample(related, min(len(related), RELATED_TEXTS))
    texts += [text for row in draw.sample(parallel, min(len(parallel), PARALLEL_PAIRS)) for text in row[:2]]
    return list(dict.fromkeys(texts))


def _embedded(teacher: Embedder, texts: Sequence[str], progress: Progress) -> Floats:
    # Texts of like length together: a batch takes as long as its longest.
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    vectors = np.zeros((len(texts), teacher.dimensions), dtype=np.float32)
    for start in range(0, len(order), AT_A_TIME):
        rows = order[start : start + AT_A_TIME]
        vectors[rows] = teacher.embed([texts[row] for row in rows])
        progress.tell(
            f"taught {start + len(rows):,} of {len(texts):,} texts", (start + len(rows)) / len(order)
        )
    return vectors
