"""Routes by which people take part in their own name; each may be sent again and changes nothing then."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from models.dates import Edge
from models.stored import Change
from search_api.http.limits import few_fields
from search_api.identity.access import admitted
from search_api.identity.guarding import GuardedRoute
from search_api.identity.viewers import Participant, Reader, Served
from search_api.participation import deeds
from search_api.participation.drafts import Draft, write_post
from search_api.participation.reaction_kinds import ReactionKind
from search_api.participation.rights import writable_places
from search_api.participation.waiting import waits_apart
from search_api.schemas.participation import ChangeBody, MeBody, PlaceBody, WrittenBody

router = APIRouter(prefix="/me", tags=["taking part"], route_class=GuardedRoute)


class _Deed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReactionBody(_Deed):
    """A reaction to a post; `given` false takes it back."""

    post: str = Field(examples=["slack:C01:1700000000.000100"])
    kind: Annotated[ReactionKind, Field(examples=["thanks"])] = "like"
    given: bool = True


class AcceptanceBody(_Deed):
    """That an answer solved a question; `accepted` false takes it back."""

    question: str = Field(examples=["slack:C01:1700000000.000100"])
    answer: str = Field(examples=["slack:C01:1700000001.000200"])
    accepted: bool = True


class VerificationBody(_Deed):
    """That a curator vouches for a post, until a time or for good; `verified` false takes it back."""

    post: str = Field(examples=["slack:C01:1700000001.000200"])
    verified: bool = True
    until: Edge | None = None


class SuccessionBody(_Deed):
    """That one post supersedes another; `holds` false says that it does not, whatever was found."""

    older: str = Field(examples=["slack:C01:1700000000.000100"])
    newer: str = Field(examples=["slack:C02:1710000000.000100"])
    holds: bool = True


class MergeBody(_Deed):
    """That a thread asks the same as another one, and leads `into` that; null takes it back. Each is given by
    any of its posts.
    """

    thread: str = Field(examples=["slack:C02:1710000000.000100"])
    into: str | None = Field(examples=["slack:C01:1700000000.000100"])


class FollowBody(_Deed):
    """Following a person; `following` false ends it."""

    person: str = Field(examples=["p:kim.minjae"])
    following: bool = True


@router.get("")
def me(reader: Reader, services: Served) -> MeBody:
    """Who asks, what their token allows, and the channels in which they may write."""
    with admitted(services, reader) as viewer:
        places = writable_places(services, viewer)
    return MeBody(
        person=viewer.person,
        role=viewer.role,
        permissions=sorted(viewer.permissions),
        channels=[PlaceBody.model_validate(place) for place in places],
    )


@router.post("/posts", responses={201: {"model": WrittenBody, "description": "The post is new."}})
@waits_apart
def write(
    draft: Annotated[Draft, BeforeValidator(few_fields)],
    participant: Participant,
    services: Served,
    response: Response,
) -> WrittenBody:
    """Post, ask, reply or answer in one's own name. It can be found within a second."""
    change, post = write_post(services, participant, draft)
    if change is Change.CREATED:
        response.status_code = 201
    return WrittenBody.model_validate({"change": change, "post": post})


@router.put("/reactions")
@waits_apart
def react(reaction: ReactionBody, participant: Participant, services: Served) -> ChangeBody:
    """React to a post, or take a reaction back."""
    change = deeds.react(services, participant, reaction.post, reaction.kind, given=reaction.given)
    return ChangeBody(change=change)


@router.put("/acceptances")
@waits_apart
def accept(acceptance: AcceptanceBody, participant: Participant, services: Served) -> ChangeBody:
    """Accept an answer to one's own question, in place of another if there was one, or take it back."""
    change = deeds.accept(
        services, participant, acceptance.question, acceptance.answer, accepted=acceptance.accepted
    )
    return ChangeBody(change=change)


@router.put("/verifications")
@waits_apart
def verify(verification: VerificationBody, participant: Participant, services: Served) -> ChangeBody:
    """Vouch for a post, or take back whatever verifies it: for curators."""
    change = deeds.verify(
        services, participant, verification.post, verified=verification.verified, until=verification.until
    )
    return ChangeBody(change=change)


@router.put("/successions")
@waits_apart
def supersede(succession: SuccessionBody, participant: Participant, services: Served) -> ChangeBody:
    """Say that a post supersedes another one, found or not, or that it does not: for curators."""
    change = deeds.supersede(
        services, participant, succession.older, succession.newer, holds=succession.holds
    )
    return ChangeBody(change=change)


@router.put("/merges")
@waits_apart
def merge(merge: MergeBody, participant: Participant, services: Served) -> ChangeBody:
    """Merge a thread into another one that asks the same, or take that back: for curators."""
    return ChangeBody(change=deeds.merge(services, participant, merge.thread, merge.into))


@router.put("/follows")
@waits_apart
def follow(follow: FollowBody, participant: Participant, services: Served) -> ChangeBody:
    """Follow a person, or end it."""
    change = deeds.follow(services, participant, follow.person, following=follow.following)
    return ChangeBody(change=change)
