"""Lets a question also ask for its words in the other language, each a little less than as typed."""

from collections.abc import Iterable

from indexer.engine import Clause, TextField, Word
from models.language.translations import Translations
from search_api.query.clauses import is_opaque

LEAST_WEIGHT = 0.2
"""What weighs less is no word to translate: English function words, frame nouns."""


def translated(words: Iterable[Word], translations: Translations) -> tuple[Word, ...]:
    """The same words, each matched by its translations too; what is asked for already is no translation.

    To an engine a translation weighs what the term weighs, times how alike they are. That is for finding
    candidates: what they are worth is for `search_api.ranking` to say.
    """
    words = tuple(words)
    asked = {clause.term for word in words for clause in word.clauses if clause.field is TextField.TERMS}
    result = []
    for word in words:
        clauses = list(word.clauses)
        for clause in word.clauses:
            if clause.field is not TextField.TERMS or clause.weight <= LEAST_WEIGHT:
                continue
            if clause.beside and is_opaque((clause.term, *clause.beside)):
                continue
            for form, likeness in translations.get(clause.term, ()):
                if form not in asked:
                    asked.add(form)
                    clauses.append(Clause(TextField.TERMS, form, clause.weight * likeness))
        result.append(Word(tuple(clauses)))
    return tuple(result)
