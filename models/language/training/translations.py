"""Writes `translations.tsv` from a trained encoder: `python -m models.language.training.translations`.

Two words translate each other as far as their vectors are alike: the encoder learned them from translated
sentences and from the glossary.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.lang.en.stop_words import STOP_WORDS

from models.language.encoders import SHIPPED
from models.language.english import stem
from models.language.morpheme_encoder import read_vocabulary
from models.language.static_tensors import TENSORS, TOKENIZER, TokenTable, read_tensors, unit
from models.language.translations import MOST, TRANSLATIONS

LEAST_LIKENESS = 0.45
"""Below, words that stand in the same sentences are as common as translations; seen by reading the list."""

ROWS_AT_A_TIME = 2_000
_KOREAN = re.compile("[가-힣]+")
_ENGLISH = re.compile("[a-z]{2,}")

Vectors = npt.NDArray[np.float32]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the encoder, write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--out", type=Path, default=TRANSLATIONS)
    options = parser.parse_args(arguments)
    pairs = sorted(translation_pairs(options.encoder))
    rows = ["korean\tenglish\tlikeness", *(f"{a}\t{b}\t{likeness:.2f}" for a, b, likeness in pairs)]
    options.out.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(pairs):,} pairs in {options.out}")


def translation_pairs(directory: Path) -> set[tuple[str, str, float]]:
    """Korean term, English term and the cosine of their vectors, for the likest of each term."""
    tokens = read_vocabulary(directory / TOKENIZER)
    table = TokenTable(read_tensors(directory / TENSORS))
    functional = {stem(word) for word in STOP_WORDS}
    korean = [token for token in tokens if _KOREAN.fullmatch(token)]
    english = [token for token in tokens if _ENGLISH.fullmatch(token) and token not in functional]
    a, b = (unit(table.rows(np.array([tokens[token] for token in side]))) for side in (korean, english))
    found = {(korean[row], english[column], likeness) for row, column, likeness in _likest(a, b)}
    return found | {(korean[column], english[row], likeness) for row, column, likeness in _likest(b, a)}


def _likest(a: Vectors, b: Vectors) -> list[tuple[int, int, float]]:
    """For each row of `a` the likest rows of `b`: row, row of `b`, cosine."""
    found = []
    for start in range(0, len(a), ROWS_AT_A_TIME):
        cosines = a[start : start + ROWS_AT_A_TIME] @ b.T
        # Few are alike at all: sorting those takes a tenth of the time of finding the first of every row.
        rows, columns = np.nonzero(cosines >= LEAST_LIKENESS)
        alike = cosines[rows, columns]
        order = np.lexsort((-alike, rows))
        rows, columns, alike = rows[order], columns[order], alike[order]
        likest = np.arange(len(rows)) - np.searchsorted(rows, rows) < MOST
        found += [
            (start + int(row), int(column), round(float(likeness), 2))
            for row, column, likeness in zip(rows[likest], columns[likest], alike[likest], strict=True)
        ]
    return found


if __name__ == "__main__":
    main()
