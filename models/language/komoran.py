"""`KomoranAnalyzer`: Korean by Komoran 3, as KoNLPy brings it (a library in Java, under Apache-2.0)."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from models.language.company_words import hangul_words, spelt_words, word_terms
from models.language.dictionary import Dictionary
from models.language.dictionary_analyzer import DictionaryAnalyzer
from models.language.java import JavaLibrary, sixteen_bit
from models.language.morpheme_reader import Cut, Morpheme, MorphemeReader
from models.language.morphemes import UNREAD

SHORT = 2
"""Syllables of a company word that stands in many longer words by chance: 봇 in 로봇, 이지 in 문제이지만."""

_KOMORAN = "kr.co.shineware.nlp.komoran.core.Komoran"
_UNREAD = "NA"
_WORD = re.compile("[가-힣]+")


class KomoranAnalyzer(DictionaryAnalyzer):
    """Implements `Analyzer`; raises `BadSetting` where the extra or Java is missing."""

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        self._library = JavaLibrary("komoran")
        self._plain = self._cut_by(None)
        super().__init__(dictionary, ("konlpy",), name="komoran")

    def _reader(self, dictionary: Dictionary) -> MorphemeReader:
        known = word_terms(dictionary, MorphemeReader(self._plain, {}))
        words = hangul_words(dictionary)
        cut = self._plain
        if words:
            with tempfile.TemporaryDirectory(prefix="dure-words-") as folder:
                listed = Path(folder, "words.txt")
                listed.write_text("".join(f"{word}\tNNP\n" for word in words), encoding="utf-8")
                cut = self._cut_by(listed)
        short = frozenset(word for word in words if len(word) <= SHORT)
        if short:
            cut = _without_chance(cut, self._plain, short)
        return MorphemeReader(cut, known, spelt_words(dictionary))

    def _cut_by(self, words: Path | None) -> Cut:
        komoran = self._library.load(_KOMORAN)(str(self._library.models))
        if words:
            komoran.setUserDic(str(words))

        def cut(text: str) -> Iterator[Morpheme]:
            for token in komoran.analyze(sixteen_bit(text)).getTokenList():
                tag = str(token.getPos())
                yield Morpheme(
                    token.getBeginIndex(),
                    token.getEndIndex(),
                    str(token.getMorph()),
                    UNREAD if tag == _UNREAD else tag,
                )

        return cut


def _without_chance(cut: Cut, plain: Cut, short: frozenset[str]) -> Cut:
    """A cut that does not find short words of the user dictionary by chance: Komoran takes them anywhere.

    One that begins within a word must stand between morphemes of the plain reading, or that reading holds
    for the whole word.
    """

    def careful(text: str) -> list[Morpheme]:
        read = list(cut(text))
        doubtful = [
            morpheme
            for morpheme in read
            if morpheme.form in short and _WORD.match(text, morpheme.start - 1, morpheme.start)
        ]
        if not doubtful:
            return read
        instead = list(plain(text))
        bounds = {place for morpheme in instead for place in morpheme[:2]}
        wrong = [morpheme for morpheme in doubtful if not bounds.issuperset(morpheme[:2])]
        for word in _WORD.finditer(text):
            if any(_within(morpheme, word) for morpheme in wrong):
                read = [morpheme for morpheme in read if not _within(morpheme, word)]
                read += [morpheme for morpheme in instead if _within(morpheme, word)]
        return sorted(read, key=lambda morpheme: morpheme[:2])

    return careful


def _within(morpheme: Morpheme, word: re.Match[str]) -> bool:
    return word.start() <= morpheme.start < word.end()
