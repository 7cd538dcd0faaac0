"""Overviews as they go out: a topic, a person, and what there is when nothing was asked."""

from datetime import date, datetime

from pydantic import Field

from search_api.schemas.body import Body
from search_api.schemas.experts import ExpertBody, PersonBody
from search_api.schemas.participation import PlaceBody
from search_api.schemas.posts import PostBody, RatedPostBody


class TopicBody(Body):
    """A topic by its key, its names, and how many visible posts carry it among those that were counted."""

    key: str = Field(examples=["연차"])
    name: str = Field(examples=["연차"])
    name_en: str = Field(examples=["annual leave"])
    posts: int


class CountBody(Body):
    """An id and how many visible posts carry it."""

    value: str = Field(examples=["slack:C01"])
    posts: int


class TopicOverviewBody(Body):
    """All that the viewer may know of a topic; `introduction` is the document on it that is worth most."""

    topic: TopicBody
    also: list[str] = Field(description="Its other names.")
    since: datetime
    until: datetime
    introduction: RatedPostBody | None
    answers: list[RatedPostBody]
    experts: list[ExpertBody]
    recent: list[RatedPostBody]
    related: list[TopicBody]
    channels: list[CountBody]
    companies: list[CountBody]


class ChannelOverviewBody(Body):
    """All that the viewer may know of a channel; `posts` counts those that they may see."""

    channel: PlaceBody
    company: str | None = Field(description="The name of the company whose channel it is.")
    posts: int
    topics: list[TopicBody]
    recent: list[RatedPostBody]


class SolvedBody(Body):
    """A question and the answer that solved it."""

    question: RatedPostBody
    answer: RatedPostBody


class LatestBody(Body):
    """What a viewer finds before asking."""

    unanswered: list[RatedPostBody]
    solved: list[SolvedBody]
    recent: list[RatedPostBody]
    trending: list[TopicBody]


class PositionBody(Body):
    """A place of a career, up to and without `until`; `since` is null where it is not known."""

    company: str
    unit: str | None
    title: str | None
    since: date | None
    until: date | None


class KnownTopicBody(Body):
    """A topic that someone knows, with the posts that prove it."""

    topic: TopicBody
    evidence: list[RatedPostBody]


class PersonOverviewBody(Body):
    """A person, what they know, where they worked, and what they wrote last under their name."""

    person: PersonBody
    career: list[PositionBody]
    topics: list[KnownTopicBody]
    further: list[TopicBody] = Field(description="Topics known by the same posts.")
    posts: list[PostBody]
