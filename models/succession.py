"""Which post was put right, replaced or revoked by which: what is read of posts for it, and what is found."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Writing(NamedTuple):
    """A post as who looks for successors reads it; `author` and `name` are None of an anonymous one."""

    id: str
    thread: str
    parent: str | None
    channel: str
    author: str | None
    name: str | None
    kind: str
    title: str | None
    text: str
    created: datetime
    url: str | None
    links: tuple[str, ...]

    @property
    def at(self) -> tuple[datetime, str]:
        """Its place in time, of equals by id: what is later may supersede: no circle comes about."""
        return self.created, self.id

    @property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}" if self.title else self.text


class Why(StrEnum):
    """What tells that a post supersedes another one.

    `link`, `quote` and `version` name it, `subject` is of the same author or place, about the same; `comment`
    says it of what it answers, `denial` of another reply, `admission` is by who was wrong; `stated`
    is by a curator.
    """

    LINK = "link"
    QUOTE = "quote"
    VERSION = "version"
    SUBJECT = "subject"
    COMMENT = "comment"
    DENIAL = "denial"
    ADMISSION = "admission"
    STATED = "stated"


class Standing(StrEnum):
    """How it stands with a succession: as found, or as a curator has decided."""

    TELLING = "telling"
    FOUND = "found"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Successor(NamedTuple):
    """A visible post that supersedes another one, `older`: its title, or the beginning of its text. The root
    of its `thread` may be hidden.

    `elsewhere`: it stands in another thread, and replaces the older one; in the same it puts it right.
    `confirmed` by a curator.
    """

    older: str
    post: str
    thread: str
    title: str
    created: datetime
    elsewhere: bool
    why: Why
    confirmed: bool


class Sought(NamedTuple):
    """What a post says of another: addresses and ids, a version, the begin and end of a day; whether it may
    be by the same author or of the same place (`own`).
    """

    own: bool
    addresses: tuple[str, ...]
    version: str | None
    day: tuple[datetime, datetime] | None


class Found(NamedTuple):
    """That `newer` supersedes `older`, as `told_by` says."""

    older: str
    newer: str
    told_by: str
    why: Why
