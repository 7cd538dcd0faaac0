"""Who takes part where, and what their deeds did, as it goes out."""

from pydantic import Field

from models.records import ChannelKind
from models.stored import Change, Permission, TokenRole
from search_api.schemas.body import Body
from search_api.schemas.posts import PostBody


class PlaceBody(Body):
    """A channel that the viewer may see."""

    id: str = Field(examples=["slack:C01"])
    name: str = Field(examples=["인프라-질문"])
    network: str = Field(examples=["slack"])
    kind: ChannelKind
    company: str | None
    private: bool
    archived: bool
    description: str | None


class MeBody(Body):
    """Who asks, what they may do, and the channels in which they may write."""

    person: str | None = Field(examples=["p:kim.minjae"])
    role: TokenRole
    permissions: list[Permission]
    channels: list[PlaceBody]


class ChangeBody(Body):
    """What a deed did: `unchanged` if it was done already."""

    change: Change


class WrittenBody(ChangeBody):
    """What a draft became."""

    post: PostBody
