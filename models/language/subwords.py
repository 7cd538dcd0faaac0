"""What a word is made of: pieces of its spelling and sound, which an unknown word shares with known ones.

Spelling: the syllables of a Hangul word and their pairs; the four-letter pieces of a Latin word. Sound:
pieces of a rough phonetic key that a loanword and its origin share (스마트 and smart are both SMVT).
"""

import hashlib
import re
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

MARK = "\u2581"
"""Begins the name of every piece: no index term begins with it."""

LETTERS = 4
"""Letters in a piece of a Latin word."""
SOUNDS = 5
"""Signs in a piece of a phonetic key, its ends counted."""
SHORTEST_KEY = 4
"""Keys shorter than this are shared by chance."""

_HANGUL = re.compile("[가-힣]+")
_LATIN = re.compile("[a-z]+")
_SYLLABLES, _VOWELS, _FINALS = 0xAC00, 21, 28
_EU = 18  # ㅡ, which Korean puts between the consonants of a loanword
# By Unicode's order of initial and of final consonants; "-" is silent.
_INITIAL_SOUNDS = tuple("KKNTTLMPPSS-JJJKTPH")
_FINAL_SOUNDS = (
    *("-", "K", "K", "KS", "N", "NJ", "N", "T", "L", "LK", "LM", "LP", "LS", "LT"),
    *("LP", "L", "M", "P", "PS", "T", "T", "N", "T", "T", "K", "T", "P", "-"),
)
_SILENT = (
    (re.compile("e$"), ""),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("r(?![aeiouy])"), ""),
    (re.compile("sch|sh"), "S"),
    (re.compile("tch|ch|dge"), "J"),
    (re.compile("ph"), "P"),
    (re.compile("th"), "S"),
    (re.compile("[ts]ion"), "SVN"),
    (re.compile("ng$|kn"), "N"),
    (re.compile("ck"), "K"),
    (re.compile("gh"), ""),
)
_LATIN_SOUNDS = str.maketrans(
    dict(zip("abcdefghijklmnopqrstuvwyz", "VPKTVPKHVJKLMNVPKLSTVPVVJ", strict=True)) | {"x": "KS"}
)
_REPEATED = re.compile(r"(.)\1+")


def spelling(form: str) -> list[str]:
    """The pieces of a word's spelling; none for numbers, codes and other scripts."""
    if _HANGUL.fullmatch(form):
        return [MARK + piece for piece in (*form, *map("".join, pairwise(form)))]
    if _LATIN.fullmatch(form) and len(form) >= LETTERS:
        whole = f"^{form}$"
        return [MARK + whole[start : start + LETTERS] for start in range(len(whole) - LETTERS + 1)]
    return []


def sound(form: str) -> list[str]:
    """The pieces of a word's phonetic key, and the whole key; none where the key is too short to tell."""
    key = phonetic_key(form)
    if len(key) < SHORTEST_KEY:
        return []
    whole = f"<{key}>"
    return [MARK + whole, *(MARK + whole[start : start + SOUNDS] for start in range(len(whole) - SOUNDS + 1))]


def phonetic_key(form: str) -> str:
    """Consonants by where and how they are spoken, every run of vowels as V; "" for other scripts."""
    if _HANGUL.fullmatch(form):
        key = "".join(map(_syllable_sound, form))
    elif _LATIN.fullmatch(form):
        key = form
        for pattern, replacement in _SILENT:
            key = pattern.sub(replacement, key)
        key = key.translate(_LATIN_SOUNDS)
    else:
        return ""
    return _REPEATED.sub(r"\1", key.replace("-", ""))


def _syllable_sound(syllable: str) -> str:
    code = ord(syllable) - _SYLLABLES
    initial, rest = divmod(code, _VOWELS * _FINALS)
    vowel, final = divmod(rest, _FINALS)
    return _INITIAL_SOUNDS[initial] + ("" if vowel == _EU else "V") + _FINAL_SOUNDS[final]


@lru_cache(maxsize=16_384)
def sign_vector(form: str, dimensions: int) -> npt.NDArray[np.float32]:
    """A unit vector that is the form's own: nearly orthogonal to every other, and the same everywhere.

    The signs are the bits of BLAKE2b digests. Shape (dimensions,); read-only.
    """
    count = -(-dimensions // 512)
    digests = (
        hashlib.blake2b(form.encode("utf-8", "replace"), salt=bytes([place])).digest()
        for place in range(count)
    )
    bits = np.unpackbits(np.frombuffer(b"".join(digests), dtype=np.uint8))[:dimensions]
    vector: npt.NDArray[np.float32] = ((bits * 2.0 - 1.0) / np.sqrt(dimensions)).astype(np.float32)
    vector.setflags(write=False)
    return vector
