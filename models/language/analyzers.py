"""Which analyser to read with."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from models.language.analyzer import Analyzer
from models.language.dictionary import Dictionary
from models.language.known_names import KnownNames


class AnalyzerName(StrEnum):
    """mecab-ko, which is always there; Kiwi (extra `kiwi`); Okt and Komoran (extra `konlpy`, and Java)."""

    MECAB = "mecab"
    KIWI = "kiwi"
    OKT = "okt"
    KOMORAN = "komoran"


def load_analyzer(
    name: AnalyzerName,
    dictionary: Dictionary | None = None,
    cache: Path | None = None,
    names: Iterable[str] = (),
) -> Analyzer:
    """The analyser of this name, which knows names of people; `cache` is a folder for what it compiles.

    Raises `BadSetting` where its extra or Java is missing, and for a dictionary that it cannot use.
    """
    analyzer = _load(name, dictionary, cache)
    analyzer.know(KnownNames(names))
    return analyzer


def _load(name: AnalyzerName, dictionary: Dictionary | None, cache: Path | None) -> Analyzer:
    # Imported where chosen: each library costs memory, and most installations have one.
    if name is AnalyzerName.KIWI:
        from models.language.kiwi import KiwiAnalyzer

        return KiwiAnalyzer(dictionary)
    if name is AnalyzerName.OKT:
        from models.language.okt import OktAnalyzer

        return OktAnalyzer(dictionary)
    if name is AnalyzerName.KOMORAN:
        from models.language.komoran import KomoranAnalyzer

        return KomoranAnalyzer(dictionary)
    from models.language.mecab import MecabAnalyzer

    return MecabAnalyzer(dictionary, cache)
