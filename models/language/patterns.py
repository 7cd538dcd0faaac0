"""What has a shape of its own: addresses, hashtags, error codes, ticket ids.

Every finder takes a text and its tokens, and looks first for a character without which there is nothing to
find: most posts have none of these.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.language.analyzer import Token
from models.language.vocabulary import key_of

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'|)\]]*", re.IGNORECASE)
# From where a word begins, in lengths that mail allows: or every letter of a long word would begin anew.
_MENTION = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}+"
    r"|(?<![\w@])@(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,38}|[가-힣]{2,10})"
)
_HASHTAG = re.compile(r"(?<![\w#&/])#(?=[\w-]*[^\W\d_])([\w-]{1,50})")
_ERROR_CODE = re.compile(
    r"\b(ERR_[A-Z_]{3,40}|0x[0-9A-Fa-f]{4,8}|(?:ORA|TNS|PLS|SQL|KB|ERR|E|MSI|NU|TS|CS|LNK|AADSTS)[-_]?\d{3,6}"
    r"|[A-Z][A-Za-z]{2,40}(?:Error|Exception)|HTTP[ /]?[45]\d\d)(?![A-Za-z0-9])"
    r"|(?<![\w.,])([1-9]\d{2,4})(?= ?(?:번 ?)?(?:에러|오류|[Ee]rror))"
    r"|(?:(?:에러|오류) ?(?:코드|번호) ?[:=]? ?|[Ee]rror [Cc]ode:? )([A-Z]{0,4}-?\d{2,6})"
)
_TICKET = re.compile(
    r"(?<![A-Za-z0-9_-])(CVE-\d{4}-\d{4,7}|([A-Z]{2,10})-\d{1,6}(?:-\d{1,3})?)(?![A-Za-z0-9_-])"
    r"|(?<![\w#&/])(#\d{3,7})(?![A-Za-z0-9_])"
)
_DIGIT = re.compile(r"[0-9]")
_CODE_SIGNS = ("Error", "Exception", "ERR_")
# Standards look like tickets and are none.
_STANDARDS = {"AES", "COVID", "CP", "EUC", "FY", "IEC", "IEEE", "ISO", "KS", "RFC", "RSA", "SHA", "UTF"}


class Found(NamedTuple):
    """Something with a shape: its tag kind, its name as written, its key, and where it stands."""

    kind: str
    name: str
    key: str
    start: int
    end: int


def without_addresses(text: str) -> str:
    """The text with blanks for web addresses, mail addresses and handles after "@".

    The post's record lists them. No piece of an address is a topic, and neither is a person.
    """
    if "://" in text or "www." in text.lower():
        text = _LINK.sub(_blank, text)
    if "@" in text:
        text = _MENTION.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def hashtags(text: str, tokens: Sequence[Token]) -> Iterator[Found]:
    """Words after "#" that hold a letter, without a particle behind them (`#백업을` is 백업)."""
    if "#" not in text:
        return
    for match in _HASHTAG.finditer(text):
        end = without_particles(tokens, match.start(1), match.end(1))
        name = text[match.start(1) : end].strip("_-")
        if name:
            yield Found("hashtag", name, key_of(name), match.start(), end)


def error_codes(text: str, _: Sequence[Token]) -> Iterator[Found]:
    """Codes and exception names that a programme says when it fails."""
    if not (_DIGIT.search(text) or any(sign in text for sign in _CODE_SIGNS)):
        return
    for match in _ERROR_CODE.finditer(text):
        group = match.lastindex or 0
        yield Found("error_code", match[group], key_of(match[group]), match.start(group), match.end(group))


def tickets(text: str, _: Sequence[Token]) -> Iterator[Found]:
    """Ids in somebody's tracker: `OPS-482`, `#1234`, `CVE-2021-44228`."""
    if not _DIGIT.search(text):
        return
    for match in _TICKET.finditer(text):
        if match[2] not in _STANDARDS:
            yield Found("ticket", match[0], key_of(match[0]), match.start(), match.end())


def without_particles(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where text[start:end] ends when the particles at its end are cut off."""
    place = bisect_left(tokens, end, key=lambda token: token.end)
    if place == len(tokens) or tokens[place].end != end:
        return end
    while place >= 0 and tokens[place].start > start and tokens[place].tag.startswith("J"):
        end = tokens[place].start
        place -= 1
    return end
