"""Letters that people type as signs: ㆍ and ᆞ for a middle dot, ㅡ for a dash, ㅣ for a bar, ㅇ for a bullet.

To Unicode they are letters, so that an analyser takes 개발ㅡ운영ㅡ보안 for one unknown word.
"""

import re

_JAMO = "ㄱ-ㅎㅏ-ㅣ"
# What begins a syllable of old Korean: after it a vowel is one.
_INITIAL = "\u1100-\u115f\ua960-\ua97c"

_SIGNS = {
    "\u318d": "·",  # ㆍ, araea: the middle dot of Korean keyboards
    "・": "·",  # of Japanese
    "\ua78f": "·",
    "\u1427": "·",
    "\u119e": "·",  # ᆞ and ᆢ, the dots of telephone keyboards
    "\u11a2": "…",
    "\u1173": "-",  # ᅳ
    "ㅡ": "-",
    "ー": "-",  # of Japanese, between Hangul
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "-",
    "\u2012": "-",  # longer dashes, within a code
    "\u2013": "-",
    "\u2015": "-",
    "ㅣ": "|",
    "\u1175": "|",
    "ㅇ": "·",
    "ㅁ": "·",
    "\u110b": "·",  # ᄋ and ᄆ, as some keyboards type them
    "\u1106": "·",
    "\u302e": "·",
    "\u302f": "·",
}

LETTERS = "".join(_SIGNS)
"""What may be a sign: texts without any of them, which are most, need no closer look."""

LETTER_SIGN = re.compile(
    # A dot is one wherever no syllable needs it.
    "[\u318d\u30fb\ua78f\u1427]|[\u2010\u2011\u2212]"
    "|(?<=[A-Za-z0-9])[\u2012\u2013\u2015](?=[A-Za-z0-9])"
    f"|(?<![{_INITIAL}])[\u119e\u11a2\u1173\u1175\u302e\u302f]"
    # Vowels: a run of ㅡ between two words is a dash, beside other jamo a face or a groan (ㅡㅡ, ㅠㅡㅠ).
    f"|(?<=[^\\W_{_JAMO}])[ㅡㅣ]+(?=[^\\W_{_JAMO}])"
    f"|(?<![^\\w\\s])(?<![{_JAMO}])[ㅡㅣ](?![{_JAMO}자])(?![^\\w\\s])"
    "|(?<=[가-힣])ー(?=[가-힣])"
    # A consonant alone before a word at the beginning of a line, or after a blank, is a bullet; not in ㅁ자.
    f"|(?<![^\\s])[ㅇㅁ\u110b\u1106](?!자|[\u1160-\u11ff])(?=\\s?[^\\W_{_JAMO}])"
)


def as_sign(found: re.Match[str]) -> str:
    """The sign that is meant, as often as the letter stands there."""
    return "".join(_SIGNS[letter] for letter in found[0])
