"""`KiwiAnalyzer`: Korean by Kiwi (https://github.com/bab2min/Kiwi), English and codes by our own rules."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.errors import BadSetting
from models.language.company_words import hangul_words, spelt_words, word_terms
from models.language.dictionary import Dictionary
from models.language.dictionary_analyzer import DictionaryAnalyzer
from models.language.morpheme_reader import Cut, Morpheme, MorphemeReader

if TYPE_CHECKING:
    from kiwipiepy import Kiwi


class KiwiAnalyzer(DictionaryAnalyzer):
    """Implements `Analyzer`; raises `BadSetting` where the extra is not installed.

    Each dictionary has a Kiwi of its own, about 400 MB: while one is swapped there are two.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        try:
            import kiwipiepy
        except ImportError as error:
            raise BadSetting(
                "The analyser kiwi is chosen, and its library is not installed.",
                remedy="Run: pip install 'dure[kiwi]', or set DURE_ANALYZER=mecab.",
            ) from error
        self._library = kiwipiepy
        super().__init__(dictionary, ("kiwipiepy", "kiwipiepy_model"))

    def _reader(self, dictionary: Dictionary) -> MorphemeReader:
        # Without its names of several words, which no morpheme of ours can hold.
        kiwi = self._library.Kiwi(num_workers=1, load_multi_dict=False)
        known = word_terms(dictionary, MorphemeReader(_cut_by(kiwi), {}))
        for word in hangul_words(dictionary):
            kiwi.add_user_word(word, "NNP")
        # The first reading compiles the words, which threads must not do at once.
        kiwi.tokenize("가")
        return MorphemeReader(_cut_by(kiwi), known, spelt_words(dictionary))


def _cut_by(kiwi: "Kiwi") -> Cut:
    def cut(text: str) -> Iterator[Morpheme]:
        # No match options: what is an address or a number is ours to say.
        for token in kiwi.tokenize(text, match_options=0):
            # VV-I is a verb of irregular inflection.
            tag, start = token.tag.partition("-")[0], token.start
            yield Morpheme(start, start + token.len, token.form, tag)

    return cut
