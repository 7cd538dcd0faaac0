"""The company dictionary: the words that only this company has, their parts, and what else they are called.

A UTF-8 file with one word a line and up to three columns, separated by tabs; commas separate within a column:

    고객관리시스템	고객,관리,시스템	CRM,고객 시스템
    두레봇
    ERP2		전사적자원관리

1. the word. Blanks in it do not matter: `두레 봇` stands for `두레봇`, too.
2. its parts, in order, by which it is found as well. Without any, the analyser splits the word as it can.
   Those of an abbreviation need not add up to it.
3. synonyms: each finds the word and is found by it, and by the other synonyms of the line. They are for
   questions only and never make a post be read again.

Empty lines and lines that begin with `#` are left out.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.errors import BadInput
from models.language.analyzer import Token
from models.language.normalization import fold, normalize

COLUMNS = 3
LONGEST_WORD = 60
"""Characters. Longer "words" are sentences in the wrong file."""
REPORTED = 5
"""Bad lines that one message names."""

_REMEDY = (
    "Write one word a line: the word, a tab, its parts, a tab, its synonyms, with commas within a column."
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_UNUSABLE = re.compile(r'["\x00-\x1f]')


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyWord:
    """A word as its company writes it, its parts (none: let the analyser split it) and its synonyms."""

    word: str
    parts: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The word as texts are compared with it: folded, without blanks."""
        return _key(self.word)


class Dictionary:
    """The words of a company; empty where it has none."""

    def __init__(self, words: Iterable[CompanyWord] = ()) -> None:
        self.words = tuple(words)
        self._groups: dict[str, dict[str, str]] = {}
        for word in self.words:
            group = {_key(form): form for form in (word.word, *word.synonyms)} if word.synonyms else {}
            for key in group:
                self._groups.setdefault(key, {}).update(group)
        self._longest = max(map(len, self._groups), default=0)

    @classmethod
    def load(cls, path: Path) -> "Dictionary":
        """Read a dictionary file; raises `BadInput`, which names the bad lines, if any line is bad."""
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except UnicodeDecodeError as error:
            raise BadInput(
                f"{path} is not UTF-8.", remedy="Save the file as UTF-8 (in Excel: “CSV UTF-8”)."
            ) from error
        except OSError as error:
            raise BadInput(
                f"{path} cannot be read: {error.strerror}.", remedy="Check the path and its rights."
            ) from error
        words: dict[str, CompanyWord] = {}
        lines_of: dict[str, int] = {}
        bad: list[str] = []
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                word = _read(line)
                if word.key in words:
                    raise ValueError(f"{word.word} is on line {lines_of[word.key]} already")
            except ValueError as error:
                bad.append(f"line {number}: {error}")
            else:
                words[word.key] = word
                lines_of[word.key] = number
        if bad:
            more = f"; and {len(bad) - REPORTED} more" if len(bad) > REPORTED else ""
            raise BadInput(f"{path}, {'; '.join(bad[:REPORTED])}{more}.", remedy=_REMEDY)
        return cls(words.values())

    @cached_property
    def revision(self) -> str:
        """Changes when posts may be read otherwise: with words and parts, not with synonyms."""
        if not self.words:
            return "none"
        entries = sorted((word.key, *map(_key, word.parts)) for word in self.words)
        return hashlib.sha256(json.dumps(entries).encode()).hexdigest()[:16]

    def synonyms(self, form: str) -> tuple[str, ...]:
        """What else a word or phrase is called, as the company writes it; case and blanks do not matter."""
        key = _key(form)
        return tuple(other for name, other in self._groups.get(key, {}).items() if name != key)

    def synonyms_in(self, text: str, tokens: Sequence[Token]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Where a question says what has synonyms: (start, end, synonyms), the longest at each place.

        Words count that begin and end with a token: with particles, and also spelt with blanks.
        """
        found: list[tuple[int, int, tuple[str, ...]]] = []
        first = 0
        while self._groups and first < len(tokens):
            start, following = tokens[first].start, first + 1
            for last in range(first, len(tokens)):
                key = _key(text[start : tokens[last].end])
                if len(key) > self._longest:
                    break
                if key in self._groups:
                    following = last + 1
            if others := self.synonyms(text[start : tokens[following - 1].end]):
                found.append((start, tokens[following - 1].end, others))
            first = following
        return found


def changed_words(old: Dictionary, new: Dictionary) -> set[str]:
    """The words, as written and folded, whose posts are read otherwise with `new`."""
    before, after = (
        {word.key: (tuple(map(_key, word.parts)), word.word) for word in dictionary.words}
        for dictionary in (old, new)
    )
    changed = {
        key
        for key in before.keys() | after.keys()
        if before.get(key, (None,))[0] != after.get(key, (None,))[0]
    }
    as_written = {
        "".join(words[key][1].split()) for words in (before, after) for key in changed if key in words
    }
    return changed | as_written


def says_one_of(words: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text says one of the words, case, width and zero-width characters aside."""
    wanted = sorted({spelt for word in words if (spelt := _spelt(word).strip())})
    if not wanted:
        return lambda text: False
    found = re.compile("|".join(map(re.escape, wanted)))
    return lambda text: bool(found.search(_spelt(text)))


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).casefold()


def _key(form: str) -> str:
    return "".join(fold(form).split())


def _read(line: str) -> CompanyWord:
    columns = line.rstrip("\r").split("\t")
    if len(columns) > COLUMNS:
        raise ValueError(f"{len(columns)} columns, {COLUMNS} at most")
    word, parts, synonyms = (*columns, "", "")[:COLUMNS]
    names = _names(word)
    if len(names) != 1:
        raise ValueError(
            "no word in the first column" if not names else "more than one word in the first column"
        )
    if len(_key(word)) > LONGEST_WORD:
        raise ValueError(f"a word of more than {LONGEST_WORD} characters")
    entry = CompanyWord(word=names[0], parts=_names(parts), synonyms=_names(synonyms))
    for name in (entry.word, *entry.parts, *entry.synonyms):
        if _UNUSABLE.search(name) or not any(character.isalnum() for character in _key(name)):
            raise ValueError(f"{name!r} is no word")
    if len(entry.parts) == 1:
        raise ValueError(f"one part alone ({entry.parts[0]})")
    return entry


def _names(column: str) -> tuple[str, ...]:
    return tuple(name for name in map(str.strip, normalize(column).text.split(",")) if name)
