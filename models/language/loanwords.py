"""Loanwords: one word in two scripts, 키 and key, 와이파이 and wifi, told by their consonants.

What is alike in meaning and in sound is the same word; what is alike in meaning alone (오류, error) is its
translation.
"""

import re
import unicodedata

# Korean tells fewer consonants apart than English: f, v, b and p are ㅂ or ㅍ; r and l come and go.
_HANGUL = {
    letter: sound
    for letters, sound in (
        ("\u1100\u1101\u110f\u11a8\u11a9\u11bf", "k"),
        ("\u1103\u1104\u1110\u11ae\u11c0", "t"),
        ("\u1107\u1108\u1111\u11b8\u11c1", "p"),
        ("\u1109\u110a\u110c\u110d\u110e\u11ba", "s"),
        ("\u1106\u11b7", "m"),
        ("\u1102\u11ab\u11bc", "n"),
    )
    for letter in letters
}
_SPELLINGS = (
    ("tion|ti(?=o|a)|ch|sh|[jz]|th(?=[aeiou])|dg|tch", "s"),
    ("ph|[bfvp]", "p"),
    ("x", "ks"),
    ("c(?=[eiy]|\\Z)", "s"),
    ("ng?", "n"),
    ("ck|gh|[cgkq]", "k"),
    ("th?|d", "t"),
    ("[aeiouyhwlr]", ""),
)
_SPELT = [(re.compile(spelling), sound.upper()) for spelling, sound in _SPELLINGS]
_BEGINNINGS = {"\u110b": "aeiouyw", "\u1105": "lr", "\u1112": "hw"}
"""What a word begins with in English where its Korean beginning has no sound of its own."""
_REPEATED = re.compile(r"(.)\1+")


def is_loanword(korean: str, english: str) -> bool:
    """Whether a Korean word, given that it means an English one (a stem), is that word in Hangul."""
    letters = unicodedata.normalize("NFD", korean)
    if not english.startswith(tuple(_BEGINNINGS.get(letters[:1], english[:1]))):
        return False
    sounds = _REPEATED.sub(r"\1", "".join(_HANGUL.get(letter, "") for letter in letters))
    return bool(sounds) and sounds == _english_sounds(english)


def _english_sounds(word: str) -> str:
    # What is read already is in capitals, so that it is read once.
    for spelling, sound in _SPELT:
        word = spelling.sub(sound, word)
    return _REPEATED.sub(r"\1", word.lower())
