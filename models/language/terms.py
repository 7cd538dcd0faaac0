"""The index terms of tokens, flattened: posts and questions take theirs from the same place."""

import re
from collections.abc import Callable, Iterable, Sequence

from models.language.analyzer import Term, Token
from models.language.joined_words import pieces_of_words
from models.language.units import MEASURED

IsWord = Callable[[str, Sequence[str]], bool]
"""Tells of a compound and its parts whether it is a word by itself."""

TELLING = 2
"""Syllables of a part of a compound that means there what it means by itself."""
_SIGNS = re.compile(r"[\W_]+")


def terms(tokens: Iterable[Token]) -> list[Term]:
    """Every term in text order, a compound before its parts."""
    return [term for token in tokens for term in token.terms]


def is_opaque(parts: Iterable[str]) -> bool:
    """Whether a compound of these parts means more than they do: 손님 is no hand, 노트북 no drum.

    Parts of two syllables and more mean in a compound what they mean alone: 고객 in 고객관리시스템.
    """
    return any(len(part) < TELLING and part >= "가" for part in parts)


def simple_forms(forms: Sequence[str], is_word: IsWord | None = None) -> list[str]:
    """The forms of terms in text order without compounds, whose parts follow them and say the same.

    A compound that `is_word` stays, and its parts go. Nor are there other spellings of what stands before
    them: wifi after Wi-Fi, 1.5t after 1.5 and 톤, apikey after API and after 키.
    """
    simple: list[str] = []
    past = 0
    for place, form in enumerate(forms):
        if place < past:
            continue
        if (
            place + 1 < len(forms)
            and form.startswith(forms[place + 1])
            and (end := _end_of_parts(form, forms, place + 1))
        ):
            if is_word and is_word(form, forms[place + 1 : end]):
                simple.append(form)
                past = end
            continue
        latin = simple and form.isascii() and not form.isdigit()
        if latin and (_is_repeated(form, simple) or simple[-1] in pieces_of_words().get(form, ())):
            continue
        if form[:1].isdigit() and _is_measured(forms, place):
            continue
        simple.append(form)
    return simple


def _is_measured(forms: Sequence[str], place: int) -> bool:
    """Whether a form is a number with a sign of its unit, and the number stands by itself, too."""
    found = MEASURED.fullmatch(forms[place])
    if found is None:
        return False
    # A code, 30m, stands before its parts.
    is_code = forms[place + 1 : place + 2] == [found[1]]
    return not found[2].isalpha() or (not is_code and found[1] in forms[max(0, place - 4) : place])


def _is_repeated(form: str, before: Sequence[str]) -> bool:
    """Whether the last forms before it, one with signs or two at least, spell a form, signs aside."""
    wanted = _SIGNS.sub("", form)
    spelled = ""
    for place in range(len(before) - 1, -1, -1):
        spelled = _SIGNS.sub("", before[place]) + spelled
        if len(spelled) >= len(wanted):
            return spelled == wanted and before[place] != form
    return False


def _end_of_parts(form: str, forms: Sequence[str], place: int) -> int:
    """Where the forms end that spell a form from a place on, two at least, signs aside; 0 where none do."""
    wanted = _SIGNS.sub("", form)
    spelled = ""
    for last in range(place, len(forms)):
        spelled += forms[last]
        if len(spelled) >= len(wanted):
            return last + 1 if spelled == wanted and last > place else 0
    return 0
