"""Scores candidates by words: BM25 as measured best for Korean, neighbouring words, and the whole thread.

A pure function of a question and of passages that the viewer may see; both engines' candidates come here, so
that their rankings agree. It is linear over the question's terms, which `search_api.query.weighing` weighs,
but for what holding the kind of answer that is asked for adds.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import methodcaller

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, TextField, Word
from models.language.idf import inverse_document_frequency
from models.language.normalization import fold
from search_api.retrieval.answer_type import answer_bonus
from search_api.retrieval.passages import THREAD_WEIGHT, Counts, Passages

K1, B = 0.4, 0.75
"""BM25's parameters. nDCG@10 on KorQuAD's sentences and passages is .8634 and .9660, with tantivy's fixed 1.2
and .75 .8543 and .9601, with .9 and .4 .8603 and .9627: how often a short text says a word tells little."""

PAIR_WEIGHT = 0.25
"""What two words that stand side by side in question and passage add, against either alone."""

GRAMS_KEPT = 1_024  # bigrams of questions whose patterns are kept

Scores = npt.NDArray[np.float64]
Pair = tuple[str, str]


def lexical_scores(
    text: str,
    words: Iterable[Word],
    pairs: Iterable[Pair],
    passages: Passages,
    frequencies: Frequencies,
) -> Scores:
    """How well each passage answers the question `text`, shape (len(passages),); 1 says all of it once.

    Okapi BM25 (Robertson & Zaragoza 2009) over terms and bigrams; lengths are compared with the average of
    these passages. To it come `answer_bonus`, and `pairs`, neighbouring terms of the question that
    are neighbours in the passage too, as in the sequential dependence model (Metzler & Croft 2005): the index
    does not hold them, and these passages tell how rare they are. Of its thread a passage gets, term by term,
    what the one among these that says it best has. What a passage of average length would have that says
    every term of the question once, and its thread too, is 1.
    """
    asked = _Asked(words, pairs)
    if not passages or not asked.columns:
        return np.zeros(len(passages))
    counts = asked.counts(passages)
    lengths = passages.lengths / passages.lengths.mean()
    saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths)[:, None])
    weights = asked.weights(counts, frequencies)
    own: Scores = saturated @ weights
    if bonus := answer_bonus(text):
        own += [bonus(passage) for passage in passages.texts]
    own += THREAD_WEIGHT * (passages.best_of_thread(saturated) @ weights)
    return own / ((1 + THREAD_WEIGHT) * asked.whole(weights))


class _Asked:
    """What is counted in each passage: the clauses of the question, then pairs of its terms, in columns."""

    def __init__(self, words: Iterable[Word], pairs: Iterable[Pair]) -> None:
        clauses = sorted((clause for word in words for clause in word.clauses), key=lambda it: it.field)
        self._clauses = clauses
        self.columns = [(clause.field, clause.term) for clause in clauses]
        self._clause_weights = [clause.weight for clause in clauses]
        asked = [term for field, term in self.columns if field is TextField.GRAMS]
        self._grams = [(column, gram, _counting(gram)) for column, gram in enumerate(asked)]
        grams = {gram: column for column, gram in enumerate(asked)}
        self._terms = [term for field, term in self.columns if field is TextField.TERMS]
        columns = {term: column for column, term in enumerate(self._terms, len(asked))}
        # What was left out of a long question is no condition.
        self._beside = [
            (place, [places[other] for other in clause.beside if other in places])
            for place, clause in enumerate(clauses)
            if (places := grams if clause.field is TextField.GRAMS else columns) and clause.beside
        ]
        self._same = [(place, other) for place, clause in enumerate(clauses) for other in clause.same]
        known = dict.fromkeys(pair for pair in pairs if pair[0] != pair[1] and columns.keys() >= {*pair})
        self._pairs = [(columns[pair[0]], columns[pair[1]], pair) for pair in known]

    def whole(self, weights: Scores) -> float:
        """The weight of all terms together; of a question without a term, of its bigrams."""
        grams = len(self._grams)
        terms = float(weights[grams : len(self.columns)].sum())
        return terms or float(weights[:grams].sum())

    def counts(self, passages: Passages) -> Counts:
        """How often each passage holds what each column stands for, shape (passages, columns)."""
        columns = np.zeros((len(passages), len(self.columns) + len(self._pairs)))
        if self._grams:
            columns[:, : len(self._grams)] = [self._count_grams(text) for text in passages.texts]
        counted = passages.counts([*self._terms, *(other for _, other in self._same)])
        columns[:, len(self._grams) : len(self.columns)] = counted[:, : len(self._terms)]
        lacking = [(place, (columns[:, others] == 0).any(axis=1)) for place, others in self._beside]
        for place, without in lacking:
            columns[without, place] = 0
        for (place, _), counts in zip(self._same, counted.T[len(self._terms) :], strict=True):
            columns[:, place] = np.maximum(columns[:, place], counts)
        for column, (first, second, pair) in enumerate(self._pairs, len(self.columns)):
            both = (columns[:, first] > 0) & (columns[:, second] > 0)
            if both.any():
                columns[:, column] = passages.in_a_row(*pair) * both
        return columns

    def _count_grams(self, text: str) -> list[int]:
        # Composed first: `fold` notes where every character comes from where it has to compose.
        text = fold(unicodedata.normalize("NFC", text))
        counts = [0] * len(self._grams)
        for column, gram, counting in self._grams:
            if gram in text:
                counts[column] = counting(text)
        return counts

    def weights(self, counts: Counts, frequencies: Frequencies) -> Scores:
        """The weight of each column times its inverse document frequency."""
        holding = [
            max(frequencies.of.get((clause.field, term), 0) for term in (clause.term, *clause.same))
            for clause in self._clauses
        ]
        weights = self._clause_weights + [
            PAIR_WEIGHT * (self._clause_weights[first] + self._clause_weights[second]) / 2
            for first, second, _ in self._pairs
        ]
        holding += np.count_nonzero(counts[:, len(self.columns) :], axis=0).tolist()
        documents = max(frequencies.documents, len(counts))
        return inverse_document_frequency(documents, np.array(holding, dtype=float)) * weights


@lru_cache(GRAMS_KEPT)
def _counting(gram: str) -> Callable[[str], int]:
    """What counts how often a bigram, or a single character, is a term of the bigrams' field in a text."""
    pattern = _gram_pattern(gram)
    return (lambda text: len(pattern.findall(text))) if pattern else methodcaller("count", gram)


def _gram_pattern(gram: str) -> re.Pattern[str] | None:
    """Where a bigram or character is a term of the bigrams' field; None where it is wherever it stands.

    A single letter or digit is one where no other is beside it; an emoji always is.
    """
    if len(gram) == 1 and gram.isalnum():
        # The character first, then what is before it: so it is sought at the speed of a plain search.
        return re.compile(rf"{gram}(?<![^\W_]{gram})(?![^\W_])")
    if len(set(gram)) < len(gram):
        return re.compile(rf"(?={re.escape(gram)})")  # ㅋㅋㅋ has two of ㅋㅋ
    return None
