"""One spelling for what looks the same: composed Hangul, half and full width, blanks, and nothing invisible.

NFC, never NFKC: NFKC turns ㅋ into a conjoining jamo. Signs that stand for letters and digits are folded (㎏
is kg, Ⅳ is IV), so are ordinal numbers in Hanja (第二 is 제2), and letters that people type as signs become
signs (인사ㆍ총무). Case is kept; `fold` lowers it too. Lower-casing what is normalised never changes its
length.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.language.compatibility import BEYOND, SPELT_OUT
from models.language.letter_signs import LETTER_SIGN, LETTERS, as_sign
from models.language.ordinals import ORDINAL, ORDINAL_SIGN, READ, SIGN, ordinal

MOST_MARKS = 30
"""Combining marks composed with one character (UAX 15, Stream-Safe Text): ordering more is quadratic."""


def _ranges(codes: Iterable[int]) -> str:
    """What a class of a pattern says for these characters; one by one they take longer to read."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)


LAST_BLANK = 0x3164
_BLANKS = (
    "\\x00-\\x09\\x0b-\\x1f\\x7f-\\xa0\\u1680\\u180e\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\u3164"
)
_INVISIBLE_IN_PLANE = "\\xad\\u034f\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff"
_INVISIBLE = f"{_INVISIBLE_IN_PLANE}\\U000e0100-\\U000e01ef"
# Those beyond the first plane as a few ranges, gaps and all: a class of single ones is searched one by one.
_SPELT_OUT = _ranges(ord(sign) for sign in SPELT_OUT if sign < "\U00010000")
_SPELT_BEYOND = "".join(f"{chr(codes[0])}-{chr(codes[-1])}" for codes in BEYOND)
# Every character beyond is looked at more closely: one range more is a fifth of the search.
_ODD = re.compile(
    f"[{_BLANKS}{_INVISIBLE_IN_PLANE}\\u0130\\ud800-\\udfff\\uff01-\\uffef{_SPELT_OUT}{LETTERS}{SIGN}"
    "\\U00010000-\\U0010ffff]"
)
_BLANK = re.compile(f"[{_BLANKS}]")
_ZERO_WIDTH = re.compile(f"[{_INVISIBLE}]")
_LONGER = re.compile(f"[{_INVISIBLE}{_SPELT_OUT}{_SPELT_BEYOND}]")
_LETTER = re.compile(f"[{LETTERS}]")


def _same_length() -> dict[int, str]:
    """Every character that another one replaces: widths folded, blanks, and what analysers cannot take."""
    table = {code: " " for code in range(LAST_BLANK + 1) if _BLANK.match(chr(code))}
    for code in range(0xFF01, 0xFFF0):
        kind, _, target = unicodedata.decomposition(chr(code)).partition(" ")
        if kind in ("<wide>", "<narrow>"):
            table[code] = chr(int(target, 16))
    # Half-width Hangul has a filler, which is a blank; UTF-8 has no lone surrogates.
    table |= {0xFFA0: " ", 0x0130: "I"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    return table


_SAME_LENGTH = _same_length()


class Normalized(NamedTuple):
    """A normalised text. `starts` and `ends` give the span in the original of each of its characters.

    Both are absent where every character stands where it stood.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None


def normalize(text: str) -> Normalized:
    """The text in NFC: widths folded, odd blanks and NUL as " ", zero-width gone, lone surrogates U+FFFD.

    Signs for letters and digits are spelt out, and letters typed as dots, dashes and bars are such signs.
    """
    plain = text
    if _ODD.search(text):
        plain = text.translate(_SAME_LENGTH)
        if _LETTER.search(plain):
            plain = LETTER_SIGN.sub(as_sign, plain)
        if SIGN in plain:
            plain = ORDINAL_SIGN.sub(READ, plain)
        if _LONGER.search(plain) or (SIGN in text and ORDINAL.search(plain)):
            return _recomposed(plain)
    if not plain.isascii() and not unicodedata.is_normalized("NFC", plain):
        return _recomposed(plain)
    return Normalized(plain)


def fold(text: str) -> str:
    """The normalised text in lower case: equal for spellings that should find each other."""
    return normalize(text).text.lower()


def _recomposed(plain: str) -> Normalized:
    """NFC without zero-width characters, cluster by cluster, so that every character's origin is known.

    Of a sign, or an ordinal number, that is spelt out every letter stands where the whole stood.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    places: list[int] = []
    cluster = ""
    numerals = {it.start(): it[0] for it in ORDINAL.finditer(plain)}
    spelt_to = 0

    def close() -> None:
        # The one letter whose lower case is longer than itself.
        composed = unicodedata.normalize("NFC", cluster).replace("\u0130", "I")
        pieces.append(composed)
        last = places[-1] + 1
        taken = 0
        for count in range(1, len(composed)):
            starts.append(places[taken] if taken < len(places) else last)
            # As many characters of the cluster as it takes to compose this much.
            while taken < len(places) and not _composes(cluster[:taken], composed[:count]):
                taken += 1
            ends.append(places[taken - 1] + 1)
        starts.append(places[taken] if taken < len(places) else last)
        ends.append(last)

    for place, character in enumerate(plain):
        if place < spelt_to or _ZERO_WIDTH.match(character):
            continue
        numeral = numerals.get(place, "")
        if spelt := ordinal(numeral) if numeral else SPELT_OUT.get(character):
            if cluster:
                close()
                cluster = ""
                places.clear()
            # 10² is not 102, nor ①② twelve.
            if spelt[0].isdigit() and pieces and pieces[-1][-1].isdigit():
                spelt = f" {spelt}"
            spelt_to = place + max(1, len(numeral))
            if spelt[-1].isdigit() and plain[spelt_to : spelt_to + 1].isdigit():
                spelt = f"{spelt} "
            pieces.append(spelt)
            starts += [place] * len(spelt)
            ends += [spelt_to] * len(spelt)
            continue
        if cluster and (not _joins(character) or len(cluster) > MOST_MARKS):
            close()
            cluster = ""
            places.clear()
        cluster += character
        places.append(place)
    if cluster:
        close()
    return Normalized("".join(pieces), starts, ends)


def _composes(characters: str, beginning: str) -> bool:
    return unicodedata.normalize("NFC", characters).replace("\u0130", "I").startswith(beginning)


def _joins(character: str) -> bool:
    """Whether NFC may compose it with what stands before it: marks, and Hangul vowels and finals."""
    return character >= "\u0300" and (
        "\u1160" <= character <= "\u11ff" or unicodedata.category(character)[0] == "M"
    )
