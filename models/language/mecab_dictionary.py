"""The company's words as mecab takes them: a compiled user dictionary."""

import csv
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from models.durable import put_in_place
from models.errors import BadSetting

# What a proper noun that stands alone costs in mecab-ko-dic, apart from its own cost: as any noun.
_ALONE = -2_632
MARGIN, MOST_MARGIN = 1_500, 6_000
"""How much cheaper a word is than the reading without it, per syllable after the first: a long word always
wins, a short one does not break the words that contain it by chance. (A usual noun costs 1,000 to 4,000.)"""
DEAREST = 3_000
"""A word never costs more than a usual noun: mecab's guesses at words that it does not know cost 10,000."""
_CHEAPEST = -32_768


def compile_words(costs: Mapping[str, int], folder: Path, revision: str) -> Path:
    """A mecab user dictionary of these words, each with the cost of its reading without the dictionary.

    Kept in `folder` under a name that tells words, costs and `revision`; one that is there is taken as it is.
    Raises `BadSetting` where it cannot be made.
    """
    rows = [_row(word, cost) for word, cost in sorted(costs.items())]
    digest = hashlib.sha256(repr((rows, revision)).encode()).hexdigest()[:16]
    compiled = folder / f"words-{digest}.dic"
    if compiled.exists():
        return compiled
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="words-") as aside:
            _compile(rows, Path(aside))
            put_in_place(Path(aside) / "words.dic", compiled)
    except OSError as error:
        raise BadSetting(
            f"The company dictionary cannot be compiled in {folder}: {error}.",
            remedy="Make the folder writable.",
        ) from error
    return compiled


def _compile(rows: Iterable[list[str | int]], aside: Path) -> None:
    with (aside / "words.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    # In a process of its own, because it writes to the standard output whatever one does.
    done = subprocess.run(
        [sys.executable, "-m", "mecab", "dict-index",
         "-f", "utf-8", "-t", "utf-8", "-u", "words.dic", "words.csv"],
        cwd=aside, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or not (aside / "words.dic").exists():
        raise BadSetting(
            f"mecab cannot compile the company dictionary: {(done.stderr or done.stdout).strip()[-500:]}",
            remedy="Check that python-mecab-ko and python-mecab-ko-dic are installed as they came.",
        )


def _row(word: str, cost: int) -> list[str | int]:
    margin = min(MARGIN * (len(word) - 1), MOST_MARGIN)
    own = max(_CHEAPEST, min(cost - _ALONE - margin, DEAREST))
    # -1: mecab finds the context ids of the features itself.
    return [word, -1, -1, own, "NNP", "*", _has_final(word), word, "*", "*", "*", "*"]


def _has_final(word: str) -> str:
    """Whether the last syllable ends in a consonant (T or F); Latin and digits count as if they did not."""
    syllable = ord(word[-1]) - ord("가")
    return "T" if 0 <= syllable <= ord("힣") - ord("가") and syllable % 28 else "F"
