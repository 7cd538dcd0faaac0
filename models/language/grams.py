"""The second lane: character bigrams, which find what morphemes miss (typing errors, unknown words)."""

import re
from operator import add

from models.language.emoji import EMOJI
from models.language.normalization import fold

_RUN = re.compile(rf"[^\W_]+|[{EMOJI}]")


def grams(text: str) -> str:
    """Ready-made terms, separated by blanks: the bigrams of each run of letters and digits.

    A run of one character is a term itself, and so is every emoji. A text read word by word gives the same
    terms as in one piece.
    """
    terms: list[str] = []
    for run in _RUN.findall(fold(text)):
        if len(run) < 3:
            terms.append(run)
        else:
            terms += map(add, run, run[1:])
    return " ".join(terms)
