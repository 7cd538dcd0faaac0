"""Weighs what a question asks for: terms, and the bigrams that typing errors leave whole."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from indexer.engine import Clause, TextField, Word
from models.language.analyzer import Role, Term, Token
from models.language.grams import grams
from models.language.normalization import fold
from search_api.query.clauses import OTHER_TAG_WEIGHT, PART_WEIGHT, is_version, measures_of, term_clauses
from search_api.query.question_text import Piece, QuestionText

GRAM_WEIGHT = 0.4
NUMBER = "SN"
GRAM = 2
"""Characters of a bigram."""
LATIN_GRAM_WEIGHT = 0.1
"""Every English word shares bigrams with most others: they are for typing errors. By judgement."""
SYNONYM_SHARE = 0.7
"""What a synonym weighs against the word that was typed, which should lead. By judgement, not measured."""
MAX_CHARACTERS = 4_000
"""What is read of a question: a pasted log file is searched by its beginning."""
MAX_CLAUSES = 96
"""What is asked of an engine: more clauses cost time and change nothing among the best hits."""


def weighed(question: QuestionText) -> tuple[Word, ...]:
    """The words of a question, each with its weighted clauses. A term that is asked for twice counts once.

    Interrogatives, and the bigrams that touch one, carry no weight; a question of nothing else is asked by
    all that it has.
    """
    last_noun = question.last_noun
    pieces = question.pieces
    words = [[*_terms(piece, last_noun), *_grams(piece)] for piece in pieces]
    for start, _, tokens in question.synonyms:
        piece = next(number for number, piece in enumerate(pieces) if start < piece.start + len(piece.text))
        words[piece] += _synonym(tokens)
    if not any(words):
        words = [[*_every_term(piece), *_every_gram(piece)] for piece in pieces]
    return _lightened(_distinct(words))


def pairs_of(question: QuestionText) -> list[tuple[str, str]]:
    """The content morphemes of a question that follow each other, two by two; compounds by their parts.

    What only asks is passed over.
    """
    forms = [
        term.form
        for piece in question.pieces
        for token in piece.tokens
        if not piece.is_interrogative(token)
        for term in token.terms
        if term.role not in (Role.COMPOUND, Role.VARIANT)
    ]
    return list(pairwise(forms))


def _terms(piece: Piece, last_noun: Token | None) -> Iterator[Clause]:
    for token in piece.tokens:
        if not piece.is_interrogative(token):
            yield from token_clauses(piece, token, is_last_noun=token is last_noun)


def token_clauses(piece: Piece, token: Token, *, is_last_noun: bool = False) -> Iterator[Clause]:
    """What a token of a piece asks for, weighed."""
    light = piece.light_weight(token)
    for clause in term_clauses(token, is_last_noun=is_last_noun):
        weight = clause.weight if light is None else light
        yield clause._replace(weight=weight, same=tuple(dict.fromkeys(clause.same + piece.same)))


def _synonym(tokens: Sequence[Token]) -> Iterator[Clause]:
    for token in tokens:
        for clause in term_clauses(token):
            # Each word of a name of several words is as little of it as a part of a compound.
            weight = PART_WEIGHT if len(tokens) > 1 else clause.weight
            yield clause._replace(weight=SYNONYM_SHARE * weight)


def _grams(piece: Piece) -> Iterator[Clause]:
    """The bigrams of a word that touch nothing light, no version and no number: figures are anywhere."""
    text = piece.text
    for token in piece.tokens:
        light = piece.is_interrogative(token) or piece.light_weight(token) is not None
        if light or is_version(token) or _is_number(token):
            start, end = token.start - piece.start, token.end - piece.start
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    # What stands alone only because its neighbour was taken away is no term of the index.
    whole = set(grams(piece.text).split())
    parts = {term.form: fold(piece.surface(token)) for token in piece.tokens for term in _shared(token)}
    return (_gram(gram, parts.get(gram)) for gram in grams(text).split() if gram in whole)


def _is_number(token: Token) -> bool:
    """Whether it is a number of several figures, or with a unit."""
    return (token.tag == NUMBER and token.end - token.start > 1) or bool(measures_of(token))


def _shared(token: Token) -> Iterator[Term]:
    """The parts of a compound that are bigrams as well: 자국 is one of 발자국."""
    return (term for term in token.terms if term.role is Role.PART and len(term.form) == GRAM)


def _every_term(piece: Piece) -> Iterator[Clause]:
    return (
        Clause(TextField.TERMS, term.form, OTHER_TAG_WEIGHT) for token in piece.tokens for term in token.terms
    )


def _every_gram(piece: Piece) -> Iterator[Clause]:
    return map(_gram, grams(piece.text).split())


def _gram(gram: str, compound: str | None = None) -> Clause:
    """The clause of a bigram; one that is a part of a compound says nothing without the others."""
    is_latin = gram.isascii() and gram.isalpha()
    beside = tuple(other for other in grams(compound or "").split() if other != gram)
    return Clause(TextField.GRAMS, gram, LATIN_GRAM_WEIGHT if is_latin else GRAM_WEIGHT, (), beside)


def _distinct(words: Sequence[Sequence[Clause]]) -> Iterator[Word]:
    """Every term once, where it weighs most: as typed rather than as a synonym of something else."""
    place: dict[tuple[TextField, str], tuple[int, Clause]] = {}
    for number, clauses in enumerate(words):
        for clause in clauses:
            key = (clause.field, clause.term)
            if key not in place or place[key][1].weight < clause.weight:
                place[key] = (number, clause)
    for number in range(len(words)):
        if kept := tuple(clause for home, clause in place.values() if home == number):
            yield Word(kept)


def _lightened(words: Iterable[Word]) -> tuple[Word, ...]:
    """The same words, with the heaviest clauses where there are too many; of equals, the first."""
    words = tuple(words)
    clauses = [clause for word in words for clause in word.clauses]
    if len(clauses) <= MAX_CLAUSES:
        return words
    heaviest = set(sorted(clauses, key=lambda clause: -clause.weight)[:MAX_CLAUSES])
    kept = (tuple(clause for clause in word.clauses if clause in heaviest) for word in words)
    return tuple(Word(clauses) for clauses in kept if clauses)
