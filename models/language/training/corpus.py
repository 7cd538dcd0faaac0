"""The training texts, analysed once by our own analyser and kept as numbers of forms."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from models.language.analyzer import Analyzer
from models.language.mecab import MecabAnalyzer
from models.language.terms import simple_forms, terms
from models.language.training.progress import Progress
from models.language.training.rows import Row

TEXTS_AT_A_TIME = 1_000
LONGEST = 80
"""Forms of a text that are trained on: a sentence or two; of a paragraph its beginning."""

_HANGUL = re.compile("[가-힣]+")
Ids = npt.NDArray[np.int32]

_analyzer: Analyzer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Texts as form numbers, and pairs of text numbers.

    `forms` are ordered by `counts`, most frequent first. Text i is `ids[starts[i]:starts[i + 1]]`. The pairs
    have shape (rows, 2); each kind of data has its own.
    """

    forms: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    ids: Ids
    starts: npt.NDArray[np.int64]
    pairs: dict[str, npt.NDArray[np.int64]]

    def batch(self, texts: npt.NDArray[np.int64]) -> tuple[Ids, Ids]:
        """The beginnings of texts: for each form its place in `texts`, and its number."""
        starts = self.starts[texts]
        lengths = np.minimum(self.starts[texts + 1] - starts, LONGEST)
        offsets = np.cumsum(lengths) - lengths
        places = np.repeat(starts - offsets, lengths) + np.arange(lengths.sum())
        return np.repeat(np.arange(len(texts), dtype=np.int32), lengths), self.ids[places]

    def counts_of(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """How often words stand in all texts."""
        number = {form: place for place, form in enumerate(self.forms)}
        return np.array([self.counts[number[word]] if word in number else 0 for word in words], np.int64)

    def lengths(self) -> npt.NDArray[np.int64]:
        """Forms in each text."""
        return np.diff(self.starts)


def read_corpus(kinds: Mapping[str, Sequence[Row]], *, processes: int, progress: Progress) -> Corpus:
    """Analyse every distinct text of all kinds of rows. A row of which a side says nothing is left out."""
    numbers = text_numbers(kinds)
    pairs = {
        kind: np.array([[numbers[row.a], numbers[row.b]] for row in rows], dtype=np.int64).reshape(-1, 2)
        for kind, rows in kinds.items()
    }
    texts = list(numbers)
    known: dict[str, int] = {}
    ids: list[npt.NDArray[np.int32]] = []
    lengths: list[int] = []
    for chunk in _analysed(texts, processes):
        for forms in chunk:
            found = [known.setdefault(form, len(known)) for form in forms.split(" ") if form]
            ids.append(np.array(found, dtype=np.int32))
            lengths.append(len(found))
        progress.tell(f"analysed {len(lengths):,} of {len(texts):,} texts", len(lengths) / max(len(texts), 1))
    flat = np.concatenate(ids) if ids else np.zeros(0, dtype=np.int32)
    counts = np.bincount(flat, minlength=len(known))
    names = list(known)
    order = sorted(range(len(names)), key=lambda number: (-counts[number], names[number]))
    new = np.empty(len(names), dtype=np.int32)
    new[order] = np.arange(len(names), dtype=np.int32)
    size = np.array(lengths, dtype=np.int64)
    return Corpus(
        forms=tuple(names[number] for number in order),
        counts=counts[order],
        ids=new[flat],
        starts=np.concatenate([[0], np.cumsum(size)]),
        pairs={kind: rows[(size[rows] > 0).all(axis=1)] for kind, rows in pairs.items()},
    )


def text_numbers(kinds: Mapping[str, Sequence[Row]]) -> dict[str, int]:
    """The number in a corpus of every distinct text of its rows."""
    texts = dict.fromkeys(text for rows in kinds.values() for row in rows for text in (row.a, row.b))
    return {text: number for number, text in enumerate(texts)}


def _analysed(texts: Sequence[str], processes: int) -> Iterator[list[str]]:
    chunks: Iterable[Sequence[str]] = (
        texts[start : start + TEXTS_AT_A_TIME] for start in range(0, len(texts), TEXTS_AT_A_TIME)
    )
    if processes < 2 or len(texts) <= TEXTS_AT_A_TIME:
        _start()
        yield from map(_forms, chunks)
        return
    with get_context("spawn").Pool(processes, _start) as pool:
        yield from pool.imap(_forms, chunks)


def _start() -> None:
    global _analyzer
    _analyzer = MecabAnalyzer()


def _forms(texts: Sequence[str]) -> list[str]:
    assert _analyzer is not None
    # One string a text: many small ones travel slowly between processes.
    return [" ".join(learned_forms(_analyzer, text)) for text in texts]


def learned_forms(analyzer: Analyzer, text: str) -> list[str]:
    """The forms of a text that vectors are learned for; a Korean compound of the dictionary is a word."""
    return simple_forms([term.form for term in terms(analyzer.analyze(text))], _is_korean)


def _is_korean(compound: str, parts: Sequence[str]) -> bool:
    return _HANGUL.fullmatch(compound) is not None
