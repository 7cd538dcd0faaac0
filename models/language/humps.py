"""Words that capitals set apart: TypeScript is type and script, CrashLoopBackOff crash, loop, back, off."""

import re

from models.language.analyzer import Role, Term, Token
from models.language.english import stem

HUMPED = re.compile("[a-z][A-Z]|[A-Z]{2}[a-z]")
"""Texts without it, which are most, have no humps."""

_PIECE = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLURAL = re.compile("(?<![A-Z])[A-Z]++s")


def with_humps(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text in its own case, those of humped words with their pieces as parts."""
    return [
        Token(token.start, token.end, token.tag, tuple(_split(text, token)))
        if HUMPED.search(text, token.start, token.end) and any(term.tag == "SL" for term in token.terms)
        else token
        for token in tokens
    ]


def _split(text: str, token: Token) -> list[Term]:
    terms: list[Term] = []
    variants = [term for term in token.terms if term.role is Role.VARIANT]
    for term in token.terms:
        if term.role is Role.VARIANT:
            continue
        pieces = _pieces(text, term) if term.tag == "SL" and term.role is not Role.COMPOUND else []
        if pieces and term.role is Role.WORD:
            term = term._replace(role=Role.COMPOUND)
        terms += [term, *pieces]
    return terms + variants


def _pieces(text: str, term: Term) -> list[Term]:
    word = text[term.start : term.end]
    if not (word.isascii() and word.isalpha()) or _PLURAL.fullmatch(word):
        return []
    pieces = [
        Term(stem(piece[0].lower()), term.start + piece.start(), term.start + piece.end(), "SL", Role.PART)
        for piece in _PIECE.finditer(word)
        if len(piece[0]) > 1
    ]
    # Of iPhone, eBay and GHz one piece alone is left: they are words.
    return pieces if len(pieces) > 1 else []
