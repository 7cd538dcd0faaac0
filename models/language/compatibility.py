"""Signs that stand for letters and digits, and what they spell: ㎏ is kg, ① is 1, Ⅳ is IV, ² is 2, ﬁ is fi.

Those of Unicode's compatibility characters that are signs, ligatures or styled letters. Left alone are jamo
(ㅋ would become a conjoining one), widths (which are folded elsewhere) and what spells nothing.
"""

import unicodedata

_STYLES = frozenset(
    ("<circle>", "<square>", "<compat>", "<super>", "<sub>", "<font>", "<fraction>", "<noBreak>")
)
# A mark of trade says nothing: Excel™ is Excel.
_TRADE = dict.fromkeys("™℠", " ")
_CONSONANTS = dict(zip("ᄀᄂᄃᄅᄆᄇᄉᄋᄌᄎᄏᄐᄑᄒ", "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ", strict=True))


def _spelt_out(character: str) -> str | None:
    decomposition = unicodedata.decomposition(character)
    if not decomposition.startswith("<"):
        return None  # most of them
    kind = decomposition.partition(" ")[0]
    # Letters of other scripts (Thai, Arabic, jamo) are written as they are by those who read them.
    if kind not in _STYLES or unicodedata.category(character) == "Lo":
        return None
    spelt = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", character))
    spelt = "".join(_CONSONANTS.get(letter, letter) for letter in spelt)
    readable = any(map(str.isalnum, spelt)) and not spelt[0].isspace() and character not in _TRADE
    return spelt if readable and len(spelt.lower()) == len(spelt) else None


PLANE = (range(0xA1, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0x10000))
"""In the first plane: two thirds of it, Chinese characters and Hangul syllables, are no signs."""
BEYOND = (range(0x1D400, 0x1D800), range(0x1F100, 0x1F252), range(0x1FBF0, 0x1FBFA))
"""Beyond the first plane: letters of formulas, letters in circles and squares, digits of a display."""

SPELT_OUT: dict[str, str] = _TRADE | {
    chr(code): spelt for codes in (*PLANE, *BEYOND) for code in codes if (spelt := _spelt_out(chr(code)))
}
"""By sign, what it spells, composed, in the case that it has."""
