"""Which judged questions constants are set on, and which only tell how good the outcome is."""

import re
from typing import Literal

_NUMBER = re.compile(r"(?<!\d)\d++$")

Split = Literal["dev", "test"]
SPLITS: tuple[Split, ...] = ("dev", "test")
"""`dev` may be tuned on and looked into; `test` only tells."""


def split_of(question: str) -> Split:
    """The split of a judged question, by the number that its id ends with: `dev` if even, `test` if odd.

    The questions of each kind, in each company, are numbered in a row: both halves hold as many.
    """
    number = _NUMBER.search(question)
    if number is None:
        raise ValueError(f"the id {question} ends with no number")
    return SPLITS[int(number[0]) % 2]
