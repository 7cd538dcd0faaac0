"""Finds what a post puts right, replaces or revokes: by cues, and only together with what it speaks of.

A wrong mark is worse than a missing one: a cue alone marks nothing, nor does a subject alone.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta, tzinfo
from itertools import chain

from models.language.succession_cues import (
    CHANGED,
    MONTH_BEFORE,
    MONTH_THREAD,
    MONTHS,
    first_sentences,
    revokes,
)
from models.records import PostKind
from models.succession import Found, Why, Writing
from pipelines.succession.conversation import SUBSTANCE, in_thread
from pipelines.succession.references import names, says_so_near, version_spoken_of, versions
from pipelines.succession.subject import most_alike

SHARED_SUBJECT = 0.1
"""How much of what a post is about an older one has to share, by weight, to be the one that is spoken of."""
SHARED_UNNAMED = 0.13
"""The same where neither day nor month is named."""
AHEAD = 1.5
"""How many times as much as the next one it has to share then."""
SHORTEST_QUOTE = 20
"""Characters of a quotation that is nobody else's."""
UNSPOKEN = frozenset({PostKind.QUESTION, PostKind.COMMENT})
"""Kinds of posts that are replaced by none elsewhere."""

_QUOTED = re.compile(r"^> ?(\S.*)$|[\"“”]([^\"“”\n]{20,300})[\"“”]", re.MULTILINE)


def found_by(
    teller: Writing, thread: Sequence[Writing], others: Collection[Writing], timezone: tzinfo
) -> list[Found]:
    """What a post tells to be superseded: in its thread (all of it, by time), and among other posts.

    The one order of time decides: nothing supersedes what is later, so that no circle comes about.
    """
    found = list(in_thread(teller, thread, others, timezone))
    # A comment that speaks of what it answers speaks of nothing else.
    found = found or list(_elsewhere(teller, thread, others, timezone))
    order = {one.id: one.at for one in chain(thread, others, [teller])}
    pairs: dict[tuple[str, str], Found] = {}
    for one in found:
        if order[one.older] < order[one.newer]:
            pairs.setdefault((one.older, one.newer), one)
    return list(pairs.values())


def may_speak_of_own(teller: Writing) -> bool:
    """Whether a post may tell of another that it does not name: by the same author, or of the same place."""
    text, begins = teller.whole, first_sentences(teller.whole)
    if teller.kind == PostKind.COMMENT or not (revokes(text) or CHANGED.search(text)):
        return False
    if revokes(begins) or (teller.title and CHANGED.search(begins)):
        return True
    return any(cue.search(text) for cue in (MONTH_BEFORE, MONTH_THREAD, _QUOTED))


def _elsewhere(
    teller: Writing, thread: Sequence[Writing], others: Collection[Writing], timezone: tzinfo
) -> Iterator[Found]:
    text = teller.whole
    if not (revokes(text) or CHANGED.search(text)) or teller.kind == PostKind.COMMENT:
        return
    earlier = [
        one
        for one in others
        if one.at < teller.at and one.thread != teller.thread and one.kind not in UNSPOKEN
    ]
    for one in earlier:
        if (address := names(teller, one)) and says_so_near(teller, address):
            yield Found(one.id, teller.id, teller.id, Why.LINK)
        elif (quoted := _quoted(text, one.text)) and says_so_near(teller, quoted):
            yield Found(one.id, teller.id, teller.id, Why.QUOTE)
    context = f"{text}\n{thread[0].whole}" if thread and thread[0].id != teller.id else text
    if version := version_spoken_of(text):
        titled = [one for one in earlier if one.title and version in versions(one.title)]
        if meant := most_alike(context, titled, earlier, SHARED_SUBJECT / 2):
            yield Found(meant.id, teller.id, teller.id, Why.VERSION)
            return
    related = [one for one in earlier if _related(teller, one)]
    if meant := _spoken_of(teller, context, related, timezone):
        yield Found(meant.id, teller.id, teller.id, Why.SUBJECT)


def _spoken_of(teller: Writing, context: str, related: Sequence[Writing], timezone: tzinfo) -> Writing | None:
    month = day = None
    if said := MONTH_BEFORE.search(teller.whole):
        month, day = int(said[1]), int(said[2]) if said[2] else None
    elif said := MONTH_THREAD.search(teller.whole):
        month = MONTHS[said[1].lower()]
    if month is not None:
        dated = [
            one
            for one in related
            if (local := one.created.astimezone(timezone)).month == month
            and (day is None or local.day == day)
            and teller.created - one.created < timedelta(days=366)
        ]
        return most_alike(context, dated, related, SHARED_SUBJECT)
    if revokes(begins := first_sentences(teller.whole)) or (teller.title and CHANGED.search(begins)):
        substantial = [one for one in related if len(one.whole) >= SUBSTANCE]
        return most_alike(context, substantial, related, SHARED_UNNAMED, ahead=AHEAD)
    return None


def _related(teller: Writing, other: Writing) -> bool:
    """By the same author, or an announcement in the same place."""
    if teller.author and teller.author == other.author:
        return True
    opens = teller.parent is None and other.parent is None
    return opens and teller.channel == other.channel and other.kind == PostKind.DOCUMENT


def _quoted(text: str, other: str) -> str | None:
    """What a text quotes of another one."""
    for first, second in _QUOTED.findall(text):
        quoted: str = (first or second).strip()
        if len(quoted) >= SHORTEST_QUOTE and quoted in other:
            return quoted
    return None
