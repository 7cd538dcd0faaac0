"""`MorphemeReader`: from the morphemes of an analyser that tells forms, tags and places to tokens."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from models.language.analyzer import Term, Token
from models.language.code_overlay import CodeOverlay, placed_token
from models.language.company_words import WordTerms
from models.language.morphemes import UNREAD, inflected_terms, simple_terms


class Morpheme(NamedTuple):
    """A morpheme with its span in the text, its form there or in the dictionary, and its Sejong tag.

    Several may share a span: 돼요 is 되/VV and 어요/EF.
    """

    start: int
    end: int
    form: str
    tag: str


Cut = Callable[[str], Iterable[Morpheme]]
"""Cuts lower-case, normalised text into morphemes in text order; what it leaves out counts as not read."""

_HANGUL = "가-힣\u1100-\u11ff\u3131-\u318e"
_MARKS = "".join(char for char in map(chr, range(0x300, 0xFB1F)) if unicodedata.category(char)[0] == "M")
_RUN = re.compile(
    "(?P<SL>[a-z\u00df-\u00f6\u00f8-\u024f]+)"
    "|(?P<SN>[0-9]+)"
    f"|(?P<{UNREAD}>[{_HANGUL}]+)"
    # A word in another script, or a sign.
    f"|(?P<SW>(?:[^\\W_a-z\u00df-\u024f0-9{_HANGUL}][{_MARKS}]*)+|\\S)"
)
_AS_IT_STANDS = frozenset(("NNG", "NNP", UNREAD))
_HANGUL_RUN = re.compile(f"[{_HANGUL}]+")


class MorphemeReader:
    """Implements `Reader` by a `Cut`, of which it takes what is Hangul: the rest is cut where scripts meet.

    `known` gives the company words and their terms; `codes` are company words to find like codes. Threads may
    share it if they may share the cut.
    """

    def __init__(self, cut: Cut, known: WordTerms, codes: Iterable[str] = ()) -> None:
        self._cut = cut
        self._words = known
        self._codes = CodeOverlay(known, codes)

    def read(self, text: str, offset: int, tokens: list[Token]) -> None:
        """Append the tokens of a piece of text that begins at `offset`."""
        first = len(tokens)
        place = 0
        morphemes_of_text = self._cut(text) if _HANGUL_RUN.search(text) else ()
        for start, end, morphemes in _grouped(morphemes_of_text):
            if start < place or not _HANGUL_RUN.fullmatch(text, start, end):
                continue
            self._read_unread(text, place, start, offset, tokens)
            tokens.append(self._token(text[start:end], offset + start, morphemes))
            place = end
        self._read_unread(text, place, len(text), offset, tokens)
        self._codes.lay(text, offset, tokens, first)

    def _token(self, surface: str, start: int, morphemes: list[Morpheme]) -> Token:
        tag = "+".join([morpheme.tag for morpheme in morphemes])
        terms: tuple[Term, ...]
        if known := self._words.get(surface):
            tag, terms = known[0].tag, known
        elif tag in _AS_IT_STANDS:
            tag, terms = simple_terms(surface, tag)
        else:
            terms = inflected_terms([morpheme[2:] for morpheme in morphemes], len(surface))
        return placed_token(start, start + len(surface), tag, terms)

    def _read_unread(self, text: str, start: int, end: int, offset: int, tokens: list[Token]) -> None:
        for run in _RUN.finditer(text, start, end):
            tag, terms = simple_terms(run[0], run.lastgroup or UNREAD)
            terms = self._words.get(run[0], terms)
            place = offset + run.start()
            tokens.append(placed_token(place, place + len(run[0]), terms[0].tag if terms else tag, terms))


def _grouped(morphemes: Iterable[Morpheme]) -> Iterator[tuple[int, int, list[Morpheme]]]:
    """Morphemes that share characters, together, with their span; those without any are left out."""
    group: list[Morpheme] = []
    first = last = 0
    for morpheme in morphemes:
        if morpheme.start >= morpheme.end:
            continue
        if group and morpheme.start >= last:
            yield first, last, group
            group = []
        if not group:
            first = morpheme.start
        group.append(morpheme)
        last = max(last, morpheme.end)
    if group:
        yield first, last, group
