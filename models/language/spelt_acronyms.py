"""Acronyms as they are said: 브이피엔 is VPN and 에이에스 AS, and is found by its letters, too."""

import re
from itertools import accumulate

from models.language.analyzer import Role, Term, Token
from models.language.english import stem

_LETTERS = {
    "에이": "a", "비": "b", "씨": "c", "디": "d", "이": "e", "에프": "f", "지": "g", "에이치": "h",
    "에이취": "h", "아이": "i", "제이": "j", "케이": "k", "엘": "l", "엠": "m", "엔": "n", "오": "o",
    "피": "p", "큐": "q", "알": "r", "아르": "r", "에스": "s", "티": "t", "유": "u", "브이": "v",
    "더블유": "w", "더블류": "w", "엑스": "x", "와이": "y", "제트": "z", "티비": "tv",
}  # fmt: skip
_NAME = "|".join(sorted(_LETTERS, key=len, reverse=True))
MAY_HOLD = re.compile(f"(?<![가-힣])(?:{_NAME}){{2}}")
"""Texts without it, which are most, hold none."""

_RUN = re.compile(f"(?<![가-힣])(?:{_NAME}){{2,}}+")
_ONE = re.compile(_NAME)
_FOREIGN = frozenset("엘엠큐")
"""Syllables of letters that hardly any word of two syllables has."""
_SHORT = frozenset(("피씨", "디씨", "비씨", "씨디", "씨티", "디비", "피디", "피티", "오티", "피알", "알티"))
"""Of two syllables, which mostly are words (오이, 이유, 유지) and people (이씨), these are acronyms."""
_WORDS = frozenset(("케이지", "에이지", "아이비", "아이오"))
"""Words that only look like acronyms: cage, age, ivy."""
_SUBJECT = "이"
SURE = 3
"""Letters, or syllables of one, that no word consists of by chance."""


def with_spelt_acronyms(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a folded text, those of one acronym as one, which also gives it in Latin letters."""
    read: list[Token] = []
    place = 0
    for run in _RUN.finditer(text):
        first = place
        while first < len(tokens) and tokens[first].start < run.start():
            first += 1
        read += tokens[place:first]
        place = first
        while place < len(tokens) and tokens[place].end <= run.end():
            place += 1
        spelt = tokens[first:place]
        read += [_acronym(text, spelt)] if spelt and _is_acronym(text, spelt, run.start()) else spelt
    return read + tokens[place:]


def _is_acronym(text: str, tokens: list[Token], start: int) -> bool:
    end = tokens[-1].end
    names = _ONE.findall(text, start, end)
    spelt = "".join(names)
    if tokens[0].start != start or len(names) < 2 or spelt != text[start:end] or spelt in _WORDS:
        return False
    if len(names) >= SURE or any(len(name) >= SURE for name in names):
        return True
    if len(spelt) == 2:
        return spelt in _SHORT or not _FOREIGN.isdisjoint(spelt)
    # 유아이 of 유아 and 이 is no UI.
    borders = set(accumulate(map(len, names), initial=start))
    return all(token.end in borders for token in tokens)


def _acronym(text: str, tokens: list[Token]) -> Token:
    start, end = tokens[0].start, tokens[-1].end
    names = _ONE.findall(text, start, end)
    letters = "".join(_LETTERS[name] for name in names)
    # What seems an E is mostly the particle 이.
    said = [letters, letters[:-1]] if names[-1] == _SUBJECT and len(names) > 2 else [letters]
    terms = [term for token in tokens for term in token.terms]
    spellings = (Term(stem(form), start, end, "SL", Role.VARIANT) for form in said)
    return Token(start, end, "NNG", (*terms, *spellings))
