"""The clauses of a token of a question: its words, and compounds with their parts.

The weights are those measured on KorQuAD with mecab-ko (nDCG@10 .8640; .8555 with equal weights): the kind of
a word says how much it tells. They are linear over terms, so an engine takes them as boosts.
"""

import re
from collections.abc import Iterator

from indexer.engine import Clause, TextField
from models.language.analyzer import Role, Term, Token
from models.language.units import MEASURED
from search_api.query.function_words import FRAME_NOUNS, LIGHT_VERBS, NEGATIONS

TAG_WEIGHTS = {
    "NNG": 1.0,  # common noun: what questions are about
    "NNP": 0.85,  # proper noun: up-weighting names hurts
    "NP": 0.5,  # pronoun
    "NNB": 0.4,  # bound noun
    "NNBC": 0.3,  # counter
    "VV": 0.85,
    "VA": 0.85,
    "XR": 0.7,  # root
    "MAG": 0.7,  # adverb
    "SH": 0.7,  # Hanja
    "SL": 0.9,  # Latin
    "SN": 1.3,  # number: rare, and exactly what is meant
}
OTHER_TAG_WEIGHT = 1.0
COMPOUND_WEIGHT = 0.4
PART_WEIGHT = 0.45
ONE_SYLLABLE_NOUN_WEIGHT = 0.6
LIGHT_VERB_WEIGHT = 0.6
NEGATION_WEIGHT = 0.2
"""Every complaint has one: 안 돼요 says nothing about what does not work. By judgement, not measured."""
VERSION_PART_WEIGHT = 0.15
"""Of 1.2.3, which 3.1.2 is not: the parts help where a version is written otherwise. By judgement."""
MEASURED_NUMBER_WEIGHT = 0.3
"""Of 1.5톤, which 1.5 버전 is not: it helps where the unit is written otherwise. By judgement."""
LAST_NOUN_WEIGHT = 1.0
"""The last noun of a question is what it asks for, also where it is a name."""
LAST_FRAME_NOUN_WEIGHT = 0.2
VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3})++")
VERB_TAGS = frozenset({"VV", "VA", "VX"})


def term_clauses(token: Token, *, is_last_noun: bool = False) -> Iterator[Clause]:
    """What a token asks for: its words, and parts of compounds, each beside all the others.

    One part alone is no compound: of e-mail or c-130 only the whole is asked for. Of a measure the whole is:
    its number is anywhere.
    """
    if measures := measures_of(token):
        yield from _measure_clauses(measures)
        return
    variants = tuple(term.form for term in token.terms if term.role is Role.VARIANT)
    compounds = [term for term in token.terms if term.role is Role.COMPOUND]
    for term in token.terms:
        if term.role is Role.VARIANT:
            continue
        whole = next((it for it in compounds if it.start <= term.start and term.end <= it.end), None)
        if whole is None or term.role is Role.WORD:
            yield Clause(TextField.TERMS, term.form, _weight(term, is_last_noun), variants)
            continue
        parts = _parts(token, whole)
        version = is_version(token)
        if term is whole:
            alone = len(parts) < 2 or version
            own = _weight(term._replace(role=Role.WORD), is_last_noun) if alone else COMPOUND_WEIGHT
            yield Clause(TextField.TERMS, term.form, own, variants)
        elif len(parts) > 1:
            beside = tuple(part for part in parts if part != term.form)
            own = VERSION_PART_WEIGHT if version else PART_WEIGHT
            yield Clause(TextField.TERMS, term.form, own, (whole.form, *variants), beside)


def measures_of(token: Token) -> tuple[str, ...]:
    """The number and the sign of its unit that a token says, if it says such: 1.5t of 1.5톤."""
    whole = (term.form for term in token.terms if term.role is not Role.PART)
    return tuple(form for form in whole if form[0].isdigit() and MEASURED.fullmatch(form))


def _measure_clauses(measures: tuple[str, ...]) -> Iterator[Clause]:
    yield Clause(TextField.TERMS, measures[0], TAG_WEIGHTS["SN"], measures[1:])
    if number := MEASURED.fullmatch(measures[0]):
        yield Clause(TextField.TERMS, number[1], MEASURED_NUMBER_WEIGHT, measures)


def is_version(token: Token) -> bool:
    """Whether a token is a version, 1.2.3 or v1.2.3."""
    return any(VERSION.fullmatch(term.form) for term in token.terms)


def _parts(token: Token, whole: Term) -> list[str]:
    """The different parts of a compound, in order."""
    inside = (
        term.form
        for term in token.terms
        if term.role is Role.PART and whole.start <= term.start and term.end <= whole.end
    )
    return list(dict.fromkeys(inside))


def _weight(term: Term, is_last_noun: bool) -> float:
    if is_last_noun:
        return LAST_FRAME_NOUN_WEIGHT if term.form in FRAME_NOUNS else LAST_NOUN_WEIGHT
    if term.tag in VERB_TAGS and term.form in LIGHT_VERBS:
        return LIGHT_VERB_WEIGHT
    if term.tag == "MAG" and term.form in NEGATIONS:
        return NEGATION_WEIGHT
    if term.tag == "NNG" and len(term.form) == 1:
        return ONE_SYLLABLE_NOUN_WEIGHT
    return TAG_WEIGHTS.get(term.tag, OTHER_TAG_WEIGHT)
