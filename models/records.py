"""The records that sources yield, the API accepts and the store keeps.

Every record is frozen, slotted and keyword-only, and carries its own `type`, so that a JSON line, an HTTP
body and a Python object are the same thing. Ids are strings chosen by the source and unique within the group:
`network:native-id` by custom. Times are aware and in UTC. Records may arrive twice, late and in any order;
`as_of`, the time at which a source found it so, orders what has none of its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import ConfigDict, Field, with_config

from models.dates import Day, Edge, Moment

Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S+$")]
Name = Annotated[str, Field(min_length=1, max_length=500)]
ReactionName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S+$")]  # no text of its own
Token = Annotated[str, Field(max_length=220, pattern=r"^(everyone|(company|channel|person):\S+)$")]

Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], Field(fail_fast=True)]
"""Any number. The first wrong one alone is told: a million faults take a thousand times their memory."""

_strict = with_config(ConfigDict(extra="forbid"))


class PostKind(StrEnum):
    """What a post is to its reader."""

    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"
    QUESTION = "question"
    ANSWER = "answer"
    IDEA = "idea"
    BLOG = "blog"
    DOCUMENT = "document"


class ChannelKind(StrEnum):
    """What a channel is: who finds posts there, and how they are laid out."""

    GROUP = "group"
    BOARD = "board"
    TIMELINE = "timeline"
    BLOG = "blog"
    KMS = "kms"
    DIRECT = "direct"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An affiliate of the group."""

    id: Id
    name: Name
    name_en: Name | None = None
    type: Literal["company"] = "company"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department or team of a company."""

    id: Id
    company: Id
    name: Name
    name_en: Name | None = None
    parent: Id | None = None
    type: Literal["unit"] = "unit"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human being. A guest sees only the channels that they are a member of.

    Who has `left` sees nothing, and is not named as an expert; ended employments say the same.
    """

    id: Id
    name: Name
    name_en: Name | None = None
    title: Name | None = None
    leader: bool = False
    guest: bool = False
    left: bool = False
    as_of: Moment | None = None
    type: Literal["person"] = "person"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """A person's place in a company from `since` up to and without `until`; several may hold at a time."""

    person: Id
    company: Id
    unit: Id | None = None
    title: Name | None = None
    since: Day | None = None
    until: Day | None = None
    type: Literal["employment"] = "employment"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One network's user. Its person is resolved at read; any other goes before one only `presumed`."""

    id: Id
    network: Id
    handle: Name
    name: Name | None = None
    person: Id | None = None
    presumed: bool = False
    bot: bool = False
    as_of: Moment | None = None
    type: Literal["account"] = "account"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A group, board, timeline or conversation.

    Posts of a private or direct channel are for its members alone; those of a channel with a `company` also
    for that company, all others also for everyone.
    """

    id: Id
    network: Id
    name: Name
    kind: ChannelKind = ChannelKind.GROUP
    company: Id | None = None
    private: bool = False
    archived: bool = False
    description: str | None = None
    as_of: Moment | None = None
    type: Literal["channel"] = "channel"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An account's membership of a channel from `since` up to and without `until`."""

    channel: Id
    account: Id
    since: Edge | None = None
    until: Edge | None = None
    as_of: Moment | None = None
    type: Literal["membership"] = "membership"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A container (`company:…`, `channel:…`, `thread:…`) closed to one person, or to all, for a time."""

    container: Annotated[str, Field(pattern=r"^(company|channel|thread):\S+$")]
    person: Id | None = None
    since: Edge | None = None
    until: Edge | None = None
    reason: str | None = None
    type: Literal["denial"] = "denial"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """One account follows another from `since` until `until`."""

    follower: Id
    followed: Id
    since: Edge | None = None
    until: Edge | None = None
    type: Literal["follow"] = "follow"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file or picture that belongs to a post; `size` in bytes."""

    name: Name
    url: str | None = None
    media_type: str | None = None
    size: int | None = None


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One piece of talk: post, comment, reply, question, answer, idea, blog entry or KMS document.

    `parent` is the post it replies to, which may arrive later. `source_revision` orders versions of the same
    post; without it the time of the edit does. `tags` are those that the source itself gives. `audience`
    overrides what the channel implies. An anonymous post keeps its account for its owner alone: it is never
    attributed and never counted for experts.
    """

    id: Id
    channel: Id
    account: Id | None = None
    text: str
    created: Moment
    kind: PostKind = PostKind.POST
    title: str | None = None
    parent: Id | None = None
    edited: Moment | None = None
    source_revision: int | None = None
    tags: Several[Name] = ()
    mentions: Several[Id] = ()
    links: Several[str] = ()
    attachments: Several[Attachment] = ()
    audience: Several[Token] | None = None
    anonymous: bool = False
    url: str | None = None
    as_of: Moment | None = None
    type: Literal["post"] = "post"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An account's reaction to a post, or `count` reactions whose givers the source does not name.

    `kind` is an emoji or its short name. A later record with the same post, kind and account replaces the
    earlier one; `count` 0 takes it back.
    """

    post: Id
    kind: ReactionName = "like"
    account: Id | None = None
    count: Annotated[int, Field(ge=0)] = 1
    created: Moment | None = None
    as_of: Moment | None = None
    type: Literal["reaction"] = "reaction"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The asker (or a curator) says that `answer` solved `question`; `accepted` false takes it back."""

    question: Id
    answer: Id
    account: Id | None = None
    accepted: bool = True
    created: Moment | None = None
    type: Literal["acceptance"] = "acceptance"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A curator vouches for a post until `until`; `verified` false takes it back."""

    post: Id
    person: Id
    verified: bool = True
    until: Edge | None = None
    created: Moment | None = None
    type: Literal["verification"] = "verification"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """How often a post was viewed in all, by the source's count."""

    post: Id
    count: Annotated[int, Field(ge=0)]
    type: Literal["views"] = "views"


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A post was deleted at its source: a tombstone stays, so that a later import does not raise it again."""

    post: Id
    deleted: Edge | None = None
    source_revision: int | None = None
    type: Literal["deletion"] = "deletion"


Record = (
    Company | Unit | Person | Employment | Account | Channel | Membership | Denial | Follow
    | Post | Reaction | Acceptance | Verification | Views | Deletion
)  # fmt: skip
