"""Scores candidates by what their words mean: each word of the question against the likest word of a passage.

A pure function of a question and of passages that the viewer may see, beside `search_api.retrieval.lexical`.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, TextField, Word
from models.language.embedder import WordVectors
from models.language.idf import inverse_document_frequency
from models.language.static_tensors import unit
from models.language.terms import is_opaque
from search_api.query.function_words import STOP_WORDS
from search_api.retrieval.passages import THREAD_WEIGHT, Passages

LEAST_LIKENESS = 0.1
"""Cosines below it are chance: unlike words of a passage reach it, and the more, the more words it has."""
TELLING = 0.5
"""The power of a word vector's length, its weight in the encoder, beside the word's idf in the company:
what tells little in all texts tells little here. nDCG@10 without it, with .5 and with 1: .725, .732, .745 of
search on the sample's judged questions of `dev`; by meaning alone .893, .887, .878 on KorQuAD's sentences."""
LENGTH_PENALTY = 0.2
"""What a passage loses that is as long as the average one: long ones have a word that is like any."""
LIGHT = 0.15
"""What weighs less in the question is no word to look for the like of: English function words."""

PARTS_SHARE = 0.3
"""What the parts of a compound tell that means more than they do: 손님 is no hand, 전기세 is about 전기. By
judgement: on the sample's judged questions of `dev` nDCG@10 is .732 with 0, .3 and .5, and .731 with 1."""
TINY = 1e-9

Scores = npt.NDArray[np.float64]


def semantic_scores(
    words: Iterable[Word],
    passages: Passages,
    frequencies: Frequencies,
    vectors: WordVectors,
) -> Scores:
    """How much of the question each passage says in whichever words and language, shape (passages,), 0 to 1.

    Late interaction, as in ColBERT (Khattab & Zaharia 2020), of static word vectors: the mean over the terms
    of the question, weighed as in `search_api.query.weighing` and by their idf, of the greatest cosine with a
    term of the passage; and of its thread, term by term, what the one among these has that says it best.
    """
    asked = _asked(words)
    if not passages or not asked:
        return np.zeros(len(passages))
    given = np.stack([_vector(term, vectors) for term in asked])
    telling = np.linalg.norm(given, axis=1)
    # As an abbreviation a function word tells as much as any: the encoder knows "it", not IT.
    abbreviated = [term.form in STOP_WORDS for term in asked]
    telling[abbreviated] = telling.max()
    holding = np.array(
        [max(frequencies.of.get((TextField.TERMS, form), 0) for form in term.forms) for term in asked],
        dtype=float,
    )
    idf = inverse_document_frequency(np.maximum(frequencies.documents, holding), holding)
    weights = np.array([term.weight for term in asked]) * idf * telling**TELLING
    likeness = _likeness(asked, unit(given), passages, vectors)
    likeness = np.maximum(0.0, (likeness - LEAST_LIKENESS) / (1 - LEAST_LIKENESS))
    likeness /= (1 + LENGTH_PENALTY * passages.lengths / passages.lengths.mean())[:, None]
    said = likeness + THREAD_WEIGHT * passages.best_of_thread(likeness)
    total = float(weights.sum()) * (1 + THREAD_WEIGHT)
    return said @ weights / total if total else np.zeros(len(passages))


class _Asked(NamedTuple):
    """A term to look for the like of: its form, other spellings, and its parts, together one word."""

    form: str
    same: tuple[str, ...]
    parts: tuple[str, ...]
    weight: float

    @property
    def forms(self) -> tuple[str, ...]:
        """What says it exactly."""
        return (self.form, *self.same)


def _asked(words: Iterable[Word]) -> list[_Asked]:
    """The terms of the question that say something; all of them if none does. A compound is one."""
    every: list[_Asked] = []
    for word in words:
        clauses = [clause for clause in word.clauses if clause.field is TextField.TERMS]
        for clause in clauses:
            if clause.beside:
                continue
            parts = [part for part in clauses if part.beside and clause.term in part.same[:1]]
            weight = clause.weight + sum(part.weight for part in parts)
            every.append(_Asked(clause.term, clause.same, tuple(part.term for part in parts), weight))
    return [term for term in every if term.weight > LIGHT] or every


def _vector(term: _Asked, vectors: WordVectors) -> npt.NDArray[np.float32]:
    """What a term means: of a compound its parts together, and mostly the whole where it means more."""
    vector: npt.NDArray[np.float32] = vectors.words([term.form], made_up=not term.parts)[0]
    if not term.parts or vector.any():
        return vector
    parts: npt.NDArray[np.float32] = vectors.words(term.parts, made_up=True).sum(axis=0)
    if not is_opaque(term.parts):
        return parts
    whole = vectors.words([term.form], made_up=True)[0]
    scale = np.linalg.norm(whole) / max(float(np.linalg.norm(parts)), TINY)
    blended: npt.NDArray[np.float32] = (1 - PARTS_SHARE) * whole + np.float32(PARTS_SHARE * scale) * parts
    return blended


def _likeness(
    terms: Sequence[_Asked], given: npt.NDArray[np.float32], passages: Passages, vectors: WordVectors
) -> Scores:
    """The greatest cosine of each term with one of each passage, shape (passages, terms); 1 for itself."""
    likest = passages.greatest(vectors.cosines(given, passages.forms))
    held = passages.counts([form for term in terms for form in (*term.forms, *term.parts)]) > 0
    done = 0
    for column, term in enumerate(terms):
        parts = done + len(term.forms)
        # Said as it is, by itself or by all its parts.
        said = held[:, done:parts].any(axis=1)
        done = parts + len(term.parts)
        if term.parts:
            said |= held[:, parts:done].all(axis=1)
        likest[said, column] = 1.0
    return likest
