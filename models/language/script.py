"""Which language a text is in, told by its letters alone."""

import re

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ\u1100-\u11ff]")
_LATIN = re.compile(r"[A-Za-z]")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

SYLLABLE = 2.5
"""Latin letters that say as much as one Hangul syllable."""
CLEAR = 0.8
"""The share from which a text is in one language: "VPN 연결이 안 돼요" is Korean."""
ENOUGH = 3000
"""Characters that are looked at: the language of a document does not change the later for it."""


def language_of(text: str) -> str:
    """`ko`, `en`, `mixed`, or `und` where there are no letters of either; addresses do not count."""
    head = text[:ENOUGH]
    if "://" in head or "www." in head:
        head = _LINK.sub(" ", head)
    hangul = len(_HANGUL.findall(head)) * SYLLABLE
    latin = len(_LATIN.findall(head))
    if not hangul + latin:
        return "und"
    share = hangul / (hangul + latin)
    return "ko" if share >= CLEAR else "en" if share <= 1 - CLEAR else "mixed"
