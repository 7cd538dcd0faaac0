"""Threads that ask the same as others, and were merged into them: by what they are called."""

from datetime import datetime
from typing import NamedTuple


class ThreadTitle(NamedTuple):
    """A visible thread, by what opened it: the title of that, or the beginning of its text."""

    thread: str
    title: str
    created: datetime


class Merges(NamedTuple):
    """What of a thread was merged with others: the one that it leads to in the end, if any, and those that
    lead to it, the earliest first.
    """

    kept: ThreadTitle | None
    merged: tuple[ThreadTitle, ...]
