"""Units by name and by sign: 1.5톤 is 1.5t, 30미터 30m, 35도 35℃, 50프로 50%, 5 kg 5kg."""

import re
from collections.abc import Iterable

from models.language.analyzer import Role, Term, Token

_NAMED = {
    "톤": "t", "킬로그램": "kg", "그램": "g", "밀리그램": "mg",
    "킬로미터": "km", "미터": "m", "센티미터": "cm", "밀리미터": "mm",
    "리터": "l", "밀리리터": "ml", "퍼센트": "%",
    "테라바이트": "tb", "기가바이트": "gb", "메가바이트": "mb", "킬로바이트": "kb",
    "킬로와트": "kw", "와트": "w", "볼트": "v", "헤르츠": "hz",
}  # fmt: skip
_SHORT = {
    "도": ("℃",), "프로": ("%",), "퍼": ("%",), "킬로": ("kg", "km"), "센티": ("cm",), "밀리": ("mm", "ml"),
    "테라": ("tb",), "기가": ("gb",), "메가": ("mb",),
}  # fmt: skip
"""Names that are other words, too, unless they stand directly behind a number, or no noun behind them."""
_NOTHING_ELSE = frozenset(("킬로", "센티", "밀리"))
_MORE = frozenset(("이상", "이하", "초과", "미만", "정도", "내외", "안팎", "이내", "가량"))
"""Nouns that may stand behind any measure: 35 도 이상."""
_WRITTEN = _NAMED | {"°c": "℃"} | {sign: sign for sign in _NAMED.values()}
_UNITS = {unit: (sign,) for unit, sign in _WRITTEN.items()} | _SHORT


def either(units: Iterable[str]) -> str:
    """A pattern of any of them, the longest that there is."""
    return "|".join(map(re.escape, sorted(units, key=len, reverse=True)))


SIGNS = sorted({sign for signs in _UNITS.values() for sign in signs})
MEASURE = re.compile(rf"(?<![\w.,])(\d[\d,]*+(?:\.\d++)?)( ?(?:{either([*_WRITTEN, *_SHORT])}))(?![a-z])")
"""A number and its unit, in lower case; texts without it, which are most, are left alone."""
MEASURED = re.compile(rf"(?<![\d.])(\d++(?:\.\d++)?)({either(SIGNS)})")
"""A number and its sign, as they are written most shortly: 1.5t."""


def with_units(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text, those of a number and its unit as one, which also gives both as they are written
    most shortly. A code, 5kg, is so already.
    """
    starts = {token.start: place for place, token in enumerate(tokens)}
    ends = {token.end: place for place, token in enumerate(tokens)}
    read: list[Token] = []
    done = 0
    for found in MEASURE.finditer(text):
        first, last = starts.get(found.start()), ends.get(found.end())
        # A part of a word is no unit: 35도면 are 35 drawings.
        if first is None or last is None or not done <= first < last:
            continue
        if not _is_unit(text, tokens[last : last + 2], found):
            continue
        said = [term for token in tokens[first : last + 1] for term in token.terms]
        read += [*tokens[done:first], _measure(tokens[first].start, tokens[last].end, said, found)]
        done = last + 1
    return read + tokens[done:]


def _is_unit(text: str, tokens: list[Token], found: re.Match[str]) -> bool:
    """Whether what follows a number is its unit, given its last token and the next one: a short word that
    stands apart may be another.
    """
    unit, *behind = tokens
    if found[2][0] != " " or found[2][1:] not in _SHORT or text[unit.start : unit.end] in _NOTHING_ELSE:
        return True
    # 5 기가 막힌 is 기 and a particle; 2 프로 선수 are two players.
    is_noun = any(token.tag.startswith(("N", "S", "XPN")) and token.terms for token in behind)
    more = any(text[token.start : token.end] in _MORE for token in behind)
    return unit.start == found.start(2) + 1 and (more or not is_noun)


def _measure(start: int, end: int, said: list[Term], found: re.Match[str]) -> Token:
    number, signs = found[1].replace(",", ""), _UNITS[found[2].strip()]
    spelt = [Term(number + sign, start, end, "SN", Role.VARIANT) for sign in signs]
    if len(said) > 1:
        return Token(start, end, "SN", (*said, *spelt))
    # Without a word for the unit the number is but a part: who asks for 15% does not ask for 15.
    whole = (term._replace(role=Role.COMPOUND) for term in spelt)
    return Token(start, end, "SN", (*whole, *(term._replace(role=Role.PART) for term in said)))
