"""Ordinal numbers in Hanja: what stands after 第 is a number, 第二 is 제2 and 第十二 is 제12.

Elsewhere the same characters are parts of words (二重, 一般), which are left alone.
"""

import re

_DIGITS = {"〇": 0} | {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_TENS = {"十": 10, "百": 100}

_NUMERALS = "".join((*_DIGITS, *_TENS))

SIGN, READ = "第제"
"""Texts without the sign hold no ordinal number in Hanja; it is read as the other."""
ORDINAL_SIGN = re.compile(f"{SIGN}(?= ?[0-9{_NUMERALS}])")
ORDINAL = re.compile(f"(?:(?<={READ})|(?<={READ} ))[{_NUMERALS}]++")
"""The numerals of one: 二十 of 제二十."""


def ordinal(numerals: str) -> str:
    """What numerals are in figures: 十二 and 一二 are 12, 二百 is 200."""
    if _TENS.keys().isdisjoint(numerals):
        return "".join(str(_DIGITS[numeral]) for numeral in numerals)
    total, digit = 0, 0
    for numeral in numerals:
        if unit := _TENS.get(numeral):
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _DIGITS[numeral]
    return str(total + digit)
