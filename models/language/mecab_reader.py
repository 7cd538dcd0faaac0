"""`MecabReader`: mecab-ko with one company dictionary, from a piece of normalised text to tokens."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mecab import MeCab
from mecab.utils import create_lattice

from models.language.analyzer import Role, Term, Token
from models.language.codes import code_pattern, code_terms
from models.language.morphemes import NOUNS, morpheme_terms

KNOWN_MORPHEMES = 50_000
"""Morphemes whose terms are kept ready, about 30 MB. Beyond them, all are forgotten and learnt again."""

_UNKNOWN_NODE = 1
_new = tuple.__new__


class MecabReader:
    """Reads lower-case, normalised text. Never changes, so that threads may share it.

    `parts` gives company words (folded) and the terms of their parts, with offsets into the word; `codes` are
    company words with signs in them, which mecab would split; `compiled` is mecab's user dictionary.
    """

    def __init__(
        self, parts: Mapping[str, tuple[Term, ...]], codes: Iterable[str] = (), compiled: Path | None = None
    ) -> None:
        self._parts = parts
        self._codes = code_pattern(codes)
        self._tagger = MeCab(user_dictionary_path=compiled)._tagger
        # By the line that mecab prints for a morpheme, or by a code: length, tag, and terms from its start.
        self._known: dict[str, tuple[int, str, tuple[Term, ...]]] = {}

    def read(self, text: str, offset: int, tokens: list[Token]) -> None:
        """Append the tokens of a piece of text that begins at `offset`; its blanks are " " and newline."""
        # Printing all at once is twice as fast as walking over mecab's nodes, and tells all but the places.
        lines = self._parsed(text).to_string().split("\n")[:-2]
        codes = self._codes.finditer(text)
        if code := next(codes, None):
            self._read_around_codes(text, offset, lines, code, codes, tokens)
            return
        known = self._known
        place = 0
        for line in lines:
            length, tag, terms = known.get(line) or self._learn(line)
            while text[place] <= " ":
                place += 1
            tokens.append(_token(offset + place, offset + place + length, tag, terms))
            place += length

    def _read_around_codes(
        self,
        text: str,
        offset: int,
        lines: Iterable[str],
        first: re.Match[str],
        codes: Iterator[re.Match[str]],
        tokens: list[Token],
    ) -> None:
        """As `read`, with the codes in the text, each of which is one token whatever mecab makes of it."""
        known = self._known
        code: re.Match[str] | None = first
        place = covered = 0
        for line in lines:
            length, tag, terms = known.get(line) or self._learn(line)
            while text[place] <= " ":
                place += 1
            stop = place + length
            while code and code.start() < place:
                code = next(codes, None)
            if code and code.start() == place and code.end() >= stop:
                covered = code.end()
                _, tag, terms = known.get(code[0]) or self._learn(code[0])
                tokens.append(_token(offset + place, offset + covered, tag, terms))
            elif place >= covered:
                tokens.append(_token(offset + place, offset + stop, tag, terms))
            elif stop > covered:
                # It begins within a code and ends behind it: the grams hold what is lost here.
                tokens.append(Token(offset + covered, offset + stop, tag))
            place = stop

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
        parts = self._parts.get(surface)
        if parts is not None:
            role = Role.COMPOUND if parts else Role.WORD
            tag = "SL" if surface.isascii() else "NNP"
            terms: tuple[Term, ...] = (Term(surface, 0, len(surface), tag, role), *parts)
        elif feature:
            tag, terms = morpheme_terms(surface, feature)
        else:
            terms = code_terms(surface)
            tag = terms[0].tag
        if len(self._known) >= KNOWN_MORPHEMES:
            self._known.clear()
        self._known[line] = learnt = (len(surface), tag, terms)
        return learnt


def _token(start: int, end: int, tag: str, terms: tuple[Term, ...]) -> Token:
    # `tuple.__new__`: most of an analysis is making these, and a NamedTuple's own way takes twice as long.
    if not terms:
        return _new(Token, (start, end, tag, ()))
    placed = [
        _new(Term, (form, start + first, start + last, kind, role)) for form, first, last, kind, role in terms
    ]
    return _new(Token, (start, end, tag, tuple(placed)))
