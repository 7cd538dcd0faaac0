"""Reads the threads of a store as an encoder is adapted to them, from the terms kept with the posts."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from models.language.packing import unpack
from models.language.terms import IsWord, simple_forms
from models.language.training.threads import Said, Thread
from models.records import PostKind
from models.scope import EVERYONE
from models.store import Store
from models.stored import PendingPost
from pipelines.progress import Advance, quiet

PAGE = 1_000
MOST_THREADS = 50_000
"""The latest threads are read to the end: more would take longer than some minutes, and say little new."""
OF_A_COMPANY = "company:"
"""Begins the audience tokens that all of a company hold."""


def read_threads(
    store: Store,
    analyzer: str,
    advance: Advance = quiet,
    *,
    is_word: IsWord | None = None,
    private: bool = False,
) -> list[Thread]:
    """The threads whose posts were read by an analyser of this revision; `advance` is told of posts.

    `is_word` tells which compounds the encoder takes for words, as `simple_forms` asks.
    Without `private` only of posts that everyone or all of a company may read. Nothing tells who wrote.
    """
    openers: dict[str, Said] = {}
    replies: dict[str, list[Said]] = defaultdict(list)
    for post in _posts(store, advance):
        if post.annotation is None or post.annotation.analyzer != analyzer or post.deleted:
            continue
        if not private and not _is_open(post):
            continue
        if post.id == post.thread:
            openers[post.thread] = _said(post, is_word)
        else:
            replies[post.thread].append(_said(post, is_word))
    latest = sorted(openers, key=lambda thread: (openers[thread].created, thread), reverse=True)
    return [
        Thread(
            opener=openers[thread],
            replies=tuple(sorted(replies[thread], key=lambda said: (said.created, said.forms))),
        )
        for thread in islice(latest, MOST_THREADS)
    ]


def _posts(store: Store, advance: Advance) -> Iterator[PendingPost]:
    reached = 0
    while page := store.replay(reached, PAGE):
        yield from page
        reached = page[-1].revision
        advance(len(page))


def _is_open(post: PendingPost) -> bool:
    return any(token == EVERYONE or token.startswith(OF_A_COMPANY) for token in post.audience)


def _said(post: PendingPost, is_word: IsWord | None) -> Said:
    assert post.annotation is not None
    # Of a long post the first passage: it says what the post is about, as far as a sentence encoder goes.
    passage = unpack(post.annotation).passages[0]
    title = int((passage.spans[:, 0] < len(post.title or "")).sum())
    return Said(
        created=post.created,
        answers=post.kind == PostKind.ANSWER,
        title=_shared(passage.forms[:title], is_word),
        body=_shared(passage.text_forms[title:], is_word),
    )


def _shared(forms: Sequence[str], is_word: IsWord | None) -> tuple[str, ...]:
    # A word is in memory once, however many posts say it.
    return tuple([sys.intern(form) for form in simple_forms(forms, is_word)])
