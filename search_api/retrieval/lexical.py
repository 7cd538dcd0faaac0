"""Scores candidates by words: BM25 as measured best for Korean, neighbouring words, and the whole thread.

A pure function of a question and of passages that the viewer may see; both engines' candidates come here, so
that their rankings agree. It is linear over the question's terms, which `search_api.query.weighing` weighs,
but for what holding the kind of answer that is asked for adds.
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from operator import methodcaller

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, TextField, Word
from models.language.idf import inverse_document_frequency
from models.language.normalization import fold
from models.ranking_features import PassageText
from search_api.retrieval.answer_type import answer_bonus
from search_api.retrieval.thread_context import THREAD_WEIGHT, best_of_thread

K1, B = 0.4, 0.75
"""BM25's parameters. nDCG@10 on KorQuAD's sentences and passages is .8634 and .9660, with tantivy's fixed 1.2
and .75 .8543 and .9601, with .9 and .4 .8603 and .9627: how often a short text says a word tells little."""

PAIR_WEIGHT = 0.25
"""What two words that stand side by side in question and passage add, against either alone."""

GRAMS_KEPT = 1_024  # bigrams of questions whose patterns are kept
REACH = 60  # characters in which the next two terms begin and end, unless they are monsters

Scores = npt.NDArray[np.float64]
Pair = tuple[str, str]


def lexical_scores(
    text: str,
    words: Iterable[Word],
    pairs: Iterable[Pair],
    passages: Sequence[PassageText],
    threads: Sequence[Hashable],
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
    counts = np.array([asked.counts(passage) for passage in passages], dtype=float)
    lengths = np.array([passage.terms.count(" ") + 1 for passage in passages], dtype=float)
    saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / lengths.mean())[:, None])
    weights = asked.weights(counts, frequencies)
    own: Scores = saturated @ weights
    if bonus := answer_bonus(text):
        own += [bonus(passage.text) for passage in passages]
    own += THREAD_WEIGHT * (best_of_thread(saturated, threads) @ weights)
    return own / ((1 + THREAD_WEIGHT) * asked.whole(weights))


class _Asked:
    """What is counted in each passage: the clauses of the question, then pairs of its terms, in columns.

    A passage is looked through for them, which takes half the time of taking it to pieces.
    """

    def __init__(self, words: Iterable[Word], pairs: Iterable[Pair]) -> None:
        clauses = sorted((clause for word in words for clause in word.clauses), key=lambda it: it.field)
        self._clauses = clauses
        self.columns = [(clause.field, clause.term) for clause in clauses]
        self._clause_weights = [clause.weight for clause in clauses]
        self._grams = {
            term: column for column, (field, term) in enumerate(self.columns) if field is TextField.GRAMS
        }
        self._counted = [(column, gram, _counting(gram)) for gram, column in self._grams.items()]
        terms = [term for field, term in self.columns if field is TextField.TERMS]
        self._terms = [(term, f" {term} ") for term in terms]
        columns = {term: column for column, term in enumerate(terms, len(self._grams))}
        # What was left out of a long question is no condition.
        self._beside = [
            (place, [places[other] for other in clause.beside if other in places])
            for place, clause in enumerate(clauses)
            if (places := self._grams if clause.field is TextField.GRAMS else columns) and clause.beside
        ]
        self._same = [
            (place, [f" {other} " for other in clause.same])
            for place, clause in enumerate(clauses)
            if clause.same
        ]
        known = dict.fromkeys(pair for pair in pairs if pair[0] != pair[1] and columns.keys() >= {*pair})
        self._pairs = [(columns[pair[0]], columns[pair[1]], (f" {pair[0]} ", pair[1])) for pair in known]

    def whole(self, weights: Scores) -> float:
        """The weight of all terms together; of a question without a term, of its bigrams."""
        terms = float(weights[len(self._grams) : len(self.columns)].sum())
        return terms or float(weights[: len(self._grams)].sum())

    def counts(self, passage: PassageText) -> list[int]:
        """How often the passage holds what each column stands for."""
        counts = [0] * len(self._grams)
        if counts:
            self._count_grams(passage.text, counts)
        # Two blanks between two terms, so that each has its own on both sides.
        terms = f" {passage.terms.replace(' ', '  ')} "
        counts += [terms.count(spaced) if term in terms else 0 for term, spaced in self._terms]
        lacking = [place for place, others in self._beside if not all(counts[other] for other in others)]
        for place in lacking:
            counts[place] = 0
        for place, others in self._same:
            counts[place] = max(counts[place], *map(terms.count, others))
        counts += [
            _in_a_row(*pair, terms) if counts[first] and counts[second] else 0
            for first, second, pair in self._pairs
        ]
        return counts

    def _count_grams(self, text: str, counts: list[int]) -> None:
        # Composed first: `fold` notes where every character comes from where it has to compose.
        text = fold(unicodedata.normalize("NFC", text))
        for column, gram, counting in self._counted:
            if gram in text:
                counts[column] = counting(text)

    def weights(self, counts: Scores, frequencies: Frequencies) -> Scores:
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


def _in_a_row(first: str, second: str, terms: str) -> int:
    """How often two terms stand in a row. The index has a compound before its parts: one may be between."""
    count = 0
    place = terms.find(first)
    while place >= 0:
        after = place + len(first)
        count += second in terms[after : after + REACH].split(maxsplit=2)[:2]
        place = terms.find(first, after)
    return count


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
