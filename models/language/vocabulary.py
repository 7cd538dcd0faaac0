"""The vocabulary: work topics and products under all their Korean and English names, each with one key."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

from models.errors import BadSetting
from models.language.normalization import fold

SHIPPED = Path(__file__).parent / "data" / "vocabulary.jsonl"
KINDS = {"topic": "vocabulary", "product": "product"}
"""The kinds of a vocabulary file, and the tag kinds that they give."""

MOST_SYLLABLES = 7
"""Up to here a name is listed with every cut; beyond, without one-syllable pieces: they would be too many."""

FIELDS = {"name", "also", "cues", "broader", "passing", "kind"}
"""The fields of a vocabulary file."""

_PIECES = re.compile(r"[가-힣]+|[^\W\d_가-힣]+|\d+|\S")
_LATIN_END = re.compile("[A-Za-z]$")
_JOINERS = re.compile(r"[\s_\-]+")
_REMEDY = 'Write one object a line: {"name": "연차", "also": ["annual leave"], "kind": "topic"}.'


def key_of(name: str) -> str:
    """The form in which two spellings of one name are equal: folded, with single blanks."""
    return " ".join(fold(name).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One topic or product: the name that people see, every name it goes by, and the kind of its tags."""

    name: str
    names: tuple[str, ...]
    kind: str
    broader: tuple[str, ...] = ()
    """Names of the subjects under which this one is filed as well, directly."""
    cues: tuple[str, ...] = ()
    """Words that speak for it without naming it."""
    passing: bool = False
    """Tools and places that posts name without being about them: the mail that something came by."""
    own: bool = False
    """The company's: nobody says such a name in passing."""

    @property
    def key(self) -> str:
        """The folded name: a hashtag of that name has the same key, with or without a vocabulary."""
        return key_of(self.name)


class Vocabulary:
    """Subjects by any of their names; of two subjects that claim a name, the later one has it."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self.subjects = tuple({subject.key: subject for subject in subjects}.values())
        rows = [
            (
                subject.name,
                subject.names,
                subject.kind,
                subject.broader,
                subject.cues,
                subject.passing,
                subject.own,
            )
            for subject in self.subjects
        ]
        self.digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]
        """Changes whenever the same text may match otherwise."""
        self._by_key = {subject.key: subject for subject in self.subjects}

    @classmethod
    def load(cls, company: Path | None = None) -> "Vocabulary":
        """The shipped vocabulary, extended and overruled by a company's file; raises `BadSetting`."""
        subjects = read_subjects(SHIPPED)
        return cls([*subjects, *read_subjects(company, own=True)] if company else subjects)

    @cached_property
    def _by_name(self) -> dict[str, Subject]:
        # Of thousands of names, which who only asks does without.
        return {joined(name): subject for subject in self.subjects for name in subject.names}

    def by_key(self, key: str) -> Subject | None:
        """The subject with this key."""
        return self._by_key.get(key)

    def find(self, name: str) -> Subject | None:
        """The subject that goes by this name, however it is cased, spaced or hyphenated (`#AnnualLeave`)."""
        return self._by_name.get(joined(name))


def cuts(name: str) -> set[tuple[str, ...]]:
    """Every way in which an analyser may cut a name into morphemes.

    Korean at any syllable, since the context and the company's dictionary decide; Latin and digits where they
    meet, or not at all; English in the plural as well.
    """
    found: set[tuple[str, ...]] = set()
    for text in (name, f"{name}s") if _LATIN_END.search(name) else (name,):
        pieces = _PIECES.findall(text)
        shortest = 1 if sum(map(len, pieces)) <= MOST_SYLLABLES else 2
        ways = product(*(list(_cuts_of_piece(piece, shortest)) for piece in pieces))
        found.update(tuple(word for piece in way for word in piece) for way in ways)
        found.add(tuple(text.split()))
    return found


def _cuts_of_piece(piece: str, shortest: int) -> Iterator[tuple[str, ...]]:
    yield (piece,)
    if "가" <= piece[0] <= "힣":
        for place in range(shortest, len(piece) - shortest + 1):
            for rest in _cuts_of_piece(piece[place:], shortest):
                yield (piece[:place], *rest)


def read_subjects(path: Path, *, own: bool = False) -> list[Subject]:
    """The subjects of a JSON Lines file (UTF-8); raises `BadSetting`, which names the file and the line.

    `own` marks them as the company's.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"The vocabulary {path} cannot be read: {error}.", remedy="Save it as UTF-8 JSON Lines."
        ) from error
    return [_subject(line, f"{path}:{number}", own) for number, line in enumerate(lines, 1) if line.strip()]


def _subject(line: str, place: str, own: bool) -> Subject:
    try:
        row = json.loads(line)
        names = [row["name"], *row.get("also", ())]
        kind = KINDS[row.get("kind", "topic")]
        broader, cues = tuple(row.get("broader", ())), tuple(row.get("cues", ()))
        passing = bool(row.get("passing", False))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSetting(f"{place}: not a vocabulary entry ({error!r}).", remedy=_REMEDY) from error
    texts = all(isinstance(name, str) and joined(name) for name in (*names, *broader, *cues))
    if not texts or not row.keys() <= FIELDS:
        fields = ", ".join(sorted(FIELDS))
        raise BadSetting(f"{place}: all must be texts, and the fields {fields}.", remedy=_REMEDY)
    names = list(dict.fromkeys(names))
    return Subject(
        name=names[0],
        names=tuple(names),
        kind=kind,
        broader=broader,
        cues=cues,
        passing=passing,
        own=own,
    )


def joined(name: str) -> str:
    """The folded letters of a name, without blanks and hyphens: equal for all ways to set it."""
    return _JOINERS.sub("", fold(name))
