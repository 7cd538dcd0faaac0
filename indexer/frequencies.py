"""From frequencies of terms to what a match of each is worth."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, TextField, Word
from models.language.idf import inverse_document_frequency

Term = tuple[TextField, str]


def terms_of(words: Iterable[Word]) -> list[Term]:
    """What a question asks for, each term of a field once."""
    clauses = (clause for word in words for clause in word.clauses)
    return list(
        dict.fromkeys((clause.field, term) for clause in clauses for term in (clause.term, *clause.same))
    )


def idf(frequencies: Frequencies, terms: Sequence[Term]) -> npt.NDArray[np.float64]:
    """The inverse document frequency of each term, shape (len(terms),)."""
    holding = np.array([frequencies.of.get(term, 0) for term in terms], dtype=float)
    return inverse_document_frequency(np.maximum(frequencies.documents, holding), holding)
