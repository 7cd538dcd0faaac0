"""Reads a question exactly as posts are read, and weighs what it asks for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from indexer.engine import Clause, TextField, Word
from models.language.analyzer import Analyzer, Role, Term, Token
from models.language.dictionary import Dictionary
from models.language.grams import grams
from models.language.known_names import KnownNames
from models.language.names import is_torn_name
from models.language.normalization import fold
from search_api.query.clauses import OTHER_TAG_WEIGHT, PART_WEIGHT, is_version, measures_of, term_clauses
from search_api.query.function_words import INTERROGATIVES, STOP_WORDS, VERSION_NOUNS, function_words

STOP_WORD_WEIGHT = 0.1
FRAME_WEIGHT = 0.2
"""As a frame noun in last place: 버전 of 버전 1.2.3, which v1.2.3 answers. By judgement."""
GRAM_WEIGHT = 0.4
NUMBER = "SN"
GRAM = 2
"""Characters of a bigram."""
LATIN_GRAM_WEIGHT = 0.1
"""Every English word shares bigrams with most others: they are for typing errors. By judgement."""
SYNONYM_SHARE = 0.7
"""What a synonym weighs against the word that was typed, which should lead. By judgement, not measured."""

NOUN_TAGS = frozenset({"NNG", "NNP", "NNB", "SL"})
MAX_CHARACTERS = 4_000
"""What is read of a question: a pasted log file is searched by its beginning."""
MAX_CLAUSES = 96
"""What is asked of an engine: more clauses cost time and change nothing among the best hits."""

_WHITE_SPACE_WORD = re.compile(r"\S+")
_POLITE_END = re.compile(r"[요까죠]\s*\Z")
"""A sentence, also without a mark. After anything else a mark would do harm: mecab reads 보안? as a verb."""


def tokens_of(text: str, analyzer: Analyzer) -> list[Token]:
    """The tokens of a question. A polite end is read as one: bare, mecab takes 하나요 for a number."""
    if not _POLITE_END.search(text):
        return analyzer.analyze(text)
    return [token for token in analyzer.analyze(f"{text}?") if token.end <= len(text)]


def weighed(
    text: str, tokens: Sequence[Token], analyzer: Analyzer, dictionary: Dictionary
) -> tuple[Word, ...]:
    """The words of a question, each with its weighted clauses. A term that is asked for twice counts once.

    Interrogatives, and the bigrams that touch one, carry no weight; a question of nothing else is asked by
    all that it has.
    """
    pieces = _pieces(text, tokens)
    last_noun = next(
        (token for piece in reversed(pieces) for token in reversed(piece.tokens) if _is_noun(token)), None
    )
    joined = _joined(pieces, analyzer)
    words = [
        [*_terms(piece, last_noun, same), *_grams(piece)] for piece, same in zip(pieces, joined, strict=True)
    ]
    for start, _, others in dictionary.synonyms_in(text, tokens):
        piece = next(number for number, piece in enumerate(pieces) if start < piece.start + len(piece.text))
        words[piece] += [clause for other in others for clause in _synonym(analyzer.analyze(other))]
    if not any(words):
        words = [[*_every_term(piece), *_every_gram(piece)] for piece in pieces]
    return _lightened(_distinct(words))


def pairs_of(text: str, tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """The content morphemes of a question that follow each other, two by two; compounds by their parts.

    What only asks is passed over.
    """
    forms = [
        term.form
        for piece in _pieces(text, tokens)
        for token in piece.tokens
        if not piece.is_interrogative(token)
        for term in token.terms
        if term.role not in (Role.COMPOUND, Role.VARIANT)
    ]
    return list(pairwise(forms))


class _Piece(NamedTuple):
    """One white-space word: its text, where it starts in the question, and its tokens."""

    text: str
    start: int
    tokens: list[Token]
    function: bool = False
    """Whether it is an English function word, as far as it is English."""
    frames: frozenset[Token] = frozenset()
    """Tokens that only say that a version is meant."""

    def surface(self, token: Token) -> str:
        """The token as it stands in the text, in lower case."""
        return self.text[token.start - self.start : token.end - self.start].lower()

    def is_interrogative(self, token: Token) -> bool:
        """Whether the token only asks."""
        return self.surface(token) in INTERROGATIVES or any(
            term.form in INTERROGATIVES for term in token.terms
        )

    def light_weight(self, token: Token) -> float | None:
        """The weight of what says little: an English function word, a noun that only frames a version."""
        if self.function and self.surface(token) in STOP_WORDS:
            return STOP_WORD_WEIGHT
        return FRAME_WEIGHT if token in self.frames else None


def _pieces(text: str, tokens: Sequence[Token]) -> list[_Piece]:
    found = list(_WHITE_SPACE_WORD.finditer(text))
    functions = function_words([match[0] for match in found])
    frames = frozenset(_version_nouns(tokens))
    pieces = [
        _Piece(match[0], match.start(), [], function, frames)
        for match, function in zip(found, functions, strict=True)
    ]
    rest = iter(tokens)
    token = next(rest, None)
    for piece in pieces:
        while token is not None and token.start < piece.start + len(piece.text):
            piece.tokens.append(token)
            token = next(rest, None)
    return pieces


def _version_nouns(tokens: Sequence[Token]) -> Iterator[Token]:
    """The nouns beside a version that say that it is one: version of version 1.2.3."""
    for pair in pairwise([token for token in tokens if token.terms]):
        for token, beside in (pair, pair[::-1]):
            if token.terms[0].form in VERSION_NOUNS and is_version(beside):
                yield token


def _joined(pieces: Sequence[_Piece], analyzer: Analyzer) -> list[tuple[str, ...]]:
    """For each piece the forms of what it is with the one beside it: of "type script" TypeScript.

    Only of two Latin words, and of a name that is read apart it is the name.
    """
    same: list[tuple[str, ...]] = [_name(piece, analyzer.names) for piece in pieces]
    for place, (first, second) in enumerate(pairwise(pieces)):
        if _is_latin(first) and _is_latin(second):
            token = next(iter(analyzer.analyze(first.text + second.text)), None)
            forms = tuple(term.form for term in token.terms[:1]) if token else ()
            same[place] += forms
            same[place + 1] += forms
    return same


def _is_latin(piece: _Piece) -> bool:
    return piece.text.isascii() and piece.text.isalpha() and not piece.function


def _name(piece: _Piece, known: KnownNames) -> tuple[str, ...]:
    text = fold(piece.text)
    is_known = len(piece.tokens) > 1 and text in known
    return (text,) if is_known or is_torn_name(text, piece.tokens) else ()


def _terms(piece: _Piece, last_noun: Token | None, same: tuple[str, ...]) -> Iterator[Clause]:
    for token in piece.tokens:
        if piece.is_interrogative(token):
            continue
        light = piece.light_weight(token)
        for clause in term_clauses(token, is_last_noun=token is last_noun):
            weight = clause.weight if light is None else light
            yield clause._replace(weight=weight, same=tuple(dict.fromkeys(clause.same + same)))


def _synonym(tokens: Sequence[Token]) -> Iterator[Clause]:
    for token in tokens:
        for clause in term_clauses(token):
            # Each word of a name of several words is as little of it as a part of a compound.
            weight = PART_WEIGHT if len(tokens) > 1 else clause.weight
            yield clause._replace(weight=SYNONYM_SHARE * weight)


def _is_noun(token: Token) -> bool:
    return any(term.tag in NOUN_TAGS for term in token.terms)


def _grams(piece: _Piece) -> Iterator[Clause]:
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


def _every_term(piece: _Piece) -> Iterator[Clause]:
    return (
        Clause(TextField.TERMS, term.form, OTHER_TAG_WEIGHT) for token in piece.tokens for term in token.terms
    )


def _every_gram(piece: _Piece) -> Iterator[Clause]:
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
