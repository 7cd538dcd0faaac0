"""Korean names of people, told by what stands around them: @도은채, 도은채님, 이가은 팀장, 김대리."""

import re
from collections.abc import Sequence
from functools import cache

from models.language.analyzer import Role, Term, Token

SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진나지엄채원천방공현함변염여추도"
    "소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부"
)
LONG_SURNAMES = "남궁|황보|제갈|사공|선우|서문|독고|동방"
TITLES = (
    "사원|주임|대리|과장|차장|부장|팀장|실장|본부장|이사|상무|전무|부사장|사장|대표|회장|부회장|책임|선임|수석|연구원"
    "|매니저|프로|파트장|그룹장|센터장|소장|원장|국장|처장|단장|반장|조장|계장|교수|박사|기사|간사|고문|감사|코치"
    "|선생|변호사|회계사|노무사|세무사|주무관|사무관"
)
_HONORIFICS = "님|씨(?![가-힣]{2})"
_DETERMINERS = "이한전현본"
"""Before a title that stands apart they tell which, more often than who: 이 과장, 전 사장."""
_PARTICLES = "이|가|은|는|을|를|의|께|에게|한테|도|와|과|랑|만"

FULL = f"(?:{LONG_SURNAMES}|[{SURNAMES}])[가-힣]{{2}}|(?:{LONG_SURNAMES})[가-힣]"
CALLED = f"\\s?(?:{_HONORIFICS}|{TITLES})"
"""What follows a name by which a person is called."""
_MENTIONED = f"(?=(?:{_HONORIFICS}|{TITLES}|{_PARTICLES}|[^가-힣]|\\Z))"

HINTS = re.compile(
    "[@님씨]|[사주대과차부팀실본이상전회책선수연매프파그센소원국처단반조계교박기간고감코변세무]"
    "[원임리장사무표회석구니로트룹터수문치호계]"
)
"""Texts without it name nobody: looked for first, because it is found three times as fast."""


@cache
def _named_pattern() -> re.Pattern[str]:
    # Read with the first text that may name somebody: it takes 15 ms.
    return re.compile(
        # A handle of Hangul, without what is said of it.
        f"(?<![\\w@])@(?P<handle>[가-힣]{{3}}{_MENTIONED}|[가-힣]{{2}}{_MENTIONED}|[가-힣]{{4}}{_MENTIONED})"
        f"|(?<![가-힣])(?P<surname>[{SURNAMES}]) ?(?P<title>{TITLES})(?=님|{_PARTICLES}|[^가-힣]|\\Z)"
        f"|(?<![가-힣])(?P<name>(?:{FULL})(?={CALLED}))"
        # 손님, 형님: one word, and not the 손 and 형 that mecab reads before a particle.
        "|(?<![가-힣])(?P<guest>[가-힣]님)"
    )


_WHOLE = re.compile(FULL)


def with_names(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text, a name read apart as one token which also gives the name.

    What an analyser makes of a name that it does not know stays beside it: a word may only look like one.
    """
    found = _named_pattern().finditer(text)
    name = next(found, None)
    read: list[Token] = []
    place = 0
    while place < len(tokens):
        while name and _span(name)[0] < tokens[place].start:
            name = next(found, None)
        if name is None:
            return read + tokens[place:]
        start, end = _span(name)
        if tokens[place].start != start:
            read.append(tokens[place])
            place += 1
            continue
        last = place
        while tokens[last].end < end and last + 1 < len(tokens):
            last += 1
        read += _named(text, name, tokens[place : last + 1])
        place = last + 1
    return read


def is_torn_name(text: str, tokens: Sequence[Token]) -> bool:
    """Whether a word stands for somebody whose name the analyser does not know and has torn to pieces."""
    return len(tokens) > 1 and bool(_WHOLE.fullmatch(text)) and not _is_phrase(tokens, apart=True)


def _span(name: re.Match[str]) -> tuple[int, int]:
    if name["surname"]:
        return name.start("surname"), name.end("title")
    return name.span(name.lastgroup or 0)


def _named(text: str, name: re.Match[str], tokens: list[Token]) -> list[Token]:
    start, end = _span(name)
    if name["surname"]:
        border, title = name.end("surname"), name.start("title")
        # One word that only looks like a surname with a title: 주차장.
        if len(tokens) == 1 and tokens[0].tag == "NNG":
            return tokens
        surname = Term(name["surname"], start, border, "NNP")
        if any(token.start == title for token in tokens):
            # It is read as such already; but 최 may be taken for the prefix of 최고.
            unread = not tokens[0].terms and tokens[0].end == border
            is_other = title > border and name["surname"] in _DETERMINERS
            named = unread and not is_other
            return [Token(start, border, "NNP", (surname,)), *tokens[1:]] if named else tokens
        told = (surname, Term(name["title"], title, end, "NNG"))
        return [Token(start, tokens[-1].end, "NNP", told)]
    if name["guest"]:
        if len(tokens) != 2 or tokens[-1].end != end:
            return tokens
        word = Term(text[start:end], start, end, "NNG", Role.COMPOUND)
        parts = [Term(text[it.start : it.end], it.start, it.end, "NNG", Role.PART) for it in tokens]
        return [Token(start, end, "NNG", (word, *parts))]
    apart = text[end : end + 1].isspace()
    if len(tokens) == 1 or tokens[-1].end != end or _is_phrase(tokens, apart=apart):
        return tokens
    terms = [term._replace(role=Role.PART) for token in tokens for term in token.terms]
    return [Token(start, end, "NNP", (Term(text[start:end], start, end, "NNP", Role.COMPOUND), *terms))]


def _is_phrase(tokens: Sequence[Token], *, apart: bool) -> bool:
    """Whether what looks like a name is plain words: 인사팀 팀장, 오늘은 대표님. Names are torn to pieces."""
    first, last = tokens[0], tokens[-1]
    if apart and last.tag.rpartition("+")[2][0] in "JE":
        return True
    return first.end - first.start > 1 and all(token.tag in ("NNG", "NNB", "XSN") for token in tokens)
