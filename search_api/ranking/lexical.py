"""Scores candidates by words: BM25 as measured best for Korean, neighbouring words, and the whole thread.

A pure function of a question and of passages that the viewer may see; both engines' candidates come here, so
that their rankings agree. It is linear over the terms of the question (`search_api.reading` weighs them).
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.engine import Frequencies, Lane
from models.language.normalization import fold
from models.stored import PassageText
from search_api.ranking.answer_type import answer_bonus
from search_api.translating import Asked

K1, B = 0.4, 0.75
"""BM25's parameters. nDCG@10 on KorQuAD's sentences and passages is .8634 and .9660, with tantivy's fixed 1.2
and .75 .8543 and .9601, with .9 and .4 .8603 and .9627: how often a short text says a word tells little."""

PAIR_WEIGHT = 0.25
"""What two words that stand side by side in question and passage add, against either alone."""

THREAD_WEIGHT = 0.8
"""What the thread says, against what the post itself says. nDCG@10 without it and with .8: .867 and .889 on
KorQuAD's sentences in the threads of their paragraphs; .360 and .377 [+.002, +.033] for finding the threads
that people linked on Stack Exchange, which do not begin with what is asked."""

TRANSLATION_GRAMS = 1.2
"""What a translation counts besides the weight of its term, for the bigrams of the term and of what stands
around it. nDCG@10 of the words alone with .4, .8 and 1.2: .568, .705, .783 from Korean to English sentences
(.10 without translations), .836, .897, .924 back, .561, .561, .574 on the judged questions of the sample."""

NEVER = r"(?!)"
REACH = 60  # characters in which the next two terms begin and end, unless they are monsters

Scores = npt.NDArray[np.float64]


class Scored(NamedTuple):
    """The scores of passages, shape (passages,), and what one would have that says all of the question."""

    scores: Scores
    ideal: float


Pair = tuple[str, str]


def score(
    text: str,
    asked: Asked,
    pairs: Iterable[Pair],
    passages: Sequence[PassageText],
    threads: Sequence[Hashable],
    frequencies: Frequencies,
) -> Scored:
    """How well each passage answers the question `text`.

    Okapi BM25 (Robertson & Zaragoza 2009), idf = ln(1 + (N - df + .5) / (df + .5)), over terms and bigrams;
    lengths are compared with the average of these passages. To it come `pairs`, neighbouring terms of the
    question that are neighbours in the passage too, as in the sequential dependence model (Metzler & Croft
    2005): the index does not hold them, and these passages tell how rare they are. A translation counts in
    place of its term, as far as it is likelier to be meant, with the document frequency of both (Pirkola
    1998). Of its thread a passage gets, term by term, what the one among these that says it best has.
    """
    columns = _Columns(asked, pairs)
    if not passages or not columns.keys:
        return Scored(np.zeros(len(passages)), 0.0)
    counts = np.array([columns.counts(passage) for passage in passages], dtype=float)
    lengths = np.array([passage.terms.count(" ") + 1 for passage in passages], dtype=float)
    saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / lengths.mean())[:, None])
    held, weights = columns.weighed(counts, saturated, frequencies)
    own: Scores = held @ weights
    if bonus := answer_bonus(text):
        own += [bonus(passage.text) for passage in passages]
    own += THREAD_WEIGHT * (_best_of_thread(held, threads) @ weights)
    # A passage of average length that says a term once has 1 of it, and as much again by its thread.
    return Scored(own, (1 + THREAD_WEIGHT) * float(weights[: columns.typed].sum()))


class _Columns:
    """What is counted in each passage: bigrams, terms, translations, then pairs of terms, in this order.

    A passage is looked through for them, which takes half the time of taking it to pieces.
    """

    def __init__(self, asked: Asked, pairs: Iterable[Pair]) -> None:
        clauses = [clause for word in asked.words for clause in word.clauses]
        grams = [clause for clause in clauses if clause.lane is Lane.GRAMS]
        found = [clause for clause in clauses if clause.lane is Lane.TERMS]
        typed = [clause for clause in found if clause.term not in asked.translated]
        ordered = [*grams, *typed, *(clause for clause in found if clause.term in asked.translated)]
        self.keys = [(clause.lane, clause.term) for clause in ordered]
        self.typed = len(grams) + len(typed)
        """How many columns are of what was typed: bigrams and terms, the first ones."""
        self._clause_weights = [clause.weight for clause in ordered[: self.typed]]
        self._grams = {clause.term: column for column, clause in enumerate(grams)}
        self._gram = re.compile("|".join(re.escape(gram) for gram in self._grams if len(gram) > 1) or NEVER)
        self._lonely = [gram for gram in self._grams if len(gram) == 1]
        terms = [term for lane, term in self.keys if lane is Lane.TERMS]
        self._terms = [(term, f" {term} ") for term in terms]
        columns = {term: column for column, term in enumerate(terms, len(grams))}
        known = dict.fromkeys(pair for pair in pairs if pair[0] != pair[1] and columns.keys() >= {*pair})
        self._pairs = [(columns[pair[0]], columns[pair[1]], (f" {pair[0]} ", pair[1])) for pair in known]
        self._translations: dict[int, list[tuple[int, float]]] = {}
        for form, (term, likeness) in asked.translated.items():
            if form in columns and term in columns:
                self._translations.setdefault(columns[term], []).append((columns[form], likeness))

    def counts(self, passage: PassageText) -> list[int]:
        """How often the passage holds what each column stands for."""
        counts = [0] * len(self._grams)
        if counts:
            self._count_grams(passage.text, counts)
        # Two blanks between two terms, so that each has its own on both sides.
        terms = f" {passage.terms.replace(' ', '  ')} "
        counts += [terms.count(spaced) if term in terms else 0 for term, spaced in self._terms]
        counts += [
            _in_a_row(*pair, terms) if counts[first] and counts[second] else 0
            for first, second, pair in self._pairs
        ]
        return counts

    def _count_grams(self, text: str, counts: list[int]) -> None:
        # Composed first: `fold` notes where every character comes from where it has to compose.
        text = fold(unicodedata.normalize("NFC", text))
        search = self._gram.search
        found = search(text)
        while found:
            counts[self._grams[found[0]]] += 1
            found = search(text, found.start() + 1)
        for gram in self._lonely:
            counts[self._grams[gram]] = _count_alone(gram, text)

    def weighed(self, counts: Scores, saturated: Scores, frequencies: Frequencies) -> tuple[Scores, Scores]:
        """What each passage holds of the question, by column, and each column's weight times its idf.

        In place of the translations come columns for the terms that they translate: by how much more a
        passage speaks of a term in the other language.
        """
        pairs = saturated[:, len(self.keys) :]
        holding = [frequencies.of.get(key, 0) for key in self.keys]
        documents = max(frequencies.documents, len(counts))
        weights = list(self._clause_weights)
        df = holding[: self.typed]
        held = [saturated[:, : self.typed], pairs]
        weights += [
            PAIR_WEIGHT * (self._clause_weights[first] + self._clause_weights[second]) / 2
            for first, second, _ in self._pairs
        ]
        df += np.count_nonzero(pairs, axis=0).tolist()
        for term, translations in self._translations.items():
            said = np.max([likeness * saturated[:, column] for column, likeness in translations], axis=0)
            held.append(np.maximum(0.0, said - saturated[:, term])[:, None])
            weights.append(self._clause_weights[term] + TRANSLATION_GRAMS)
            df.append(min(documents, holding[term] + sum(holding[column] for column, _ in translations)))
        rarity = np.array(df, dtype=float)
        idf: Scores = np.log(1 + (documents - rarity + 0.5) / (rarity + 0.5))
        return np.concatenate(held, axis=1), idf * weights


def _in_a_row(first: str, second: str, terms: str) -> int:
    """How often two terms stand in a row. The index has a compound before its parts: one may be between."""
    count = 0
    place = terms.find(first)
    while place >= 0:
        after = place + len(first)
        count += second in terms[after : after + REACH].split(maxsplit=2)[:2]
        place = terms.find(first, after)
    return count


def _count_alone(character: str, text: str) -> int:
    """How often a single character is a term of the bigrams' lane: where no letter or digit is beside it."""
    # The character first, then what is before it: so it is sought at the speed of a plain search.
    return len(re.findall(rf"{character}(?<![^\W_]{character})(?![^\W_])", text)) if character in text else 0


def _best_of_thread(saturated: Scores, threads: Sequence[Hashable]) -> Scores:
    """By row and column the most that any row of the same thread has."""
    numbers: dict[Hashable, int] = {}
    rows = np.array([numbers.setdefault(thread, len(numbers)) for thread in threads])
    best: Scores = np.zeros((len(numbers), saturated.shape[1]))
    np.maximum.at(best, rows, saturated)
    return best.take(rows, axis=0)
