"""What all analysers do alike: long texts in pieces, offsets into the text as given, a dictionary to swap."""

import threading
from abc import ABC, abstractmethod
from importlib.metadata import version
from typing import NamedTuple, Protocol

from models.language.amounts import MAY_HOLD, with_amounts
from models.language.analyzer import Term, Token
from models.language.dictionary import Dictionary
from models.language.humps import HUMPED, with_humps
from models.language.joined_words import may_hold as may_hold_joined_words
from models.language.joined_words import with_joined_words
from models.language.known_names import KnownNames, with_known_names, with_latin_names
from models.language.names import HINTS, with_names
from models.language.normalization import Normalized, normalize
from models.language.papers import PAPER, with_papers
from models.language.passages import passages
from models.language.roman_numerals import MAY_HOLD as MAY_HOLD_NUMERALS
from models.language.roman_numerals import with_roman_numerals
from models.language.spelt_acronyms import MAY_HOLD as MAY_HOLD_ACRONYMS
from models.language.spelt_acronyms import with_spelt_acronyms
from models.language.units import MEASURE, with_units

RULES = 9
"""Raise it whenever the same post may give other terms."""


class Reader(Protocol):
    """Reads with one company dictionary. Never changes, so that threads may share it."""

    def read(self, text: str, offset: int, tokens: list[Token]) -> None:
        """Append the tokens of a piece of lower-case, normalised text that begins at `offset`.

        Its blanks are " " and newline.
        """
        ...


class _Vocabulary(NamedTuple):
    """A dictionary, and the reader that knows it: always replaced together."""

    dictionary: Dictionary
    reader: Reader
    keys: frozenset[str]


class DictionaryAnalyzer(ABC):
    """Implements `Analyzer` for anything that gives a `Reader` for a dictionary.

    Any number of threads may analyse, also while another changes the dictionary. `packages` are those whose
    versions decide what is read; `name` tells analysers of one package apart.
    """

    def __init__(self, dictionary: Dictionary | None, packages: tuple[str, ...], name: str = "") -> None:
        versions = [f"{package}/{version(package)}" for package in (*packages, "snowballstemmer")]
        self.revision = " ".join([*([name] if name else []), *versions, f"rules/{RULES}"])
        self._changing = threading.Lock()
        self._words = self._vocabulary(dictionary or Dictionary())
        self.names = KnownNames()

    def _vocabulary(self, dictionary: Dictionary) -> _Vocabulary:
        keys = frozenset(word.key for word in dictionary.words)
        return _Vocabulary(dictionary, self._reader(dictionary), keys)

    @abstractmethod
    def _reader(self, dictionary: Dictionary) -> Reader:
        """A reader that knows these words; raises `BadSetting` if there can be none."""

    @property
    def dictionary(self) -> Dictionary:
        """The company dictionary in use."""
        return self._words.dictionary

    @property
    def dictionary_revision(self) -> str:
        """The revision of the words and parts in use; "none" without any."""
        return self._words.dictionary.revision

    def use(self, dictionary: Dictionary) -> None:
        """Read with another dictionary from now on; analyses that are under way finish with the old one.

        Raises `BadSetting` if it cannot be used; the old one stays in use.
        """
        with self._changing:
            self._words = self._vocabulary(dictionary)

    def know(self, names: KnownNames) -> None:
        """Read with these names from now on."""
        self.names = names

    def analyze(self, text: str) -> list[Token]:
        """The tokens of a text of any length, with offsets into `text` exactly as given."""
        normalized = normalize(text)
        lowered = normalized.text.lower()
        words = self._words
        reader = words.reader
        tokens: list[Token] = []
        for start, end in passages(lowered):
            reader.read(lowered[start:end], start, tokens)
        if not lowered.isascii() and PAPER.search(lowered):
            tokens = with_papers(lowered, tokens, reader.read, words.keys)
        if HUMPED.search(normalized.text):
            tokens = with_humps(normalized.text, tokens)
        if MAY_HOLD.search(lowered):
            tokens = with_amounts(lowered, tokens)
        if MEASURE.search(lowered):
            tokens = with_units(lowered, tokens)
        if MAY_HOLD_ACRONYMS.search(lowered):
            tokens = with_spelt_acronyms(lowered, tokens)
        if may_hold_joined_words(lowered):
            tokens = with_joined_words(lowered, tokens)
        names = self.names
        if names.may_stand_in(lowered):
            tokens = with_known_names(lowered, tokens, names)
        if names.may_stand_in_latin(lowered):
            tokens = with_latin_names(lowered, tokens, names)
        if HINTS.search(lowered):
            tokens = with_names(lowered, tokens)
        tokens = tokens if normalized.starts is None else _placed(tokens, normalized)
        # In the text as given: a sign is a numeral wherever it stands, letters are one before a counter.
        return with_roman_numerals(text, tokens) if MAY_HOLD_NUMERALS.search(text) else tokens


def _placed(tokens: list[Token], normalized: Normalized) -> list[Token]:
    """The tokens with offsets into the original text; those of one character share a token."""
    starts, ends = normalized.starts, normalized.ends
    assert starts is not None
    assert ends is not None
    placed: list[Token] = []
    for token in tokens:
        start, end = starts[token.start], ends[token.end - 1]
        terms = tuple(
            Term(term.form, starts[term.start], ends[term.end - 1], term.tag, term.role)
            for term in token.terms
        )
        if placed and start < placed[-1].end:
            # One character that normalises to several, cut apart: ㈜ is (주).
            before = placed[-1]
            tag = before.tag if before.terms or not terms else token.tag
            placed[-1] = Token(before.start, max(end, before.end), tag, before.terms + terms)
        elif start < end:
            placed.append(Token(start, end, token.tag, terms))
    return placed
