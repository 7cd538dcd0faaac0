"""Copies: threads that open with nearly the same text, such as a notice in several channels, or a forward.

Pure functions of candidates, which the viewer may all see: what stands elsewhere makes no difference.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search_api.retrieval.candidate import Candidate
from search_api.search.answers import REPLIES

SHINGLE = 3
LEAST_TERMS = 8
"""Fewer are said by many: thanks, greetings, "회의실 예약 문의"."""
MOST_CHARACTERS = 2_500
"""Of the terms of a longer text so much is compared, a page, and the length of all."""
LEAST_JACCARD = 0.8
"""Of the shingles of both together, so many are in both: a forward may add a line of its own."""
LEAST_CONTAINED = 0.95
"""Of the shingles of the shorter text, so many are in the longer: who copies adds, and changes hardly a word.

Looked at were 13,000 posts of three Stack Exchange sites, a Slack and the sample company: all 14 groups that
are found are copies. By Jaccard alone two questions that quote the same page would be one (.86), and so would
links to six events (.85)."""

BASE = 0x9E3779B97F4A7C15
"""Odd, so that it can be divided by."""

Numbers = npt.NDArray[np.intp]


class Copies(NamedTuple):
    """The place of a thread, and of the worse ones that open with nearly the same text, in order."""

    best: int
    others: tuple[int, ...]


def folded(threads: Sequence[Sequence[Candidate]]) -> list[Copies]:
    """The threads, given best first, each one by itself or as a copy of a better one.

    Copies have openers whose shingles of index terms are nearly the same (Broder 1997), and of which none has
    a number that the other lacks while it lacks one of the other: the menus of two weeks differ in little
    else. Threads whose openers were not found are nobody's copies: their titles may be others.
    """
    terms = {place: found for place, thread in enumerate(threads) if (found := _opening_terms(thread))}
    places = list(terms)
    behind: dict[int, list[int]] = {}
    if len(terms) > 1:
        better, worse = np.nonzero(np.triu(_alike(list(terms.values())), 1))
        for one, other in zip(better.tolist(), worse.tolist(), strict=True):
            behind.setdefault(places[one], []).append(places[other])
    taken: set[int] = set()
    copies: list[Copies] = []
    for best in range(len(threads)):
        if best in taken:
            continue
        others = [
            other
            for other in behind.get(best, ())
            if other not in taken and _same_numbers(terms[best], terms[other])
        ]
        taken.update(others)
        copies.append(Copies(best, tuple(others)))
    return copies


def opener(thread: Sequence[Candidate]) -> Candidate | None:
    """What opened a thread, if it was found: the first post that a viewer sees may reply."""
    for one in thread:
        if one.post == one.ranking.thread:
            return one if one.ranking.kind not in REPLIES else None
    return None


def _opening_terms(thread: Sequence[Candidate]) -> str | None:
    first = opener(thread)
    terms = first.ranking.terms if first else ""
    return terms if terms.count(" ") >= LEAST_TERMS - 1 else None


def _alike(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which texts, index terms with blanks between, are nearly the same: shape (texts, texts)."""
    rows, columns = _shingles([text[:MOST_CHARACTERS] for text in texts])
    sizes = np.bincount(rows, minlength=len(texts))
    # Most stand in one text alone: these are counted, but not laid out.
    shared = np.bincount(columns) > 1
    kept = shared[columns]
    table = np.zeros((len(texts), int(shared.sum())), dtype=np.float32)
    table[rows[kept], (np.cumsum(shared) - 1)[columns[kept]]] = 1
    both = table @ table.T
    lengths = np.array([len(text) for text in texts])
    nearly = both >= LEAST_JACCARD * (sizes[:, None] + sizes - both)
    nearly &= both >= LEAST_CONTAINED * np.minimum(sizes[:, None], sizes)
    nearly &= np.minimum(lengths[:, None], lengths) >= LEAST_JACCARD * np.maximum(lengths[:, None], lengths)
    return nearly


def _shingles(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Which text has which shingle, each pair once: the numbers of both, shape (pairs,).

    Shingles are told apart by a polynomial digest of 64 bits, made of all at once.
    """
    characters = np.frombuffer(" ".join(texts).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    blanks = np.flatnonzero(characters == ord(" "))
    starts, ends = np.append(0, blanks + 1), np.append(blanks, len(characters))
    text_of = np.repeat(np.arange(len(texts)), [text.count(" ") + 1 for text in texts])
    powers = np.cumprod(np.full(len(characters), BASE, np.uint64))
    until = np.append(np.uint64(0), np.cumsum(characters * powers))
    whole = text_of[: 1 - SHINGLE] == text_of[SHINGLE - 1 :]
    first, last = starts[: 1 - SHINGLE][whole], ends[SHINGLE - 1 :][whole]
    # What stands at another place has been multiplied by another power.
    shift = np.cumprod(np.full(len(characters), pow(BASE, -1, 2**64), np.uint64))
    digests = (until[last] - until[first]) * shift[first]
    numbers = np.unique(digests, return_inverse=True)[1]
    pairs = np.unique(numbers * len(texts) + text_of[: 1 - SHINGLE][whole])
    return pairs % len(texts), pairs // len(texts)


def _same_numbers(one: str, other: str) -> bool:
    said, also = _numbers(one), _numbers(other)
    return said <= also or also <= said


def _numbers(text: str) -> set[str]:
    terms = text[:MOST_CHARACTERS].split(" ")
    return {term for term in terms if not term.isalpha() and any(map(str.isdigit, term))}
