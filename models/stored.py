"""What the store gives back: posts to publish, posts to show, their signals, and who people are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from models.scope import Scope

if TYPE_CHECKING:
    # The command line names the roles of tokens before it reads anything.
    from models.language.packing import PackedAnnotation
    from models.records import Attachment


class Change(StrEnum):
    """What writing one record did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OLDER = "older"
    """A newer revision, or a deletion, is already there: nothing was overwritten."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What writing one record did, and the reason and remedy if something about it is odd or it was rejected.

    `problem` names a kind of problem (`unknown_account`, `cyclic_reply` …) that reports count by. A `note` is
    about what was used after all, and may come right by what comes later.
    """

    change: Change
    problem: str | None = None
    detail: str | None = None
    remedy: str | None = None
    note: bool = False


class Missing(NamedTuple):
    """Of what a snapshot covers: how much is in the store, has gone from there, is known from later."""

    held: int
    gone: int
    newer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPost:
    """A post whose content or access the index does not hold yet, with all that indexing it needs.

    `annotation` is there when the present content has been read before. An anonymous post has no `company`
    and `unit`, a deleted one no text: take it out. `revision`, one state, is acknowledged.
    """

    id: str
    revision: int
    deleted: bool
    title: str | None
    text: str
    source_tags: tuple[str, ...]
    labels: tuple[str, ...]
    audience: tuple[str, ...]
    containers: tuple[str, ...]
    thread: str
    channel: str
    network: str
    kind: str
    created: datetime
    company: str | None
    unit: str | None
    annotation: "PackedAnnotation | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote: an account and the person it belongs to now, if known.

    To a guest neither title, company and unit nor leadership is told.
    """

    account: str
    handle: str
    name: str
    bot: bool
    person: str | None
    title: str | None = None
    company: str | None = None
    unit: str | None = None
    unit_name: str | None = None
    leader: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post that its reader may see; `author` is absent if it is anonymous or the source names none.

    An anonymous post has no company and no unit either, and to a guest none has. `channel` is empty, and
    `channel_name` the network's, where the reader sees the post but not its channel. `thread` is the id of
    the first post of its thread that the reader may see, `parent` is absent where they may not see it:
    neither names a hidden post.
    """

    id: str
    revision: int
    kind: str
    channel: str
    channel_name: str
    network: str
    company: str | None
    unit: str | None
    thread: str
    parent: str | None
    title: str | None
    text: str
    created: datetime
    edited: datetime | None
    anonymous: bool
    author: Author | None
    tags: tuple[str, ...]
    links: tuple[str, ...]
    mentions: tuple[Author, ...]
    attachments: "tuple[Attachment, ...]"
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What people did with a post: changes often, is read at ranking, never indexed.

    `reactions` counts by kind. `reactors` is how many people that is: each who is named once, the author left
    out unless anonymous, and as many more as gave the most frequent kind without being named.
    """

    reactions: Mapping[str, int] = field(default_factory=dict)
    reactors: int = 0
    replies: int = 0
    accepted: bool = False
    verified: bool = False
    views: int = 0


NO_SIGNALS = Signals()
"""Of most posts: one for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person as colleagues see them: employments now, accounts, and how many visible posts they wrote.

    `career` is where they worked and work, the latest first. A guest sees those with whom they share a
    channel, by name and by the accounts that they have there.
    """

    id: str
    name: str
    name_en: str | None
    title: str | None
    leader: bool
    left: bool
    companies: tuple[str, ...]
    units: tuple[str, ...]
    accounts: tuple[str, ...]
    posts: int
    followers: int
    career: "tuple[Position, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One place of a person's career: from `since` (None: not known) up to and without `until`."""

    company: str
    unit: str | None
    title: str | None
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel that its reader may see. In an archived one nothing is written any more."""

    id: str
    name: str
    network: str
    kind: str
    company: str | None
    private: bool
    archived: bool
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLink:
    """That an account belongs to a person by hand, and since when."""

    account: str
    person: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """That `answer` solved `question`, and since when, if the source says."""

    question: str
    answer: str
    accepted: datetime | None


class TokenRole(StrEnum):
    """Whom an API token is for. A connector brings in what other networks hold, and reads nothing."""

    EMPLOYEE = "employee"
    CURATOR = "curator"
    ADMIN = "admin"
    AUDITOR = "auditor"
    CONNECTOR = "connector"


class Permission(StrEnum):
    """What a token may allow.

    `participate` lets a person write, react, accept and follow in their own name. `write` and `import` let
    their holder write in anybody's name: they are for connectors.
    """

    READ = "read"
    PARTICIPATE = "participate"
    WRITE = "write"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks: a person (or a service without one), what their token allows, and what they may read now."""

    person: str | None
    role: TokenRole
    permissions: frozenset[Permission]
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A post to be taken out of the index as of a revision: for good, or to be put back as it is now."""

    post: str
    revision: int
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A post that the index does not take as it is at a revision, and why."""

    post: str
    revision: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """Counts for `dure status` and `/health`. A `refused` post is not `pending`: it is not tried as it is."""

    posts: int
    deleted: int
    pending: int
    refused: int
    people: int
    accounts: int
    channels: int
    companies: int
    revision: int
