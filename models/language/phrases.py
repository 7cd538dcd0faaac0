"""Key phrases: the noun sequences that a text returns to, or begins with."""

from collections.abc import Sequence
from math import log2
from pathlib import Path
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from models.language.analyzer import Token
from models.language.vocabulary import key_of

LONGEST = 4
"""Tokens in a phrase; of a longer sequence the end is taken, because Korean and English heads come last."""
HALF_WEIGHT = 2.0
"""The score at which a phrase has half of its full strength: a pair of nouns said twice has more."""
HALF_WAY = 1000
"""Characters from the start at which a phrase counts half: a post says first what it is about."""

GENERAL_WORDS = Path(__file__).parent / "data" / "general_words.txt"
"""What nearly every post says and what is therefore no topic: RAKE's stop words, for work-place Korean."""

_NOUNS = frozenset(("NNG", "NNP", "SL"))
_LENGTHS = tuple(log2(length + 1) for length in range(LONGEST + 1))
_INSIDE = frozenset(("XSN",))
_GENERAL = frozenset(GENERAL_WORDS.read_text(encoding="utf-8").split())


class Phrase(NamedTuple):
    """A noun sequence as it stands in the text, its key, and how strongly it speaks for it, in (0, 1)."""

    name: str
    key: str
    strength: float


def noun_sequences(text: str, tokens: Sequence[Token]) -> list[tuple[int, int, int]]:
    """Maximal sequences of nouns and Latin words without general words, as (start, end, tokens).

    `text` may have blanks where a token is not to be used.
    """
    sequences: list[tuple[int, int, int]] = []
    run: list[Token] = []
    for token in tokens:
        tag = token.tag
        if run and text[run[-1].end : token.start] not in ("", " "):
            _close(run, sequences)
        if tag in _NOUNS and _speaks(text[token.start : token.end]):
            run.append(token)
        elif run and not (tag in _INSIDE and token.start == run[-1].end and _lengthen(run, token)):
            _close(run, sequences)
    if run:
        _close(run, sequences)
    return sequences


def key_phrases(passages: Sequence[tuple[str, Sequence[tuple[int, int, int]]]], limit: int) -> list[Phrase]:
    """The strongest `limit` phrases of a text given as passages and their noun sequences.

    Candidates as in RAKE (Rose et al. 2010: maximal runs between stop words and function words), scored by
    log2(tokens + 1) · (1 + log2 frequency), C-value without its nesting term (Frantzi et al. 2000, with the
    smoothing that lets single words in), damped by the place of the first occurrence as in YAKE (Campos et
    al. 2020). Strength is score / (score + `HALF_WEIGHT`).
    """
    seen: dict[str, tuple[str, int, int, int]] = {}
    before = 0
    for text, sequences in passages:
        for start, end, length in sequences:
            name = text[start:end]
            key = key_of(name)
            first = seen.get(key)
            seen[key] = (name, length, before + start, 1) if first is None else (*first[:3], first[3] + 1)
        before += len(text)
    phrases = []
    for key, (name, length, place, count) in seen.items():
        score = _LENGTHS[length] * (1 + log2(count)) / (1 + place / HALF_WAY)
        phrases.append(Phrase(name, key, score / (score + HALF_WEIGHT)))
    phrases.sort(key=lambda phrase: (-phrase.strength, phrase.key))
    return phrases[:limit]


def _speaks(word: str) -> bool:
    return word not in _GENERAL and not word.isspace() and word.lower() not in STOP_WORDS


def _lengthen(run: list[Token], token: Token) -> bool:
    run[-1] = run[-1]._replace(end=token.end)
    return True


def _close(run: list[Token], sequences: list[tuple[int, int, int]]) -> None:
    kept = run[-LONGEST:]
    start, end = kept[0].start, kept[-1].end
    # One syllable alone, or a letter or two, is rarely a word that people would look under.
    if len(kept) > 1 or end - start > (2 if kept[0].tag == "SL" else 1):
        sequences.append((start, end, len(kept)))
    run.clear()
