"""`OktAnalyzer`: Korean by Open Korean Text, as KoNLPy brings it (a library in Java, under Apache-2.0)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from models.language.company_words import hangul_words, spelt_words, word_terms
from models.language.dictionary import Dictionary
from models.language.dictionary_analyzer import DictionaryAnalyzer
from models.language.java import JavaLibrary
from models.language.morpheme_reader import Cut, Morpheme, MorphemeReader
from models.language.morphemes import UNREAD

KNOWN_RUNS = 50_000
"""Runs of syllables whose morphemes are kept, about 50 MB."""
LONGEST_RUN = 40
"""Syllables without a blank that are read at once: each takes Okt longer than the one before it."""

_PROCESSOR = "org.openkoreantext.processor.OpenKoreanTextProcessorJava"
_TAGS = {
    "Noun": "NNG",
    "ProperNoun": "NNP",
    "Verb": "VV",
    "Adjective": "VA",
    "Adverb": "MAG",
    "Determiner": "MM",
    "Modifier": "MM",
    "Conjunction": "MAJ",
    "Exclamation": "IC",
    "KoreanParticle": "IC",  # ㅋㅋ, ㅠㅠ: no particle in the grammar's sense
    "Josa": "JX",
    "PreEomi": "EP",
    "Eomi": "EF",
    "VerbPrefix": "XPN",
    "Suffix": "XSN",
}
"""Sejong tags. A verb's endings are part of its token, so that its tag is the stem's."""
_RUN = re.compile(f"[가-힣]{{1,{LONGEST_RUN}}}")


class OktAnalyzer(DictionaryAnalyzer):
    """Implements `Analyzer`; raises `BadSetting` where the extra or Java is missing.

    Verbs and adjectives are stemmed. Okt's own normalisation (그랰ㅋ to 그래ㅋ) is left out: it moves what it
    mends, and places are to be exact.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        JavaLibrary("okt")  # so that what is missing is said before versions are asked for
        super().__init__(dictionary, ("konlpy",), name="okt")

    def _reader(self, dictionary: Dictionary) -> MorphemeReader:
        library = JavaLibrary("okt")
        processor = library.load(_PROCESSOR)
        known = word_terms(dictionary, MorphemeReader(_cut_by(processor), {}))
        if words := hangul_words(dictionary):
            processor.addNounsToDictionary(library.strings(words))
        return MorphemeReader(_cut_by(processor), known, spelt_words(dictionary))


def _cut_by(processor: Any) -> Cut:
    # Okt reads each run of syllables by itself, so that one that comes again need not be read again.
    @lru_cache(maxsize=KNOWN_RUNS)
    def read(run: str) -> tuple[Morpheme, ...]:
        return tuple(map(_morpheme, processor.tokensToJavaKoreanTokenList(processor.tokenize(run))))

    def cut(text: str) -> Iterator[Morpheme]:
        for run in _RUN.finditer(text):
            place = run.start()
            for start, end, form, tag in read(run[0]):
                yield Morpheme(place + start, place + end, form, tag)

    return cut


def _morpheme(token: Any) -> Morpheme:
    start, kind = token.getOffset(), str(token.getPos().name())
    # 좋았습니다 has the stem 좋다; what is no verb has none.
    form = str(token.getStem()).removesuffix("다") or str(token.getText())
    return Morpheme(start, start + token.getLength(), form, _TAGS.get(kind, UNREAD))
