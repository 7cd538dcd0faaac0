"""Scores candidates by words: BM25 as measured best for Korean, neighbouring words, and the whole thread.

A pure function of a question and of passages that the viewer may see; both engines' candidates come here, so
that their rankings agree. It is linear over the terms of the question (`search_api.reading` weighs them).
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, Lane, Word
from models.language.normalization import fold
from models.stored import PassageText
from search_api.ranking.answer_type import answer_bonus

K1, B = 0.4, 0.75
"""BM25's parameters. nDCG@10 on KorQuAD's sentences and passages: .8634 and .9660; with tantivy's fixed 1.2 and
.75 .8543 and .9601; with .9 and .4 .8603 and .9627. How often a short text says a word tells little."""

PAIR_WEIGHT = 0.25
"""What two words that stand side by side in question and passage add, against either alone."""

THREAD_WEIGHT = 0.5
"""What the thread says, against what the post itself says."""

Scores = npt.NDArray[np.float64]
Pair = tuple[str, str]


def score(
    text: str,
    words: Iterable[Word],
    pairs: Iterable[Pair],
    passages: Sequence[PassageText],
    threads: Sequence[Hashable],
    frequencies: Frequencies,
) -> Scores:
    """How well each passage answers the question `text`, shape (len(passages),).

    Okapi BM25 (Robertson & Zaragoza 2009) with idf = ln(1 + (N - df + .5) / (df + .5)) over terms and bigrams.
    To it come `pairs`, neighbouring terms of the question that are neighbours in the passage too, in that
    order, as in the sequential dependence model (Metzler & Croft 2005): the index does not hold them, and how
    rare they are is told by the candidates. Of the thread counts, term by term, the passage that says it best,
    among those given here. Lengths are compared with the average of the passages.
    """
    asked = _Asked(words, pairs)
    if not passages or not asked.columns:
        return np.zeros(len(passages))
    counts = np.zeros((len(passages), asked.width))
    lengths = np.zeros(len(passages))
    for row, passage in enumerate(passages):
        forms = passage.terms.split(" ")
        lengths[row] = len(forms)
        counts[row] = asked.counts(forms, passage.text)
    saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / lengths.mean())[:, None])
    weights = asked.weights(counts, frequencies)
    own = saturated @ weights
    if bonus := answer_bonus(text):
        own += [bonus(passage.text) for passage in passages]
    return own + THREAD_WEIGHT * (_best_of_thread(saturated, threads) @ weights)


class _Asked:
    """What is counted in each passage: terms, bigrams and pairs, each with a column of its own."""

    def __init__(self, words: Iterable[Word], pairs: Iterable[Pair]) -> None:
        clauses = [clause for word in words for clause in word.clauses]
        self.columns = [(clause.lane, clause.term) for clause in clauses]
        self._clause_weights = np.array([clause.weight for clause in clauses])
        self._terms = {term: column for column, (lane, term) in enumerate(self.columns) if lane is Lane.TERMS}
        self._grams = [
            (column, _finder(gram)) for column, (lane, gram) in enumerate(self.columns) if lane is Lane.GRAMS
        ]
        terms = self._terms
        known = dict.fromkeys(
            (terms[first], terms[second])
            for first, second in pairs
            if first in terms and second in terms and first != second
        )
        self._pairs = {pair: column for column, pair in enumerate(known, len(clauses))}
        self.width = len(clauses) + len(known)

    def counts(self, forms: Sequence[str], text: str) -> list[int]:
        """How often a passage holds what each column stands for."""
        counts = [0] * self.width
        terms, pairs = self._terms, self._pairs
        held = [(place, terms[form]) for place, form in enumerate(forms) if form in terms]
        for number, (place, column) in enumerate(held):
            counts[column] += 1
            for next_place, neighbour in held[number + 1 : number + 3]:
                # The index has a compound before its parts: between two neighbours one may stand.
                if next_place <= place + 2 and (pair := pairs.get((column, neighbour))) is not None:
                    counts[pair] += 1
        if self._grams:
            # Composed first: `fold` notes where every character comes from where it has to compose.
            folded = fold(unicodedata.normalize("NFC", text))
            for column, find in self._grams:
                counts[column] = find(folded)
        return counts

    def weights(self, counts: Scores, frequencies: Frequencies) -> Scores:
        """The weight of each column times its inverse document frequency."""
        holding = [frequencies.of.get(key, 0) for key in self.columns]
        weights = list(self._clause_weights)
        for (first, second), column in self._pairs.items():
            holding.append(int(np.count_nonzero(counts[:, column])))
            weights.append(PAIR_WEIGHT * (weights[first] + weights[second]) / 2)
        documents = max(frequencies.documents, len(counts))
        df = np.array(holding, dtype=float)
        return np.array(weights) * np.log(1 + (documents - df + 0.5) / (df + 0.5))


def _finder(gram: str) -> Callable[[str], int]:
    """Counts a bigram in folded text. What has one character is a term only where it stands alone."""
    if len(gram) > 1:
        return lambda text: text.count(gram)
    alone = re.compile(rf"(?<![^\W_]){re.escape(gram)}(?![^\W_])")
    return lambda text: len(alone.findall(text))


def _best_of_thread(saturated: Scores, threads: Sequence[Hashable]) -> Scores:
    """By row and column the most that any row of the same thread has."""
    numbers: dict[Hashable, int] = {}
    rows = np.array([numbers.setdefault(thread, len(numbers)) for thread in threads])
    best = np.zeros((len(numbers), saturated.shape[1]))
    np.maximum.at(best, rows, saturated)
    return best[rows]
