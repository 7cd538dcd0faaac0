"""What each word's vector is composed of: its own part, pieces of spelling and sound, and shared concepts.

The parts are learned together, so that a rare word takes after words that look, sound or mean like it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.language.subwords import sign_vector, sound, spelling
from models.language.terms import TELLING

SPELLING, SOUND = 0.5, 0.4
"""How much pieces weigh beside a word's own part, which weighs 1; chosen on KorSTS dev and everyday pairs."""
SYNONYM, PART, RELATED = 1.0, 0.6, 0.5
"""How much a concept weighs that words stand for, that they help to name (횡단 of 횡단 보도), and that they
only touch."""
COMPOUND = 0.6
"""How much each part of a compound weighs in it, if it has two syllables: 재무 in 재무제표."""
FEWEST_WORDS = 3
"""Words that must share a piece before it says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """Forms that mean the same (`weight` 1), or have to do with each other (less).

    `parts` are of names in several words and of few other names, with the share of it that each stands for.
    """

    forms: tuple[str, ...]
    weight: float
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Words, pieces, and the matrix of shape (words, words + pieces + concepts) that composes them."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    matrix: sparse.csr_matrix

    def initial(
        self, dimensions: int, seed: int, taught: npt.NDArray[np.float32] | None = None
    ) -> npt.NDArray[np.float32]:
        """A starting vector for every part: a word's own is the one that it would have as an unknown word.

        As much again is a teacher's for the word, where `taught`, shape (words, dimensions), has one.
        """
        parts = np.random.default_rng(seed).standard_normal(
            (self.matrix.shape[1], dimensions), dtype=np.float32
        )
        parts /= np.float32(np.sqrt(dimensions))
        for row, word in enumerate(self.words):
            parts[row] = sign_vector(word, dimensions)
        if taught is not None:
            known = taught.any(axis=1)
            parts[: len(taught)][known] = (parts[: len(taught)][known] + taught[known]) * np.float32(0.5**0.5)
        return parts


def compose(
    words: Sequence[str],
    concepts: Iterable[Concept],
    most_pieces: int,
    parts: Mapping[str, Sequence[str]] | None = None,
) -> Composition:
    """The composition of words; of the pieces, those that most words share, `most_pieces` at most.

    `parts` are of words that are compounds.
    """
    made_of = [(spelling(word), sound(word)) for word in words]
    shared = Counter(piece for kinds in made_of for pieces in kinds for piece in set(pieces))
    ranked = sorted(
        (piece for piece in shared if shared[piece] >= FEWEST_WORDS), key=lambda it: (-shared[it], it)
    )
    pieces = ranked[:most_pieces]
    column = {piece: len(words) + place for place, piece in enumerate(pieces)}
    number = {word: row for row, word in enumerate(words)}
    rows, columns, values = list(range(len(words))), list(range(len(words))), [1.0] * len(words)

    def add(row: int, place: int, value: float) -> None:
        rows.append(row)
        columns.append(place)
        values.append(value)

    for row, kinds in enumerate(made_of):
        for found, weight in zip(kinds, (SPELLING, SOUND), strict=True):
            for piece in found:
                if piece in column:
                    add(row, column[piece], weight / len(found) ** 0.5)
    for word, whole in (parts or {}).items():
        for part in whole:
            if word in number and part in number and len(part) >= TELLING:
                add(number[word], number[part], COMPOUND)
    width = len(words) + len(pieces)
    for concept in concepts:
        weights = {form: PART * share for form, share in concept.parts}
        weights |= dict.fromkeys(concept.forms, concept.weight)
        for form, weight in weights.items():
            if form in number:
                add(number[form], width, weight)
        width += 1
    matrix = sparse.csr_matrix(
        (np.array(values, dtype=np.float32), (rows, columns)), shape=(len(words), width)
    )
    matrix.sum_duplicates()
    # Every word begins with about unit length, however many parts it has.
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return Composition(
        words=tuple(words),
        pieces=tuple(pieces),
        matrix=sparse.csr_matrix(sparse.diags((1 / lengths).astype(np.float32)) @ matrix),
    )
