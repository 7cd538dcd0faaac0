"""Long texts in pieces of about 1,000 characters, cut where a sentence ends."""

import re
from math import ceil

LONGEST = 1_000
"""Characters: a few paragraphs, and as much as an analyser reads in linear time."""

_ENDING, _CLOSING = "[.!?。？！…]", "[\"'”’」』)\\]]"
# A line end, or a closing sign and a blank. After a Korean sentence the blank is often left out.
_SENTENCE_END = re.compile(
    rf"\n+|(?<!{_ENDING}){_ENDING}+{_CLOSING}*\s+|(?<=[가-힣]){_ENDING}++(?!\s|{_CLOSING})"
)
_BLANKS = re.compile(r"\s+")
# What belongs to the character before it: marks, Hangul vowels and finals, joiners, low surrogates.
_TRAILING = re.compile("[\u0300-\u036f\u1160-\u11ff\u200d\ufe00-\ufe0f\udc00-\udfff]")
_MOST_TRAILING = 32


def passages(text: str, longest: int = LONGEST) -> list[tuple[int, int]]:
    """Spans (start, end) that cover the whole text in order, without gaps, none longer than `longest`.

    They are about equal in length, and end with a sentence and the blanks after it; failing that between two
    words; failing that anywhere. An empty text is one empty passage.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > longest:
        end = _cut(text, start, longest)
        spans.append((start, end))
        start = end
    return [*spans, (start, len(text))]


def _cut(text: str, start: int, longest: int) -> int:
    left = len(text) - start
    wanted = start + ceil(left / ceil(left / longest))
    earliest, latest = start + (wanted - start) // 2, start + longest
    for boundary in (_SENTENCE_END, _BLANKS):
        ends = [match.end() for match in boundary.finditer(text, earliest, latest) if match.end() < latest]
        if ends:
            return min(ends, key=lambda end: abs(end - wanted))
    end = latest
    while end > latest - _MOST_TRAILING and _TRAILING.match(text, end):
        end -= 1
    return end
