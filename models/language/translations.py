"""Single words in the other language, Korean and English: what a question may say there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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
    return _Read(path.read_text(encoding="utf-8").splitlines()[1:])


class _Read(Mapping[str, tuple[Translation, ...]]):
    """The lines by the words that they are about: of thousands, a question asks for a few."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            korean, english, _ = line.split("\t")
            self._lines[korean].append(line)
            self._lines[english].append(line)

    def __getitem__(self, form: str) -> tuple[Translation, ...]:
        return tuple(sorted(self._of(form), key=lambda it: (-it.likeness, it.form))[:MOST])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def _of(self, form: str) -> Iterator[Translation]:
        if form not in self._lines:
            raise KeyError(form)
        for line in self._lines[form]:
            korean, english, likeness = line.split("\t")
            yield Translation(english if form == korean else korean, float(likeness))
