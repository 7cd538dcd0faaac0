"""Lets a question also ask for its words in the other language, each a little less than as typed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from indexer.engine import Clause, Lane, Word
from models.language.translations import Translations

LEAST_WEIGHT = 0.2
"""What weighs less is no word to translate: English function words, frame nouns."""


class Translated(NamedTuple):
    """A term of the question that another one translates, and how alike they are, in (0, 1]."""

    term: str
    likeness: float


class Asked(NamedTuple):
    """The words of a question with their translations, and of each translation what it translates."""

    words: tuple[Word, ...]
    translated: Mapping[str, Translated]


def translated(words: Iterable[Word], translations: Translations) -> Asked:
    """The same words, each matched by its translations too; what is asked for already is no translation.

    To an engine a translation weighs what the term weighs, times how alike they are. That is for finding
    candidates; their ranking counts a translation in place of its term, never beside it.
    """
    words = tuple(words)
    typed = {clause.term for word in words for clause in word.clauses if clause.lane is Lane.TERMS}
    sources: dict[str, Translated] = {}
    result = []
    for word in words:
        clauses = list(word.clauses)
        for lane, term, weight in word.clauses:
            if lane is not Lane.TERMS or weight <= LEAST_WEIGHT:
                continue
            for form, likeness in translations.get(term, ()):
                if form not in typed and form not in sources:
                    sources[form] = Translated(term, likeness)
                    clauses.append(Clause(Lane.TERMS, form, weight * likeness))
        result.append(Word(tuple(clauses)))
    return Asked(tuple(result), sources)
