"""Single words in the other language, Korean and English: what a question may say there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

TRANSLATIONS = Path(__file__).parent / "data" / "translations.tsv"
"""Index terms and how alike they are, as written by `models.language.training.translations`."""

MOST = 3
"""Of a word's translations the likest: a word means few things, and each is one more term to look for."""


class Translation(NamedTuple):
    """An index term of the other language, and how alike it is, in (0, 1]."""

    form: str
    likeness: float


Translations = Mapping[str, tuple[Translation, ...]]
"""By index term, the likest first."""


@cache
def read_translations(path: Path = TRANSLATIONS) -> Translations:
    """The translations in a file of pairs, in both directions."""
    found: dict[str, list[Translation]] = defaultdict(list)
    for korean, english, likeness in _pairs(path.read_text(encoding="utf-8").splitlines()[1:]):
        found[korean].append(Translation(english, likeness))
        found[english].append(Translation(korean, likeness))
    return {
        form: tuple(sorted(translations, key=lambda it: (-it.likeness, it.form))[:MOST])
        for form, translations in found.items()
    }


def _pairs(lines: Iterable[str]) -> Iterable[tuple[str, str, float]]:
    for line in lines:
        korean, english, likeness = line.split("\t")
        yield korean, english, float(likeness)
