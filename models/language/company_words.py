"""The company's words for any analyser: the terms of each, and which of them are found like codes."""

import re
from collections.abc import Mapping

from models.language.analyzer import Role, Term, Token
from models.language.codes import code_pattern
from models.language.dictionary import CompanyWord, Dictionary
from models.language.dictionary_analyzer import Reader
from models.language.morphemes import CONTENT, compound_terms
from models.language.normalization import fold
from models.language.terms import terms

WordTerms = Mapping[str, tuple[Term, ...]]
"""By company word, folded: the word and its parts as terms, with offsets into it."""

_HANGUL = re.compile("[가-힣]+")
_SIMPLE = frozenset((Role.WORD, Role.PART))
_NOMINAL = CONTENT - {"VV", "VA", "MAG"}


def word_terms(dictionary: Dictionary, plain: Reader) -> WordTerms:
    """The terms of every word; `plain` reads without a dictionary and splits what has no parts given."""
    return {
        word.key: _terms(word, plain)
        for word in dictionary.words
        # A Latin word without given parts is read as any Latin run or code is.
        if word.parts or not word.key.isascii()
    }


def latin_codes(dictionary: Dictionary) -> list[str]:
    """The Latin words with signs in them that no other rule finds as codes."""
    known = code_pattern()
    return [
        word.key
        for word in dictionary.words
        if word.key.isascii() and not word.key.isalnum() and not known.fullmatch(word.key)
    ]


def hangul_words(dictionary: Dictionary) -> list[str]:
    """The words of Hangul alone, which any analyser's own dictionary takes."""
    return [word.key for word in dictionary.words if _HANGUL.fullmatch(word.key)]


def spelt_words(dictionary: Dictionary) -> list[str]:
    """All that must be found like codes, where an analyser's own dictionary takes Hangul alone."""
    mixed = [
        word.key for word in dictionary.words if not word.key.isascii() and not _HANGUL.fullmatch(word.key)
    ]
    return [*latin_codes(dictionary), *mixed]


def _terms(word: CompanyWord, plain: Reader) -> tuple[Term, ...]:
    key = word.key
    parts = _given_parts(word) if word.parts else _read_parts(key, plain)
    role = Role.COMPOUND if parts else Role.WORD
    return (Term(key, 0, len(key), "SL" if key.isascii() else "NNP", role), *parts)


def _given_parts(word: CompanyWord) -> tuple[Term, ...]:
    forms = ["".join(fold(part).split()) for part in word.parts]
    return compound_terms(word.key, "NNP", [(form, _tag(form)) for form in forms])[1:]


def _read_parts(key: str, plain: Reader) -> tuple[Term, ...]:
    reading: list[Token] = []
    plain.read(key, 0, reading)
    found = [term for term in terms(reading) if term.role in _SIMPLE and term.tag in _NOMINAL]
    return tuple(term._replace(role=Role.PART) for term in found) if len(found) > 1 else ()


def _tag(form: str) -> str:
    if form.isdigit():
        return "SN"
    return "SL" if form.isascii() else "NNG"
