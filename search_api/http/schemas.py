"""The JSON that goes out: read from our records by attribute, with the examples that OpenAPI shows."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.records import ChannelKind, PostKind
from models.stored import Change, Permission, TokenRole
from search_api.votes import Reason

Highlights = Annotated[
    list[tuple[int, int]],
    Field(
        description="Half-open ranges of characters (code points) that answer.", examples=[[[0, 2], [4, 6]]]
    ),
]


class _Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AuthorBody(_Body):
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


class SignalsBody(_Body):
    """What people did with a post. `reactors` counts reactions by others than its author."""

    reactions: dict[str, int] = Field(examples=[{"like": 7, "+1": 2}])
    reactors: int = Field(examples=[9])
    replies: int = Field(examples=[3])
    accepted: bool
    verified: bool
    views: int


class AttachmentBody(_Body):
    """A file or picture of a post; `size` in bytes."""

    name: str
    url: str | None
    media_type: str | None
    size: int | None


class PostBody(_Body):
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
    attachments: list[AttachmentBody]
    url: str | None


class SnippetBody(_Body):
    """A stretch of plain text, never markup, and what of it answers."""

    text: str = Field(examples=["연차 이월은 인사 시스템에서 신청합니다."])
    highlights: Highlights


class AcceptedAnswerBody(_Body):
    """The accepted answer of a thread."""

    post: PostBody
    signals: SignalsBody
    snippet: SnippetBody


class HitBody(_Body):
    """A thread that answers, led by its best post. `answer`: its accepted answer, if that is another post."""

    post: PostBody
    signals: SignalsBody
    title: SnippetBody | None
    snippet: SnippetBody
    more_in_thread: int
    answer: AcceptedAnswerBody | None


class FacetValueBody(_Body):
    """A value of a facet, its name for people, and how many visible posts match and carry it."""

    value: str = Field(examples=["slack:C01"])
    name: str = Field(examples=["인프라-질문"])
    posts: int


class SearchBody(_Body):
    """Threads, the best first. `posts` and `facets` count the visible posts that match by words."""

    hits: list[HitBody]
    posts: int
    facets: dict[str, list[FacetValueBody]]
    cursor: str | None = Field(description="Ask again with it for the next page; null on the last.")


class PersonBody(_Body):
    """A person as colleagues see them; `posts` counts what this viewer may see."""

    id: str = Field(examples=["p:kim.minjae"])
    name: str = Field(examples=["김민재"])
    name_en: str | None
    title: str | None
    leader: bool
    left: bool
    companies: list[str]
    units: list[str]
    accounts: list[str]
    posts: int
    followers: int


class EvidenceBody(_Body):
    """A post that speaks for its author, and why."""

    post: PostBody
    signals: SignalsBody
    snippet: SnippetBody
    why: list[Reason]


class ExpertBody(_Body):
    """Someone who knows. `person` is null for an account that belongs to nobody known."""

    rank: int
    author: AuthorBody
    person: PersonBody | None
    evidence: list[EvidenceBody]


class ExpertsBody(_Body):
    """People, the best first; nobody where the evidence is thin."""

    experts: list[ExpertBody]


class SuggestionBody(_Body):
    """A completion, and how many visible posts carry it."""

    value: str = Field(examples=["연차 이월"])
    posts: int


class SuggestionsBody(_Body):
    """Completions of a prefix, the most frequent first."""

    suggestions: list[SuggestionBody]


class MemberBody(_Body):
    """A post of a thread."""

    post: PostBody
    signals: SignalsBody


class PostInThreadBody(MemberBody):
    """A post and its whole thread by time, as far as the viewer may see it."""

    thread: list[MemberBody]


class PlaceBody(_Body):
    """A channel that the viewer may see."""

    id: str = Field(examples=["slack:C01"])
    name: str = Field(examples=["인프라-질문"])
    network: str = Field(examples=["slack"])
    kind: ChannelKind
    company: str | None
    private: bool
    archived: bool
    description: str | None


class MeBody(_Body):
    """Who asks, what they may do, and the channels in which they may write."""

    person: str | None = Field(examples=["p:kim.minjae"])
    role: TokenRole
    permissions: list[Permission]
    channels: list[PlaceBody]


class ChangeBody(_Body):
    """What a deed did: `unchanged` if it was done already."""

    change: Change


class WrittenBody(ChangeBody):
    """What a draft became."""

    post: PostBody


class OutcomeBody(_Body):
    """What writing a record did. Writing it again changes nothing."""

    change: Change
    problem: str | None = Field(examples=["unknown_account"])
    detail: str | None
    remedy: str | None


class LineProblemBody(_Body):
    """Something odd about a line; a `note` is for information only."""

    kind: str = Field(examples=["invalid_json"])
    message: str
    remedy: str
    note: bool


class LineBody(_Body):
    """What became of one line of an import: `change` is null where no record could be read from it."""

    line: int
    change: Change | None
    problems: list[LineProblemBody]


class HealthBody(_Body):
    """Whether questions can be answered, and how much waits to be published."""

    status: Literal["ok"]
    engine: str = Field(examples=["embedded"])
    generation: str
    pending: int
    vector_lane: str = Field(examples=["No vector lane: no encoder is set."])
    demo: bool
