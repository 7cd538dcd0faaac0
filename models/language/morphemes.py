"""From a morpheme to the index terms that it yields.

Content morphemes have terms, function morphemes have none: nouns alone, and all morphemes, were both measured
to find less. Tags are Sejong tags, as mecab-ko-dic has them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from models.language.analyzer import Role, Term
from models.language.english import stem

NOUNS = frozenset(("NNG", "NNP", "NNB", "NNBC", "NP", "NR"))
CONTENT = NOUNS | {"XR", "VV", "VA", "MAG", "SL", "SH", "SN"}
UNREAD = "UNKNOWN"
"""The tag of what an analyser cannot read."""

_UNKNOWN = frozenset((UNREAD, "UNA"))
_SYLLABLE = re.compile("[가-힣]")
_NOMINALIZED = "XSV+ETN"
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_HANGUL = re.compile("[가-힣\u1100-\u11ff\u3130-\u318f]")

MOVED = 2
"""Syllables of a reading that stands by itself."""
# 두음법칙: ㄴ before a front vowel is silent, ㄹ too, and before others it is ㄴ.
_FRONT = "\u1163\u1167\u1168\u116d\u1172\u1175"
_OTHER = "\u1161\u1162\u1169\u116c\u116e\u1173"
_INITIAL_SOUNDS = {
    f"{initial}{vowel}": f"\u110b{vowel}" for initial in "\u1102\u1105" for vowel in _FRONT
} | {f"\u1105{vowel}": f"\u1102{vowel}" for vowel in _OTHER}


def morpheme_terms(surface: str, feature: str) -> tuple[str, tuple[Term, ...]]:
    """The tag and the terms (offsets into the surface) of a morpheme, from mecab-ko-dic's feature string."""
    tag, _, _, reading, kind, _, _, expression = feature.split(",")
    if kind == "Inflect":
        if terms := inflected_terms(_expressed(expression), len(surface)):
            return tag, terms
        if tag.startswith(_NOMINALIZED) and (noun := _hidden_noun(surface, expression)):
            return "NNG" if noun == surface else tag, (Term(noun, 0, len(noun), "NNG"),)
    if reading != "*" and _HAN.search(surface):
        return hanja_terms(surface, tag, reading)
    if tag in CONTENT and kind in ("Compound", "Preanalysis"):
        return tag, compound_terms(surface, tag, list(_expressed(expression)))
    return simple_terms(surface, tag)


def hanja_terms(surface: str, tag: str, reading: str) -> tuple[str, tuple[Term, ...]]:
    """The tag and the terms of a morpheme in Hanja, which is also found as it is read: 工場 is 공장."""
    tag, terms = simple_terms(surface, tag)
    spelling = Term(initial_sound(reading), 0, len(surface), tag, Role.VARIANT)
    return tag, (*terms, spelling) if terms else ()


def initial_sound(reading: str) -> str:
    """A reading of Hanja as Korean spells it at the beginning of a word: 女性 is 여성, not 녀성.

    One syllable alone may stand within a word (年度, cut in two), and is left as it is.
    """
    first = unicodedata.normalize("NFD", reading[:1])
    if len(reading) < MOVED or not (spelt := _INITIAL_SOUNDS.get(first[:2])):
        return reading
    return unicodedata.normalize("NFC", spelt + first[2:]) + reading[1:]


def inflected_terms(forms: Iterable[tuple[str, str]], length: int) -> tuple[Term, ...]:
    """The content among (form, tag) pairs that a surface of this length stands for as a whole."""
    return tuple(Term(form, 0, length, tag) for form, tag in forms if tag in CONTENT)


def simple_terms(surface: str, tag: str) -> tuple[str, tuple[Term, ...]]:
    """The tag and the term, if any, of what stands in the text as it is."""
    whole = len(surface)
    if tag in CONTENT:
        return tag, (Term(stem(surface) if tag == "SL" else surface, 0, whole, tag),)
    if tag in _UNKNOWN and _SYLLABLE.search(surface):
        return "NNG", (Term(surface, 0, whole, "NNG"),)
    # Function morphemes are Hangul: what else has letters or digits is a word in another script.
    if not _HANGUL.search(surface) and any(character.isalnum() for character in surface):
        tag = "SH" if _HAN.search(surface) else "SL"
        return tag, (Term(surface, 0, whole, tag),)
    return tag, ()


def compound_terms(surface: str, tag: str, parts: list[tuple[str, str]]) -> tuple[Term, ...]:
    """A compound and its content parts, from (form, tag); where these do not add up, each spans the whole."""
    adds_up = "".join(form for form, _ in parts) == surface
    terms = [Term(surface, 0, len(surface), tag, Role.COMPOUND)]
    start = 0
    for form, part in parts:
        end = start + len(form)
        if part in CONTENT:
            span = (start, end) if adds_up else (0, len(surface))
            terms.append(Term(stem(form) if part == "SL" else form, *span, part, Role.PART))
        start = end
    return tuple(terms) if len(terms) > 1 else (terms[0]._replace(role=Role.WORD),)


def _expressed(expression: str) -> Iterator[tuple[str, str]]:
    """The (form, tag) pairs of an expression like `되/VV/*+어요/EF/*`."""
    for part in expression.split("+"):
        form, _, rest = part.partition("/")
        yield form, rest.partition("/")[0]


def _hidden_noun(surface: str, expression: str) -> str:
    """What stands before the particles of a nominalised verb that is drawn into one syllable, if it is.

    하기, said as 키, is written in a few idioms; after a noun 키 is a key: 카드키를, API키.
    """
    verb, ending, *particles = (form for form, _ in _expressed(expression))
    after = "".join(particles)
    noun = surface.removesuffix(after)
    drawn = surface == noun + after and len(noun) < len(_SYLLABLE.findall(verb + ending))
    return noun if drawn else ""
