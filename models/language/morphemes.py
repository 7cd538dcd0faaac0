"""From a morpheme of mecab-ko to the index terms that it yields.

Content morphemes have terms, function morphemes have none: nouns alone, and all morphemes, were both measured
to find less. Tags are the Sejong tags of mecab-ko-dic.
"""

import re
from collections.abc import Iterator

from models.language.analyzer import Role, Term
from models.language.english import stem

NOUNS = frozenset(("NNG", "NNP", "NNB", "NNBC", "NP", "NR"))
CONTENT = NOUNS | {"XR", "VV", "VA", "MAG", "SL", "SH", "SN"}
_UNKNOWN = frozenset(("UNKNOWN", "UNA"))
_SYLLABLE = re.compile("[가-힣]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_HANGUL = re.compile("[가-힣\u1100-\u11ff\u3130-\u318f]")


def morpheme_terms(surface: str, feature: str) -> tuple[str, tuple[Term, ...]]:
    """The tag and the terms (offsets into the surface) of a morpheme, from mecab-ko-dic's feature string."""
    tag, _, _, _, kind, _, _, expression = feature.split(",")
    whole = len(surface)
    if kind == "Inflect":
        stems = [(form, part) for form, part in _expressed(expression) if part in CONTENT]
        if stems:
            return tag, tuple(Term(form, 0, whole, part) for form, part in stems)
    if tag in CONTENT:
        if kind in ("Compound", "Preanalysis"):
            return tag, compound_terms(surface, tag, list(_expressed(expression)))
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
