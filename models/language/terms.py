"""The index terms of tokens, flattened: posts and questions take theirs from the same place."""

import re
from collections.abc import Iterable, Sequence

from models.language.analyzer import Term, Token
from models.language.joined_words import pieces_of_words
from models.language.units import MEASURED

_SIGNS = re.compile(r"[\W_]+")


def terms(tokens: Iterable[Token]) -> list[Term]:
    """Every term in text order, a compound before its parts."""
    return [term for token in tokens for term in token.terms]


def simple_forms(forms: Sequence[str]) -> list[str]:
    """The forms of terms in text order without compounds, whose parts follow them and say the same.

    Nor other spellings of what stands before them: wifi after Wi-Fi, 1.5t after 1.5 and 톤, apikey after API
    and after 키.
    """
    simple: list[str] = []
    for place, form in enumerate(forms):
        if (
            place + 1 < len(forms)
            and form.startswith(forms[place + 1])
            and _is_spelled(form, forms, place + 1)
        ):
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


def _is_spelled(form: str, forms: Sequence[str], place: int) -> bool:
    """Whether the forms from a place on, two at least, spell a form, signs aside."""
    wanted = _SIGNS.sub("", form)
    spelled = ""
    for last in range(place, len(forms)):
        spelled += forms[last]
        if len(spelled) >= len(wanted):
            return spelled == wanted and last > place
    return False
