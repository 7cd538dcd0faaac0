"""The text of a question, read exactly as posts are read: its words with their tokens and their synonyms."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from models.language.analyzer import Analyzer, Token
from models.language.known_names import KnownNames
from models.language.names import is_torn_name
from models.language.normalization import fold
from search_api.query.clauses import is_version
from search_api.query.function_words import INTERROGATIVES, STOP_WORDS, VERSION_NOUNS, function_words

STOP_WORD_WEIGHT = 0.1
FRAME_WEIGHT = 0.2
"""As a frame noun in last place: 버전 of 버전 1.2.3, which v1.2.3 answers. By judgement."""
NOUN_TAGS = frozenset({"NNG", "NNP", "NNB", "SL"})

_WHITE_SPACE_WORD = re.compile(r"\S+")
_POLITE_END = re.compile(r"[요까죠]\s*\Z")
"""A sentence, also without a mark. After anything else a mark would do harm: mecab reads 보안? as a verb."""


class Piece(NamedTuple):
    """One white-space word: its text, where it starts in the question, and its tokens."""

    text: str
    start: int
    tokens: list[Token]
    function: bool = False
    """Whether it is an English function word, as far as it is English."""
    frames: frozenset[Token] = frozenset()
    """Tokens that only say that a version is meant."""
    same: tuple[str, ...] = ()
    """Forms of what the word is with the one beside it, or of a name that is read apart."""

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


class Synonym(NamedTuple):
    """Another name of what the question says between two places, with its tokens."""

    start: int
    end: int
    tokens: list[Token]


class QuestionText(NamedTuple):
    """What a question says, as it is read."""

    tokens: list[Token]
    pieces: list[Piece]
    synonyms: list[Synonym]

    @property
    def last_noun(self) -> Token | None:
        """What it asks for, as a rule."""
        tokens = (token for piece in reversed(self.pieces) for token in reversed(piece.tokens))
        return next((token for token in tokens if _is_noun(token)), None)


def read_question(text: str, analyzer: Analyzer) -> QuestionText:
    """Read the text of a question. A polite end is read as one: bare, mecab takes 하나요 for a number."""
    if _POLITE_END.search(text):
        tokens = [token for token in analyzer.analyze(f"{text}?") if token.end <= len(text)]
    else:
        tokens = analyzer.analyze(text)
    synonyms = [
        Synonym(start, end, analyzer.analyze(other))
        for start, end, others in analyzer.dictionary.synonyms_in(text, tokens)
        for other in others
    ]
    return QuestionText(tokens, _joined(_pieces(text, tokens), analyzer), synonyms)


def _pieces(text: str, tokens: Sequence[Token]) -> list[Piece]:
    found = list(_WHITE_SPACE_WORD.finditer(text))
    functions = function_words([match[0] for match in found])
    frames = frozenset(_version_nouns(tokens))
    pieces = [
        Piece(match[0], match.start(), [], function, frames)
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


def _joined(pieces: Sequence[Piece], analyzer: Analyzer) -> list[Piece]:
    """The pieces with the forms of what each is with the one beside it: of "type script" TypeScript.

    Only of two Latin words, and of a name that is read apart it is the name.
    """
    same: list[tuple[str, ...]] = [_name(piece, analyzer.names) for piece in pieces]
    for place, (first, second) in enumerate(pairwise(pieces)):
        if _is_latin(first) and _is_latin(second):
            token = next(iter(analyzer.analyze(first.text + second.text)), None)
            forms = tuple(term.form for term in token.terms[:1]) if token else ()
            same[place] += forms
            same[place + 1] += forms
    return [piece._replace(same=forms) if forms else piece for piece, forms in zip(pieces, same, strict=True)]


def _is_noun(token: Token) -> bool:
    return any(term.tag in NOUN_TAGS for term in token.terms)


def _is_latin(piece: Piece) -> bool:
    return piece.text.isascii() and piece.text.isalpha() and not piece.function


def _name(piece: Piece, known: KnownNames) -> tuple[str, ...]:
    text = fold(piece.text)
    is_known = len(piece.tokens) > 1 and text in known
    return (text,) if is_known or is_torn_name(text, piece.tokens) else ()
