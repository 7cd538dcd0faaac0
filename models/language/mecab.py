"""`MecabAnalyzer`: Korean and English by mecab-ko and its dictionary package, with the company's words."""

import tempfile
from pathlib import Path

from models.language.company_words import latin_codes, word_terms
from models.language.dictionary import Dictionary
from models.language.dictionary_analyzer import DictionaryAnalyzer
from models.language.mecab_dictionary import compile_words
from models.language.mecab_reader import MecabReader


class MecabAnalyzer(DictionaryAnalyzer):
    """Implements `Analyzer`, about three times as fast as any other, with a quarter of the memory.

    `cache` is the folder for compiled dictionaries; without one they are compiled at every start.
    """

    def __init__(self, dictionary: Dictionary | None = None, cache: Path | None = None) -> None:
        self._cache = cache
        self._plain = MecabReader({})
        super().__init__(dictionary, ("python-mecab-ko", "python-mecab-ko-dic"))

    def _reader(self, dictionary: Dictionary) -> MecabReader:
        if not dictionary.words:
            return self._plain
        if self._cache is not None:
            return self._company_reader(dictionary, self._cache)
        # mecab has the file in memory by then.
        with tempfile.TemporaryDirectory(prefix="dure-words-") as folder:
            return self._company_reader(dictionary, Path(folder))

    def _company_reader(self, dictionary: Dictionary, folder: Path) -> MecabReader:
        # mecab takes what is not Latin.
        costs = {
            word.key: cost
            for word in dictionary.words
            if not word.key.isascii() and (cost := self._plain.cost(word.key)) is not None
        }
        compiled = compile_words(costs, folder, self.revision) if costs else None
        return MecabReader(word_terms(dictionary, self._plain), latin_codes(dictionary), compiled)
