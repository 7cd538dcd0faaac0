"""Scores candidates by what their words mean: each word of the question against the likest word of a passage.

A pure function of a question and of passages that the viewer may see, beside `search_api.retrieval.lexical`.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, TextField, Word
from models.language.embedder import WordVectors
from models.language.idf import inverse_document_frequency
from models.language.static_tensors import unit
from models.stored import PassageText
from search_api.query.weighing import asked_forms
from search_api.retrieval.thread_context import THREAD_WEIGHT, best_of_thread

LEAST_LIKENESS = 0.1
"""Cosines below it are chance: unlike words of a passage reach it, and the more, the more words it has."""
TELLING = 0.5
"""The power of a word vector's length, its weight in the encoder, beside the word's idf in the company:
what tells little in all texts tells little here. nDCG@10 by meaning alone without it, with .5 and with 1:
.725, .742, .748 on paraphrases, .310, .355, .363 across languages in the sample, .893, .887, .878 on the
sentences of KorQuAD."""
LENGTH_PENALTY = 0.2
"""What a passage loses that is as long as the average one: long ones have a word that is like any."""
LIGHT = 0.15
"""What weighs less in the question is no word to look for the like of: English function words."""

Scores = npt.NDArray[np.float64]


def semantic_scores(
    words: Iterable[Word],
    passages: Sequence[PassageText],
    threads: Sequence[Hashable],
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
    terms = list(asked)
    given = vectors.words(terms, made_up=True)
    telling = np.linalg.norm(given, axis=1)
    holding = np.array([frequencies.of.get((TextField.TERMS, term), 0) for term in terms], dtype=float)
    idf = inverse_document_frequency(np.maximum(frequencies.documents, holding), holding)
    weights = np.array(list(asked.values())) * idf * telling**TELLING
    likeness = _likeness(terms, unit(given), passages, vectors)
    likeness = np.maximum(0.0, (likeness - LEAST_LIKENESS) / (1 - LEAST_LIKENESS))
    lengths = np.array([passage.terms.count(" ") + 1 for passage in passages], dtype=float)
    likeness /= (1 + LENGTH_PENALTY * lengths / lengths.mean())[:, None]
    said = likeness + THREAD_WEIGHT * best_of_thread(likeness, threads)
    total = float(weights.sum()) * (1 + THREAD_WEIGHT)
    return said @ weights / total if total else np.zeros(len(passages))


def _asked(words: Iterable[Word]) -> Mapping[str, float]:
    """The terms of the question that say something, and their weights; all of them if none does."""
    every = asked_forms(words)
    return {term: weight for term, weight in every.items() if weight > LIGHT} or every


def _likeness(
    terms: Sequence[str],
    given: npt.NDArray[np.float32],
    passages: Sequence[PassageText],
    vectors: WordVectors,
) -> Scores:
    """The greatest cosine of each term with one of each passage, shape (passages, terms); 1 for itself."""
    held = [set(passage.terms.split(" ")) for passage in passages]
    place = {form: column for column, form in enumerate(set().union(*held))}
    cosines = given @ unit(vectors.words(list(place))).T
    for row, term in enumerate(terms):
        if term in place:
            cosines[row, place[term]] = 1.0
    columns = np.array([place[form] for forms in held for form in forms])
    sizes = np.array([len(forms) for forms in held])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    likest: Scores = np.maximum.reduceat(cosines[:, columns], starts, axis=1).T.astype(float)
    return likest
