"""Codes are searched for exactly, and by their pieces: versions, errors, tickets, file names, addresses."""

import re
from collections.abc import Iterable

from models.language.analyzer import Role, Term
from models.language.english import stem

# In lower-case, normalised text. Alternatives are tried in this order at each place.
_CODES = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)",  # 1,000, also of 1,000kg
    r"[a-z](?:[/&][a-z]| & [a-z])+(?![a-z0-9])",  # a/s, r&d, r & d
    r"[a-z](?:\+\+|\#)",  # c++, c#
    r"\.net(?![a-z0-9])",
    r"[a-z]+['’](?:s|t|d|m|re|ve|ll)(?![a-z0-9])",  # don't, server's: no code, but one word
    r"[a-z0-9]+(?:[-_.@]+[a-z0-9]+)+",  # err-1042, v2.3.1, report_final.xlsx
    r"[a-z]+\d[a-z0-9]*|\d+[a-z][a-z0-9]*",  # erp2, 0x80070005
    r"[a-z]{2,}js(?![a-z0-9])",  # nodejs
    r"[a-z]{25,}|\d{25,}",  # mecab takes longer runs apart, letter by letter
)
_GROUPED = re.compile(r"[\d,]+(?:\.\d+)?")
_SHORTENED = re.compile(r"(?<![a-z])([a-z]++)['’]([a-z]++)")
_PIECE = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"[a-z]+|\d+")
_JOINED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9]++(?:[-_/&][a-z0-9]++)++|[a-z]++(?:[-_./&][a-z]++)++)")
_SIGNS = re.compile(r"[^a-z0-9]")
_VERSION = re.compile(r"v(?:er)?\.?(\d+(?:\.\d+)+(?:[-_.][a-z0-9]+)*)")
_SCRIPT = re.compile(r"(?<![a-z])[a-z]{2,}js")
_LETTER = re.compile("[a-z]")

MOST_RUNS = 8
"""Runs of letters and digits in one code. With more it is a hash or a UUID, whose runs tell nothing: its
parts are what stands between signs."""


def code_pattern(more: Iterable[str] = ()) -> re.Pattern[str]:
    """Finds codes in lower-case, normalised text; `more` are words to find besides, the longest first."""
    words = [f"{re.escape(word)}(?![a-z0-9])" for word in sorted(more, key=len, reverse=True)]
    return re.compile(f"(?<![a-z0-9])(?:{'|'.join((*words, *_CODES))})")


def code_terms(code: str) -> tuple[Term, ...]:
    """The terms of a code, with offsets into it: itself as a compound, its Latin and digit runs as parts.

    A single letter is no part. A code without parts is a word. Last come its other spellings: Wi-Fi is wifi,
    v3.1.2 is 3.1.2, S/W is SW.
    """
    if " " in code:
        return tuple(term._replace(end=len(code)) for term in code_terms(code.replace(" ", "")))
    tag = "SL" if _LETTER.search(code) else "SN"
    if shortened := _SHORTENED.fullmatch(code):
        word, ending = shortened.groups()
        # don't, isn't: do, is.
        form = word.removesuffix("n") if ending == "t" and word != "can" else word
        return (Term(stem(form), 0, len(code), tag),)
    if "," in code and _GROUPED.fullmatch(code):
        return (Term(code.replace(",", ""), 0, len(code), tag),)
    parts = [
        Term(stem(run), start, start + len(run), "SN" if run.isdigit() else "SL", Role.PART)
        for start, run in _runs(code)
        if run != code and (len(run) > 1 or run.isdigit())
    ]
    variants = [Term(form, 0, len(code), tag, Role.VARIANT) for form in _variants(code)]
    return (Term(code, 0, len(code), tag, Role.COMPOUND if parts else Role.WORD), *parts, *variants)


def _variants(code: str) -> list[str]:
    """How else the same is written: without its signs, or its "v"."""
    if version := _VERSION.fullmatch(code):
        return [version[1]]
    if not (_JOINED.fullmatch(code) and _LETTER.search(code)) or len(_RUN.findall(code)) > MOST_RUNS:
        return []
    joined = _SIGNS.sub("", code)
    # As the same letters are read where they stand without signs.
    found = [joined if _SCRIPT.fullmatch(joined) else stem(joined)]
    if "&" in code:
        found.append(code.replace("&", "n"))  # Q&A, QnA
    return found


def _runs(code: str) -> list[tuple[int, str]]:
    if _SCRIPT.fullmatch(code):
        return [(0, code[:-2]), (len(code) - 2, "js")]
    runs = [(run.start(), run[0]) for run in _RUN.finditer(code)]
    return runs if len(runs) <= MOST_RUNS else [(piece.start(), piece[0]) for piece in _PIECE.finditer(code)]
