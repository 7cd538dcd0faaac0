"""Lets a question also ask for its words in the other language: loanwords as typed, others a little less."""

from collections.abc import Iterable
from functools import lru_cache

from indexer.engine import Clause, TextField, Word
from models.language.loanwords import is_loanword
from models.language.terms import is_opaque
from models.language.translations import Translation, Translations

LEAST_WEIGHT = 0.2
"""What weighs less is no word to translate: English function words, frame nouns."""
LOANWORD_LIKENESS = 0.85
"""So alike in meaning, what sounds alike is one word: below it are 배 and pear, 벌 and bee. By judgement."""
LOANWORDS_KEPT = 4_096  # terms whose sounds have been compared with those of their translations


def with_loanwords(words: Iterable[Word], translations: Translations) -> tuple[Word, ...]:
    """The same words, each of which is also said by itself in the other script: 키 by key, server by 서버."""
    return tuple(
        Word(
            tuple(
                clause._replace(same=tuple(dict.fromkeys(clause.same + _loanwords(clause, translations))))
                for clause in word.clauses
            )
        )
        for word in words
    )


def _loanwords(clause: Clause, translations: Translations) -> tuple[str, ...]:
    if clause.field is not TextField.TERMS or clause.beside:
        return ()
    found = translations.get(clause.term, ())
    return _sounding_alike(clause.term, found) if found else ()


@lru_cache(LOANWORDS_KEPT)
def _sounding_alike(term: str, found: tuple[Translation, ...]) -> tuple[str, ...]:
    return tuple(
        form
        for form, likeness in found
        if likeness >= LOANWORD_LIKENESS
        and (is_loanword(form, term) if term.isascii() else is_loanword(term, form))
    )


def translated(words: Iterable[Word], translations: Translations) -> tuple[Word, ...]:
    """The same words, each matched by its translations too; what is asked for already is no translation.

    To an engine a translation weighs what the term weighs, times how alike they are. That is for finding
    candidates: what they are worth is for `search_api.ranking` to say.
    """
    words = tuple(words)
    asked = {
        form
        for word in words
        for clause in word.clauses
        if clause.field is TextField.TERMS
        for form in (clause.term, *clause.same)
    }
    result = []
    for word in words:
        clauses = list(word.clauses)
        for clause in word.clauses:
            if clause.field is not TextField.TERMS or clause.weight <= LEAST_WEIGHT:
                continue
            if clause.beside and _is_word(clause, translations):
                continue
            for form, likeness in translations.get(clause.term, ()):
                if form not in asked:
                    asked.add(form)
                    clauses.append(Clause(TextField.TERMS, form, clause.weight * likeness))
        result.append(Word(tuple(clauses)))
    return tuple(result)


def _is_word(part: Clause, translations: Translations) -> bool:
    """Whether the compound of a part means more than its parts, or is translated as a whole."""
    return is_opaque((part.term, *part.beside)) or any(form in translations for form in part.same[:1])
