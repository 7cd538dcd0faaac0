"""A known word laid over the tokens of an analyser that does not know it, and cuts it anywhere."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from models.language.analyzer import Token

_PARTICLE = re.compile(
    "(?:이|가|은|는|을|를|의|에|에서|에게|로|으로|와|과|랑|이랑|도|만|까지|부터|보다|처럼|나|이나)(?![가-힣])"
)


class Standing(NamedTuple):
    """The tokens of a word, numbered from `first` to before `past`, and the particle at the end of the last.

    An analyser may take them for one: 파이어월이 is 파이어 and 월이.
    """

    first: int
    past: int
    particle: tuple[Token, ...]


def standing(text: str, tokens: Sequence[Token], first: int, end: int) -> Standing | None:
    """How a word that begins in token number `first` stands, up to `end`; None where a word goes on."""
    past = first
    while past < len(tokens) and tokens[past].end <= end:
        past += 1
    if past == len(tokens) or tokens[past].start >= end:
        return Standing(first, past, ())
    particle = _PARTICLE.match(text, end)
    if particle is None or particle.end() != tokens[past].end:
        return None
    return Standing(first, past + 1, (Token(end, particle.end(), "JX"),))
