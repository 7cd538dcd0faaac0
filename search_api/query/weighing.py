"""Reads a question exactly as posts are read, and weighs what it asks for.

The weights are those measured on KorQuAD with mecab-ko (nDCG@10 .8640; .8555 with equal weights): the kind of
a word says how much it tells. They are linear over terms, so an engine takes them as boosts.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from indexer.engine import Clause, TextField, Word
from models.language.analyzer import Analyzer, Role, Term, Token
from models.language.dictionary import Dictionary
from models.language.grams import grams
from search_api.query.function_words import FRAME_NOUNS, INTERROGATIVES, LIGHT_VERBS, NEGATIONS, STOP_WORDS

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
LAST_NOUN_WEIGHT = 1.0
"""The last noun of a question is what it asks for, also where it is a name."""
LAST_FRAME_NOUN_WEIGHT = 0.2
STOP_WORD_WEIGHT = 0.1
GRAM_WEIGHT = 0.4
LATIN_GRAM_WEIGHT = 0.1
"""Every English word shares bigrams with most others: they are for typing errors. By judgement."""
SYNONYM_SHARE = 0.7
"""What a synonym weighs against the word that was typed, which should lead. By judgement, not measured."""

TRANSLATION_SHARE = 0.6
"""What a translation says of a word, before how alike the two are. Of the judged subjects for tuning that
nobody knows 10 of 10 name nobody with .6, 9 with 1; of 6 across languages .5 leaves one without anybody."""
UNEXPANDED: Mapping[Word, Word] = {}

NOUN_TAGS = frozenset({"NNG", "NNP", "NNB", "SL"})
VERB_TAGS = frozenset({"VV", "VA", "VX"})
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
    words = [[*_terms(piece, last_noun), *_grams(piece)] for piece in pieces]
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
        if term.role is not Role.COMPOUND
    ]
    return list(pairwise(forms))


def asked_forms(words: Iterable[Word]) -> dict[str, float]:
    """The index terms that a question asks for, with their weights: what a snippet highlights."""
    return {
        clause.term: clause.weight
        for word in words
        for clause in word.clauses
        if clause.field is TextField.TERMS
    }


def coverage(
    words: Mapping[Word, float], forms: Collection[str], expanded: Mapping[Word, Word] = UNEXPANDED
) -> float:
    """The share of the words, each given its idf, that a text of these terms speaks of: 0 to 1.

    What is said by a translation in one of the `expanded` words is said as far as the two are alike.
    """
    total = found = 0.0
    for word, idf in words.items():
        terms = asked_forms([word])
        # A compound and its parts are one word, of which no more than the whole can be said. The square:
        # words of little weight are said everywhere, so that 안 되다 alone speaks of nothing.
        weight = min(1.0, sum(terms.values())) ** 2 * idf
        total += weight
        if not terms.keys().isdisjoint(forms):
            found += weight
        elif translations := asked_forms([expanded[word]]) if word in expanded else {}:
            said = max((translations[form] for form in translations.keys() & forms), default=0.0)
            found += weight * TRANSLATION_SHARE * min(1.0, said / max(terms.values()))
    return found / total if total else 0.0


class _Piece(NamedTuple):
    """One white-space word: its text, where it starts in the question, and its tokens."""

    text: str
    start: int
    tokens: list[Token]

    def surface(self, token: Token) -> str:
        """The token as it stands in the text, in lower case."""
        return self.text[token.start - self.start : token.end - self.start].lower()

    def is_interrogative(self, token: Token) -> bool:
        """Whether the token only asks."""
        return self.surface(token) in INTERROGATIVES or any(
            term.form in INTERROGATIVES for term in token.terms
        )

    def is_stop_word(self, token: Token) -> bool:
        """Whether the token is an English function word."""
        return self.surface(token) in STOP_WORDS


def _pieces(text: str, tokens: Sequence[Token]) -> list[_Piece]:
    pieces = [_Piece(match[0], match.start(), []) for match in _WHITE_SPACE_WORD.finditer(text)]
    rest = iter(tokens)
    token = next(rest, None)
    for piece in pieces:
        while token is not None and token.start < piece.start + len(piece.text):
            piece.tokens.append(token)
            token = next(rest, None)
    return pieces


def _terms(piece: _Piece, last_noun: Token | None) -> Iterator[Clause]:
    for token in piece.tokens:
        if piece.is_interrogative(token):
            continue
        for term in token.terms:
            weight = STOP_WORD_WEIGHT if piece.is_stop_word(token) else _weight(term, token is last_noun)
            yield Clause(TextField.TERMS, term.form, weight)


def _weight(term: Term, is_last_noun: bool) -> float:
    if term.role is Role.COMPOUND:
        return COMPOUND_WEIGHT
    if term.role is Role.PART:
        return PART_WEIGHT
    if is_last_noun:
        return LAST_FRAME_NOUN_WEIGHT if term.form in FRAME_NOUNS else LAST_NOUN_WEIGHT
    if term.tag in VERB_TAGS and term.form in LIGHT_VERBS:
        return LIGHT_VERB_WEIGHT
    if term.tag == "MAG" and term.form in NEGATIONS:
        return NEGATION_WEIGHT
    if term.tag == "NNG" and len(term.form) == 1:
        return ONE_SYLLABLE_NOUN_WEIGHT
    return TAG_WEIGHTS.get(term.tag, OTHER_TAG_WEIGHT)


def _synonym(tokens: Sequence[Token]) -> Iterator[Clause]:
    for token in tokens:
        for term in token.terms:
            # Each word of a name of several words is as little of it as a part of a compound.
            weight = PART_WEIGHT if len(tokens) > 1 else _weight(term, is_last_noun=False)
            yield Clause(TextField.TERMS, term.form, SYNONYM_SHARE * weight)


def _is_noun(token: Token) -> bool:
    return any(term.tag in NOUN_TAGS for term in token.terms)


def _grams(piece: _Piece) -> Iterator[Clause]:
    """The bigrams of a word that touch neither an interrogative nor an English function word."""
    text = piece.text
    for token in piece.tokens:
        if piece.is_interrogative(token) or piece.is_stop_word(token):
            start, end = token.start - piece.start, token.end - piece.start
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    # What stands alone only because its neighbour was taken away is no term of the index.
    whole = set(grams(piece.text).split())
    return (_gram(gram) for gram in grams(text).split() if gram in whole)


def _every_term(piece: _Piece) -> Iterator[Clause]:
    return (
        Clause(TextField.TERMS, term.form, OTHER_TAG_WEIGHT) for token in piece.tokens for term in token.terms
    )


def _every_gram(piece: _Piece) -> Iterator[Clause]:
    return map(_gram, grams(piece.text).split())


def _gram(gram: str) -> Clause:
    is_latin = gram.isascii() and gram.isalpha()
    return Clause(TextField.GRAMS, gram, LATIN_GRAM_WEIGHT if is_latin else GRAM_WEIGHT)


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
