"""`MecabReader`: mecab-ko with one company dictionary, from a piece of normalised text to tokens."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mecab import MeCab
from mecab.utils import create_lattice

from models.language.analyzer import Term, Token
from models.language.code_overlay import CodeOverlay, placed_token
from models.language.company_words import WordTerms
from models.language.morphemes import NOUNS, morpheme_terms

KNOWN_MORPHEMES = 50_000
"""Morphemes whose terms are kept ready, about 30 MB. Beyond them, all are forgotten and learnt again."""

_UNKNOWN_NODE = 1


class MecabReader:
    """Implements `Reader`.

    `known` gives the company words and their terms; `codes` are company words with signs in them, which mecab
    would split; `compiled` is mecab's user dictionary.
    """

    def __init__(self, known: WordTerms, codes: Iterable[str] = (), compiled: Path | None = None) -> None:
        self._words = known
        self._codes = CodeOverlay(known, codes)
        self._tagger = MeCab(user_dictionary_path=compiled)._tagger
        # By the line that mecab prints for a morpheme: length, tag, and terms from its start.
        self._known: dict[str, tuple[int, str, tuple[Term, ...]]] = {}

    def read(self, text: str, offset: int, tokens: list[Token]) -> None:
        """Append the tokens of a piece of text that begins at `offset`."""
        known = self._known
        first = len(tokens)
        place = 0
        # Printing all at once is twice as fast as walking over mecab's nodes, and tells all but the places.
        for line in self._parsed(text).to_string().split("\n")[:-2]:
            length, tag, terms = known.get(line) or self._learn(line)
            while text[place] <= " ":
                place += 1
            tokens.append(placed_token(offset + place, offset + place + length, tag, terms))
            place += length
        self._codes.lay(text, offset, tokens, first)

    def cost(self, word: str) -> int | None:
        """What the best reading of a word costs; None where it is one noun of mecab's dictionary already."""
        lattice = self._parsed(word)
        nodes = [node for _, node in lattice]
        if len(nodes) == 1 and nodes[0].stat != _UNKNOWN_NODE and nodes[0].feature.split(",")[0] in NOUNS:
            return None
        return int(lattice.eos_node().cost)

    def _parsed(self, text: str) -> Any:
        lattice = create_lattice(text)
        self._tagger.parse(lattice)
        return lattice

    def _learn(self, line: str) -> tuple[int, str, tuple[Term, ...]]:
        surface, _, feature = line.partition("\t")
        terms = self._words.get(surface)
        if terms is not None:
            tag = terms[0].tag
        else:
            tag, terms = morpheme_terms(surface, feature)
        if len(self._known) >= KNOWN_MORPHEMES:
            self._known.clear()
        self._known[line] = learnt = (len(surface), tag, terms)
        return learnt
