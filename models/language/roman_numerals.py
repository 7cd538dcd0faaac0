"""Roman numerals are numbers, too: Ⅳ장 and IV장 are found as 4장, Phase Ⅲ as Phase 3."""

import re
import unicodedata

from models.language.analyzer import Role, Term, Token

_SIGNS = "\u2160-\u216b\u2170-\u217b"
_COUNTERS = "장|편|절|부|권|항|조|차|단계|단원|급|형|기(?![가-힣])|분기|호기"
"""What numbered parts, steps and kinds are called: letters directly before one are a numeral."""

MAY_HOLD = re.compile(f"[{_SIGNS}]|[ivxIVX](?:{_COUNTERS})")
"""Texts without it, which are most, hold none that is read as a number."""

_SIGN = re.compile(f"[{_SIGNS}]++")
_LETTERS = re.compile(f"(?<![A-Za-z0-9])[ivxIVX]++(?={_COUNTERS})")
_NUMERAL = re.compile("x{0,3}(?:ix|iv|v?i{0,3})")
_VALUES = {"i": 1, "v": 5, "x": 10}


def with_roman_numerals(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text as it was given, those of Roman numerals with the number in figures."""
    return [_numbered(text, token) for token in tokens]


def _numbered(text: str, token: Token) -> Token:
    spelt = text[token.start : token.end]
    lettered = _LETTERS.match(text, token.start)
    if not (_SIGN.fullmatch(spelt) or (lettered and lettered.end() == token.end)):
        return token
    letters = unicodedata.normalize("NFKC", spelt).lower()
    if not _NUMERAL.fullmatch(letters):
        return token
    number = Term(str(_value(letters)), token.start, token.end, "SN", Role.VARIANT)
    return Token(token.start, token.end, token.tag, (*token.terms, number))


def _value(letters: str) -> int:
    values = [_VALUES[letter] for letter in letters]
    # What stands before a greater one is taken away: iv is 4.
    return sum(
        -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
    )
