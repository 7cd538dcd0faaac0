"""Posts, their authors and what people did with them, as they go out."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from models.records import PostKind
from models.succession import Why
from search_api.schemas.body import Body


class AuthorBody(Body):
    """Who wrote: an account and, if known, its person."""

    account: str = Field(examples=["slack:U07"])
    handle: str = Field(examples=["minjae"])
    name: str = Field(examples=["김민재"])
    bot: bool
    person: str | None = Field(examples=["p:kim.minjae"])
    title: str | None = Field(examples=["책임"])
    company: str | None = Field(examples=["dure-cloud"])
    unit: str | None = Field(examples=["dure-cloud:platform"])
    leader: bool


class SignalsBody(Body):
    """What people did with a post. `reactors` counts reactions by others than its author."""

    reactions: dict[str, int] = Field(examples=[{"like": 7, "+1": 2}])
    reactors: int = Field(examples=[9])
    replies: int = Field(examples=[3])
    accepted: bool
    verified: bool
    views: int


class AttachmentBody(Body):
    """A file or picture of a post; `size` in bytes."""

    name: str
    url: str | None
    media_type: str | None
    size: int | None


class PostBody(Body):
    """A post. `author` is null for anonymous posts and where the source names none."""

    id: str = Field(examples=["slack:C01:1700000000.000100"])
    kind: PostKind
    channel: str = Field(examples=["slack:C01"])
    channel_name: str = Field(examples=["인프라-질문"])
    network: str = Field(examples=["slack"])
    company: str | None
    unit: str | None
    thread: str
    parent: str | None
    title: str | None
    text: str = Field(examples=["연차 이월은 인사 시스템에서 신청합니다."])
    created: datetime
    edited: datetime | None
    anonymous: bool
    author: AuthorBody | None
    tags: list[str]
    links: list[str]
    mentions: list[AuthorBody]
    attachments: list[AttachmentBody]
    url: str | None


Highlights = Annotated[
    list[tuple[int, int]],
    Field(
        description="Half-open ranges of characters (code points) that answer.", examples=[[[0, 2], [4, 6]]]
    ),
]


class SnippetBody(Body):
    """A stretch of plain text, never markup, and what of it answers."""

    text: str = Field(examples=["연차 이월은 인사 시스템에서 신청합니다."])
    highlights: Highlights


class RatedPostBody(Body):
    """A post with what people did with it."""

    post: PostBody
    signals: SignalsBody


class SuccessorBody(Body):
    """A later post that supersedes the post `older`: `elsewhere`, in another thread, it replaces that one; in
    the same thread it puts it right. `title`: its own, or the beginning of its text. `why`: what tells so;
    `confirmed` by a curator.
    """

    older: str = Field(examples=["slack:C01:1700000000.000100"])
    post: str = Field(examples=["slack:C02:1710000000.000100"])
    title: str = Field(examples=["여름 보냉 포장 기준 바꿉니다"])
    created: datetime
    elsewhere: bool
    why: Why
    confirmed: bool


class ThreadTitleBody(Body):
    """A thread, and what opened it: its title, or the beginning of its text."""

    thread: str = Field(examples=["slack:C02:1710000000.000100"])
    title: str = Field(examples=["연차 이월은 어떻게 하나요?"])
    created: datetime


class MergesBody(Body):
    """What of a thread was merged with others: the one `kept` that it leads to in the end, and those `merged`
    into it.
    """

    kept: ThreadTitleBody | None
    merged: list[ThreadTitleBody]


class MemberBody(RatedPostBody):
    """A post of a thread, and what supersedes it."""

    superseded_by: list[SuccessorBody]


class PostInThreadBody(MemberBody):
    """A post, its whole thread by time, and what was merged with that, as far as the viewer may see it."""

    thread: list[MemberBody]
    merges: MergesBody
