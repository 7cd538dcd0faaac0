"""The names of people whom the company knows: 오새별에게, 남궁민수가, 새별씨, @달빛여우, Kim Do Hyun.

A name that may be plain words (반영은, 정해진) counts where a title, an honorific or "@" tells of a person;
elsewhere it stands beside the words, which stay as they are read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from models.language.analyzer import Role, Term, Token
from models.language.names import CALLED, FULL, LONG_SURNAMES, SURNAMES, TITLES
from models.language.normalization import fold

LONGEST = 8
"""Syllables of what people call themselves; longer ones are found by their words."""
SHORT = 2
"""Syllables of a name that counts only where a person is called by it: many words are as short."""

PERSON = "NNP+NNP"
"""The tag of a name, surname and given name: a person is no noun of a phrase and no topic."""

_RUN = re.compile("[가-힣]{2,}")
_BEGINNING = re.compile("(?<![가-힣])[가-힣]{2}")
_LATIN = re.compile("[a-z]+(?:-[a-z]+)*+")
_WHOLE = re.compile(FULL)
_SURNAME = re.compile(f"{LONG_SURNAMES}|[{SURNAMES}]")
_APART = re.compile(f"(?<![가-힣])({LONG_SURNAMES}|[{SURNAMES}]) (?!{TITLES})([가-힣]{{1,2}})(?![가-힣])")
_TITLE = re.compile(TITLES)
_PLACES = ("팀", "센터", "그룹", "본부", "파트", "실", "부", "과", "국", "처", "점")
"""How a run ends that is shown beside a name and looks like one: 인사팀."""
_CALLED = re.compile(CALLED)
_PARTICLES = (
    "이|가|은|는|을|를|의|도|와|과|랑|만|네|야|께|께서|에게|에게서|한테|한테서|하고"
    "|보다|처럼|까지|부터|마저|조차"
)
_TOLD = re.compile(
    f"(?![가-힣])|이?(?:{_PARTICLES})[도만는은의]?(?![가-힣])"
    "|이?(?:라고|라는|랑)|이(?:나|며|고|었|시|다|에요)|(?<!하)였|입니|인가|인데|예요"
)
# 반영은 may be 반영 and a particle; 반영은이 may not, for nothing follows these.
_CLOSED = re.compile("[은는의을를](?=[가-힣])")


class Found(NamedTuple):
    """Where a name stands; where the given name begins in it; and whether a person is called by it there."""

    start: int
    given: int
    end: int
    called: bool


class KnownNames:
    """Names as people show them, each once, in the order in which they became known. Never changes."""

    def __init__(self, shown: Iterable[str] = (), before: "KnownNames | None" = None) -> None:
        more = dict.fromkeys(shown)
        self.shown = tuple(more)
        # By name, the syllables of its surname: none of a given name, and of what people call themselves.
        self._surnames: dict[str, int] = {}
        if before:
            self.shown = tuple(dict.fromkeys((*before.shown, *more)))
            self._surnames = dict(before._surnames)
        for name in (name for one in more for name in _spelt(one)):
            surname = _SURNAME.match(name) if _WHOLE.fullmatch(name) else None
            border = surname.end() if surname else 0
            self._surnames[name] = max(border, self._surnames.get(name, 0))
            if len(name) - border >= SHORT:
                self._surnames.setdefault(name[border:], 0)
        # By its first word, what follows in a Latin name: given name first or last.
        self._latin: dict[str, frozenset[tuple[str, ...]]] = dict(before._latin) if before else {}
        for words in filter(None, map(_latin_words, more)):
            for first, *rest in (words, (*words[1:], words[0]), (words[-1], *words[:-1])):
                self._latin[first] = self._latin.get(first, frozenset()) | {tuple(rest)}
        self._lengths = sorted({len(name) for name in self._surnames}, reverse=True)
        self._beginnings = frozenset(name[:2] for name in self._surnames)

    def __contains__(self, name: str) -> bool:
        return name in self._surnames

    def are_told_in(self, text: str) -> bool:
        """Whether these names make a difference to how a text is read."""
        folded = fold(text)
        found = self.may_stand_in(folded) and any(True for _ in self.find(folded))
        return found or any(
            " ".join((first, *rest)) in folded
            for first in self._latin.keys() & set(_LATIN.findall(folded))
            for rest in self._latin[first]
        )

    def may_stand_in(self, text: str) -> bool:
        """Whether a folded text has a word that begins as a name does: most have none."""
        return bool(self._beginnings) and not self._beginnings.isdisjoint(_BEGINNING.findall(text))

    def may_stand_in_latin(self, text: str) -> bool:
        """The same for Latin names, of two words at least."""
        return bool(self._latin) and not self._latin.keys().isdisjoint(_LATIN.findall(text))

    def latin_words(self, text: str, tokens: Sequence[Token], first: int) -> int:
        """How many tokens from the first on are a Latin name; 0 if none are."""
        for rest in self._latin.get(text[tokens[first].start : tokens[first].end], ()):
            following = tokens[first + 1 : first + 1 + len(rest)]
            gaps = zip(tokens[first:], following, strict=False)
            if tuple(text[token.start : token.end] for token in following) == rest and all(
                text[one.end : other.start] == " " for one, other in gaps
            ):
                return 1 + len(rest)
        return 0

    def find(self, text: str) -> Iterator[Found]:
        """The names that a folded text tells, in order: at the beginning of words, and the longest there."""
        for run in _RUN.finditer(text):
            word, start = run[0], run.start()
            if word[:2] not in self._beginnings:
                continue
            for length in self._lengths:
                surname = self._surnames.get(word[:length]) if length <= len(word) else None
                if surname is None:
                    continue
                end = start + length
                told = bool(_TOLD.match(text, end))
                called = bool(_CALLED.match(text, end)) or (told and text[start - 1 : start] == "@")
                if called or (told and length > SHORT):
                    yield Found(start, start + surname, end, called)
                    break


def with_known_names(text: str, tokens: list[Token], names: KnownNames) -> list[Token]:
    """The tokens of a folded text, those of a known name as one, which gives it and the given name."""
    read: list[Token] = []
    place = 0
    for name in names.find(text):
        first = place
        while first < len(tokens) and tokens[first].start < name.start:
            first += 1
        read += tokens[place:first]
        place = first
        while place < len(tokens) and tokens[place].start < name.end:
            place += 1
        # What begins within a token is a part of a code.
        starts = first < place and tokens[first].start == name.start
        read += _named(text, name, tokens[first:place]) if starts else tokens[first:place]
    return read + tokens[place:]


def with_latin_names(text: str, tokens: list[Token], names: KnownNames) -> list[Token]:
    """The tokens of a folded text, those of a known Latin name as one: of Kim Do Hyun none is the verb."""
    read: list[Token] = []
    place = 0
    while place < len(tokens):
        count = names.latin_words(text, tokens, place)
        name = tokens[place : place + max(count, 1)]
        if count:
            start, end = name[0].start, name[-1].end
            # In whichever order they stand.
            form = "".join(sorted(text[token.start : token.end] for token in name))
            parts = [term._replace(role=Role.PART) for token in name for term in token.terms]
            whole = Term(form, start, end, "SL", Role.COMPOUND)
            name = [Token(start, end, PERSON, (whole, *parts))]
        read += name
        place += max(count, 1)
    return read


def _named(text: str, name: Found, tokens: list[Token]) -> list[Token]:
    start, given, end, called = name
    first, last = tokens[0], tokens[-1]
    terms = [term for token in tokens for term in token.terms]
    has_given = SHORT <= end - given < end - start
    parts = [Term(text[given:end], given, end, "NNP", Role.PART)] if has_given else []
    whole = Term(text[start:end], start, end, "NNP", Role.COMPOUND if parts else Role.WORD)
    person = Token(start, end, PERSON, (whole, *parts))
    if len(tokens) == 1 and last.end == end and any(term.form == whole.form for term in terms):
        return [person] if first.tag == "NNP" else tokens
    torn = first.end - start == 1 or first.end == given > start
    if last.end > end and not torn:
        return tokens  # 하나님, 고대로부터
    if torn:
        # Nothing that it was torn into says anything.
        return [person, *([Token(end, last.end, last.tag)] if last.end > end else [])]
    inflected = last.tag.rpartition("+")[2][0] in "JE"
    if inflected and called and text[end : end + 1].isspace():
        called = False  # 정해진 감사
    if called or _CLOSED.match(text, end - 1) or all(token.tag == "NNP" for token in tokens):
        if parts:
            return [person]
        parts = [term._replace(role=Role.PART) for term in terms]
        return [Token(start, end, PERSON, (whole._replace(role=Role.COMPOUND), *parts))]
    beside = whole._replace(role=Role.VARIANT)
    if not inflected and len(tokens) > 1:
        return [Token(start, end, first.tag, (*terms, beside))]
    if not first.terms:
        return tokens
    return [first._replace(terms=(*first.terms, beside._replace(end=first.end))), *tokens[1:]]


def _latin_words(shown: str) -> tuple[str, ...]:
    """The words of a name of Latin words alone, of which there are two at least."""
    words = tuple(fold(shown).split())
    return words if 1 < len(words) < 5 and all(map(_LATIN.fullmatch, words)) else ()


def _spelt(shown: str) -> Iterator[str]:
    """The name in what people show: 김민수 of 김민수(총무팀), 김 민수, 총무팀 김민수 과장."""
    folded = fold(shown)
    if apart := _APART.search(folded):
        yield apart[1] + apart[2]
        return
    runs = [run for run in _RUN.findall(folded) if len(run) <= LONGEST]
    whole = [run for run in runs if _WHOLE.fullmatch(run)]
    people = [run for run in whole if not (run.endswith(_PLACES) or _TITLE.fullmatch(run))]
    yield from [*people, *whole, *runs][:1]
