"""What a source is complete for: all that there was at a time, so that what is missing has gone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, with_config

from models.dates import Edge, Moment
from models.records import Id, Reaction, Record, Several


class SnapshotKind(StrEnum):
    """What a snapshot is complete for."""

    ACCOUNTS = "accounts"
    CHANNELS = "channels"
    MEMBERS = "members"
    POSTS = "posts"
    REACTIONS = "reactions"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The ids of all accounts or open channels of a network, or of all members or posts of a channel.

    What is in the store and not among them has gone: an account is a member of nothing, and who was presumed
    behind it has left; a channel is for its members alone, a membership has ended, a post was deleted. Posts
    are those created from `since` up to and without `until`. Where `certain` is false nobody can know, so
    that nothing is closed, and what is missing is only told. Of the posts among the ids, `reactions` may be
    all that there are, of a span as posts are: the others were taken back.
    """

    container: Annotated[str, Field(pattern=r"^(network|channel):\S+$")]
    of: SnapshotKind
    as_of: Moment
    ids: Several[Id]
    since: Edge | None = None
    until: Edge | None = None
    certain: bool = True
    reactions: Several[Reaction] = ()
    type: Literal["snapshot"] = "snapshot"

    def __post_init__(self) -> None:
        of_network = self.of in (SnapshotKind.ACCOUNTS, SnapshotKind.CHANNELS)
        if of_network != self.container.startswith("network:"):
            raise ValueError(
                "accounts and channels are those of a `network:…`, members and posts those of a `channel:…`"
            )
        if (self.since or self.until) and self.of not in (SnapshotKind.POSTS, SnapshotKind.REACTIONS):
            raise ValueError("only posts and their reactions are of a span")
        if self.reactions and self.of is not SnapshotKind.REACTIONS:
            raise ValueError("only a snapshot of reactions has reactions")


Line = Record | Snapshot
"""All that a source may yield."""

line_adapter: TypeAdapter[Line] = TypeAdapter(
    Annotated[Line, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)
"""Reads any record or snapshot from JSON or a mapping, told apart by `type`; raises `ValidationError`.

It is made ready when first used: who only searches never does.
"""
