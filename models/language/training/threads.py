"""A company's threads as an encoder is adapted to them: which texts belong together, and what is held out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.language.training.corpus import Corpus

HELD_OUT = 0.2
"""The share of the answered threads, the latest ones, that is measured on and never trained on."""
SHORTEST = 4
"""Terms of a text that is worth learning from: below are "네, 감사합니다" and the like."""
SHORTEST_REPLY = 6
"""Terms of a reply that may count as the answer of a thread in which nothing is an answer by its kind."""

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A post as terms without compounds; of a long one the first passage. `answers` tells its kind."""

    created: datetime
    answers: bool
    title: Forms
    body: Forms

    @property
    def forms(self) -> Forms:
        """All terms in text order."""
        return self.title + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The post that opens it, and its replies by time."""

    opener: Said
    replies: tuple[Said, ...] = ()

    @property
    def question(self) -> Forms:
        """What somebody would have searched with: the title, or the text where there is none."""
        return self.opener.title or self.opener.body

    @property
    def answers(self) -> tuple[Said, ...]:
        """The posts that answer by their kind; where there is none, the replies of some length."""
        answers = tuple(reply for reply in self.replies if reply.answers)
        return answers or tuple(reply for reply in self.replies if len(reply.forms) >= SHORTEST_REPLY)

    def until(self, moment: datetime) -> "Thread":
        """The same without what was said from a moment on."""
        return Thread(
            opener=self.opener, replies=tuple(reply for reply in self.replies if reply.created < moment)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Threads as they stood at `moment`, and those that were opened from then on and answered."""

    moment: datetime
    earlier: tuple[Thread, ...]
    later: tuple[Thread, ...]


def split(threads: Iterable[Thread]) -> Split | None:
    """Hold the latest `HELD_OUT` of the answered threads out; None where nothing would be left or held out.

    Whatever was said after the moment of the split is left out of the earlier threads too.
    """
    ordered = sorted(threads, key=lambda thread: thread.opener.created)
    answered = [thread for thread in ordered if thread.question and thread.answers]
    first = int(len(answered) * (1 - HELD_OUT))
    if not 0 < first < len(answered):
        return None
    moment = answered[first].opener.created
    return Split(
        moment=moment,
        earlier=tuple(thread.until(moment) for thread in ordered if thread.opener.created < moment),
        later=tuple(answered[first:]),
    )


def pairs_of(threads: Iterable[Thread]) -> dict[str, list[tuple[Forms, Forms]]]:
    """Texts that belong together, by kind.

    `answers`: what was asked and an answer; `bodies`: the question's text and an answer; `replies`: what
    opens a thread and any other reply; `titles`: a title and its text.
    """
    pairs: dict[str, list[tuple[Forms, Forms]]] = {"answers": [], "bodies": [], "replies": [], "titles": []}
    for thread in threads:
        opener, answers = thread.opener, thread.answers
        if opener.title and len(opener.body) >= SHORTEST:
            pairs["titles"].append((opener.title, opener.body))
        for reply in thread.replies:
            if not thread.question or len(reply.forms) < SHORTEST:
                continue
            answering = reply in answers
            pairs["answers" if answering else "replies"].append((thread.question, reply.forms))
            if answering and opener.title and opener.body:
                pairs["bodies"].append((opener.body, reply.forms))
    return pairs


def corpus_of(threads: Sequence[Thread]) -> Corpus:
    """All texts of threads as numbers of forms, and their pairs. Nothing is analysed: terms are at hand."""
    numbers: dict[Forms, int] = {}
    pairs = {
        kind: np.array(
            [[numbers.setdefault(text, len(numbers)) for text in pair] for pair in found], dtype=np.int64
        ).reshape(-1, 2)
        for kind, found in pairs_of(threads).items()
    }
    for said in posts_of(threads):
        if said.forms:
            numbers.setdefault(said.forms, len(numbers))
    forms = sorted({form for text in numbers for form in text})
    known = {form: number for number, form in enumerate(forms)}
    ids = np.array([known[form] for text in numbers for form in text], dtype=np.int32)
    lengths = np.array([len(text) for text in numbers], dtype=np.int64)
    return Corpus(
        forms=tuple(forms),
        counts=np.bincount(ids, minlength=len(forms)).astype(np.int64),
        ids=ids,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        pairs=pairs,
    )


def posts_of(threads: Iterable[Thread]) -> Iterator[Said]:
    """Every post."""
    for thread in threads:
        yield thread.opener
        yield from thread.replies
