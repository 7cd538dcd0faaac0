"""`MecabAnalyzer`: Korean and English by mecab-ko and its dictionary package, with the company's words."""

import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from models.language.analyzer import Role, Term, Token
from models.language.codes import code_pattern
from models.language.company_words import compile_words
from models.language.dictionary import CompanyWord, Dictionary
from models.language.mecab_reader import MecabReader
from models.language.morphemes import CONTENT, compound_terms
from models.language.normalization import Normalized, fold, normalize
from models.language.passages import passages
from models.language.terms import terms

RULES = 1
"""Raise it whenever the same text may give other terms."""

_PACKAGES = ("python-mecab-ko", "python-mecab-ko-dic", "snowballstemmer")
_NOMINAL = CONTENT - {"VV", "VA", "MAG"}


class _Vocabulary(NamedTuple):
    """A dictionary, and the reader that knows it: always replaced together."""

    dictionary: Dictionary
    reader: MecabReader


class MecabAnalyzer:
    """Implements `Analyzer`. Any number of threads may analyse, also while another changes the dictionary.

    `cache` is the folder for compiled dictionaries; without one they are compiled at every start.
    """

    def __init__(self, dictionary: Dictionary | None = None, cache: Path | None = None) -> None:
        self.revision = " ".join([*(f"{name}/{version(name)}" for name in _PACKAGES), f"rules/{RULES}"])
        self._cache = cache
        self._changing = threading.Lock()
        self._plain = MecabReader({})
        self._words = _Vocabulary(Dictionary(), self._plain)
        if dictionary is not None:
            self.use(dictionary)

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

        Raises `BadSetting` if it cannot be compiled; the old one stays in use.
        """
        with self._changing:
            if self._cache is not None:
                self._words = _Vocabulary(dictionary, self._reader(dictionary, self._cache))
                return
            # mecab has the file in memory by then.
            with tempfile.TemporaryDirectory(prefix="dure-words-") as folder:
                self._words = _Vocabulary(dictionary, self._reader(dictionary, Path(folder)))

    def analyze(self, text: str) -> list[Token]:
        """The tokens of a text of any length, with offsets into `text` exactly as given."""
        normalized = normalize(text)
        lowered = normalized.text.lower()
        reader = self._words.reader
        tokens: list[Token] = []
        for start, end in passages(lowered):
            reader.read(lowered[start:end], start, tokens)
        return tokens if normalized.starts is None else _placed(tokens, normalized)

    def _reader(self, dictionary: Dictionary, folder: Path) -> MecabReader:
        if not dictionary.words:
            return self._plain
        # A Latin word without given parts is read as any Latin run or code is; mecab takes what is not Latin.
        parts = {
            word.key: self._parts(word) for word in dictionary.words if word.parts or not word.key.isascii()
        }
        costs = {
            word.key: cost
            for word in dictionary.words
            if not word.key.isascii() and (cost := self._plain.cost(word.key)) is not None
        }
        known = code_pattern()
        codes = [
            word.key
            for word in dictionary.words
            if word.key.isascii() and not word.key.isalnum() and not known.fullmatch(word.key)
        ]
        compiled = compile_words(costs, folder, self.revision) if costs else None
        return MecabReader(parts, codes, compiled)

    def _parts(self, word: CompanyWord) -> tuple[Term, ...]:
        if word.parts:
            forms = ["".join(fold(part).split()) for part in word.parts]
            return compound_terms(word.key, "NNP", [(form, _tag(form)) for form in forms])[1:]
        reading: list[Token] = []
        self._plain.read(word.key, 0, reading)
        found = [term for term in terms(reading) if term.role is not Role.COMPOUND and term.tag in _NOMINAL]
        return tuple(term._replace(role=Role.PART) for term in found) if len(found) > 1 else ()


def _tag(form: str) -> str:
    if form.isdigit():
        return "SN"
    return "SL" if form.isascii() else "NNG"


def _placed(tokens: list[Token], normalized: Normalized) -> list[Token]:
    """The tokens with offsets into the original text."""
    starts, ends = normalized.starts, normalized.ends
    assert starts is not None
    assert ends is not None
    return [
        Token(
            starts[token.start],
            ends[token.end - 1],
            token.tag,
            tuple(
                Term(term.form, starts[term.start], ends[term.end - 1], term.tag, term.role)
                for term in token.terms
            ),
        )
        for token in tokens
        # One character that normalises to several, cut apart: what follows has no place of its own.
        if starts[token.start] < ends[token.end - 1]
    ]
