"""Snippets: the stretch of a passage that says most of what was asked, with the places to highlight."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.engine import TextField, Word
from models.language.annotation import Annotation, Passage, reading_text
from models.stored import StoredPost
from search_api.query.saying import said_forms

LENGTH = 160
"""Characters of a snippet: about two lines on a wide screen, four on a phone."""
TITLE_LENGTH = 60
"""Characters of a beginning that stands for a title: about one line on a wide screen, three on a phone."""
LEAD = 30
"""Characters kept before the first highlight, so that it is read in its sentence."""
CUT_SEARCH = 15
"""How far a cut moves to fall between words; a word longer than this is cut in two."""
ELLIPSIS = "…"

_SPACE = re.compile(r"\s")
_MODIFIERS = "[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]*+"
"""What belongs to the emoji before it: how it looks, a skin tone, what joins it to the next."""


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Snippet(NamedTuple):
    """Plain text, never markup, and the ranges of it that answer the question, in order and apart."""

    text: str
    highlights: tuple[Span, ...]


def snippet(post: StoredPost, annotation: Annotation | None, passage: int, words: Sequence[Word]) -> Snippet:
    """The best stretch of the post's text for the question's terms and their weights.

    `passage` is the one that the engine found. Without an annotation, or where only bigrams or vectors found
    the post, the passage's beginning serves.
    """
    text = reading_text(post.title, post.text)
    body = len(text) - len(post.text)
    found, begin, end = _found(annotation, passage, words)
    if end > len(text) or end == 0:  # read from another text than the present one, or not read yet
        found, begin, end = [], 0, len(text)
    begin = min(max(begin, body), len(text))
    found = [*found, *_emoji(text, begin, max(begin, end), words)]
    return _cut(text, [mark for mark in found if mark.span.start >= body], begin, max(begin, end))


def marked_title(post: StoredPost, annotation: Annotation | None, words: Sequence[Word]) -> Snippet | None:
    """The post's title with its highlights; None where it has no title."""
    if not post.title:
        return None
    found, _, _ = _found(annotation, 0, words)
    found += _emoji(post.title, 0, len(post.title), words)
    return Snippet(post.title, _merged([mark.span for mark in found if mark.span.end <= len(post.title)]))


def thread_title(opener: StoredPost, annotation: Annotation | None, words: Sequence[Word]) -> Snippet:
    """What a thread is called: the title of the post that opened it, or the beginning of its text."""
    if title := marked_title(opener, annotation, words):
        return title
    text = opener.text
    found, _, _ = _found(annotation, 0, words)
    stop = _word_end(text, min(len(text), TITLE_LENGTH), len(text))
    return _shown(text, [*found, *_emoji(text, 0, stop, words)], Span(0, stop), Span(0, len(text)))


class _Mark(NamedTuple):
    form: str
    span: Span
    weight: float


def _found(annotation: Annotation | None, number: int, words: Sequence[Word]) -> tuple[list[_Mark], int, int]:
    """Where the question's terms stand in a passage, and where the passage begins and ends."""
    if annotation is None or number >= len(annotation.passages):
        return [], 0, 0
    passage = annotation.passages[number]
    return _marks(passage, words), passage.start, passage.end


def _marks(passage: Passage, words: Sequence[Word]) -> list[_Mark]:
    text_forms = passage.text_forms
    forms = said_forms(words, set(text_forms))
    return sorted(
        (
            _Mark(form, Span(*map(int, passage.spans[position])), forms[form])
            for position, form in enumerate(text_forms)
            if form in forms
        ),
        key=lambda mark: mark.span,
    )


def _emoji(text: str, begin: int, end: int, words: Sequence[Word]) -> list[_Mark]:
    """Where the emoji that were asked for stand: they are no terms, and so no annotation has their places."""
    asked = {
        clause.term: clause.weight
        for word in words
        for clause in word.clauses
        if clause.field is TextField.GRAMS and len(clause.term) == 1 and not clause.term.isalnum()
    }
    return [
        _Mark(emoji, Span(*found.span()), weight)
        for emoji, weight in asked.items()
        for found in re.compile(re.escape(emoji) + _MODIFIERS).finditer(text, begin, end)
    ]


def _cut(text: str, marks: Sequence[_Mark], begin: int, end: int) -> Snippet:
    start = _densest(marks) - LEAD if marks else begin
    # What does not fill the length at its end may begin earlier.
    start = max(begin, min(start, end - LENGTH))
    stop = min(end, start + LENGTH)
    shown = Span(_word_start(text, start, begin), _word_end(text, stop, end))
    return _shown(text, marks, shown, Span(begin, end))


def _shown(text: str, marks: Sequence[_Mark], shown: Span, whole: Span) -> Snippet:
    """A stretch of the `whole` with its marks, and with what tells where something was cut off."""
    start, stop = shown
    lead = ELLIPSIS if start > whole.start else ""
    tail = ELLIPSIS if stop < whole.end else ""
    shift = len(lead) - start
    spans = [
        Span(mark.span.start + shift, mark.span.end + shift)
        for mark in marks
        if start <= mark.span.start and mark.span.end <= stop
    ]
    # One space for each white-space character: offsets stay.
    return Snippet(lead + _SPACE.sub(" ", text[start:stop]) + tail, _merged(spans))


def _densest(marks: Sequence[_Mark]) -> int:
    """Where the window begins that holds the most weight of different terms; of equals, the first."""
    best, place = -1.0, 0
    for first, mark in enumerate(marks):
        end = mark.span.start + LENGTH - LEAD
        window: dict[str, float] = {}
        for other in marks[first:]:
            if other.span.end > end:
                break
            window[other.form] = other.weight
        if (weight := sum(window.values())) > best:
            best, place = weight, mark.span.start
    return place


def _word_start(text: str, place: int, border: int) -> int:
    """The place, moved on to the beginning of a word if one is near."""
    if place == border:
        return place
    return next((cut for cut in range(place, place + CUT_SEARCH) if text[cut - 1].isspace()), place)


def _word_end(text: str, place: int, border: int) -> int:
    """The place, moved back to the end of a word if one is near."""
    if place == border:
        return place
    return next((cut for cut in range(place, place - CUT_SEARCH, -1) if text[cut].isspace()), place)


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
