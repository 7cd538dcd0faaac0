"""What a reply says of its thread: that what it answers, or another reply, is wrong or holds no longer."""

from collections.abc import Collection, Iterator, Sequence
from datetime import tzinfo

from models.language.succession_cues import (
    ABOVE,
    ADMITTED,
    ALL_DENIED,
    CHANGED,
    FORMERLY,
    SAID_BY,
    YIELDED,
    denied_words,
    first_sentences,
    revokes,
)
from models.records import PostKind
from models.succession import Found, Why, Writing
from pipelines.succession.references import day_spoken_of, names
from pipelines.succession.subject import most_alike, terms

SUBSTANCE = 40
"""Characters of a post that a comment may revoke: what is shorter says little that could be followed."""
SPOKEN = 60
"""Characters after a name in which it is said what was wrong with their words."""
ANSWERING = frozenset({PostKind.ANSWER, PostKind.REPLY})
"""Of comments one seldom tells to whom they speak."""


def in_thread(
    teller: Writing, thread: Sequence[Writing], others: Collection[Writing], timezone: tzinfo
) -> Iterator[Found]:
    """What a reply tells of its thread, given by time, what opened it first; `others` may be named."""
    opener = thread[0]
    if teller.id == opener.id:
        return
    members = {one.id: one for one in thread}
    answered = members.get(teller.parent or "")
    if answered is None:
        return
    earlier = [one for one in thread[1:] if one.at < teller.at and one.id != teller.id]
    if ADMITTED.search(teller.text):
        yield from _admitted(teller, answered, opener, earlier)
        return
    if answered.kind != PostKind.QUESTION and len(answered.whole) >= SUBSTANCE and answered.at < teller.at:
        if _revokes_what_it_answers(teller, answered, opener):
            successor = _named_instead(teller, answered, others, timezone) or teller
            yield Found(answered.id, successor.id, teller.id, Why.COMMENT)
            if successor.id != teller.id:
                yield Found(answered.id, teller.id, teller.id, Why.COMMENT)
        elif YIELDED.search(teller.text) and _proposed(opener, teller) and answered.author != teller.author:
            yield Found(opener.id, teller.id, teller.id, Why.ADMISSION)
    yield from _denied(teller, answered, earlier)


def _proposed(opener: Writing, teller: Writing) -> bool:
    return teller.author is not None and opener.author == teller.author and opener.kind != PostKind.QUESTION


def _revokes_what_it_answers(teller: Writing, answered: Writing, opener: Writing) -> bool:
    begins = first_sentences(teller.text, 3 if answered.id == opener.id else 1)
    if revokes(begins):
        return True
    return bool(CHANGED.search(first_sentences(teller.text, 1))) and answered.kind == PostKind.DOCUMENT


def _admitted(
    teller: Writing, answered: Writing, opener: Writing, earlier: Sequence[Writing]
) -> Iterator[Found]:
    """Who takes back what they said: the last of it before what they answer."""
    if teller.author is None or answered.author == teller.author or answered.id == opener.id:
        return
    own = [one for one in earlier if one.author == teller.author and one.at < answered.at]
    if own and own[-1].kind in ANSWERING and "?" not in own[-1].text[-3:]:
        yield Found(own[-1].id, answered.id, teller.id, Why.ADMISSION)


def _denied(teller: Writing, answered: Writing, earlier: Sequence[Writing]) -> Iterator[Found]:
    """Other answers to the same question that one says are wrong: by name, or by what only they said."""
    beside = [
        one
        for one in earlier
        if one.parent == answered.id
        and one.kind in ANSWERING
        and one.author not in (teller.author, answered.author)
    ]
    asks = answered.kind == PostKind.QUESTION or "?" in answered.whole
    if not beside or not asks or teller.kind not in ANSWERING:
        return
    if ABOVE.search(teller.text):
        denied = beside[-1:]
    elif (by := SAID_BY.search(teller.text)) and FORMERLY.search(teller.text, by.end(), by.end() + SPOKEN):
        denied = [one for one in beside if one.name and by[1] in one.name][-1:]
    elif ALL_DENIED.search(first_sentences(teller.text, 1)):
        denied = beside
    else:
        words = terms("\n".join(denied_words(teller.text))).keys() - terms(answered.whole).keys()
        denied = [one for one in beside if words & terms(one.text).keys()]
        if len(denied) > 1:  # what several say, nobody is meant by
            return
    yield from (Found(one.id, teller.id, teller.id, Why.DENIAL) for one in denied)


def _named_instead(
    teller: Writing, answered: Writing, others: Collection[Writing], timezone: tzinfo
) -> Writing | None:
    """The post that is to be read instead, by address, or by day and place."""
    for one in others:
        if one.at > answered.at and one.id != teller.id and names(teller, one):
            return one
    day = day_spoken_of(teller, timezone)
    if day is None:
        return None
    begin, end = day
    of_that_day = [
        one for one in others if begin <= one.created < end and one.parent is None and one.at > answered.at
    ]
    return most_alike(answered.whole, of_that_day, of_that_day, 0.0)
