"""Routes of things by their id: a post with its thread, a person with their posts."""

from fastapi import APIRouter

from models.errors import NotFound
from search_api.browse.people import knowledge_of
from search_api.browse.threads import thread_of
from search_api.identity.access import admitted
from search_api.identity.viewers import Reader, Served
from search_api.schemas.overviews import PersonOverviewBody
from search_api.schemas.posts import MemberBody, MergesBody, PostInThreadBody

router = APIRouter(tags=["posts and people"])

LATEST_POSTS = 20


@router.get("/posts/{id:path}")
def post(id: str, reader: Reader, services: Served) -> PostInThreadBody:  # noqa: A002 (the word of the API)
    """A post, what people did with it, and the thread that it stands in."""
    with admitted(services, reader) as viewer:
        members = [MemberBody.model_validate(member) for member in thread_of(services, id, viewer.scope)]
        merges = services.store.merges.of(members[0].post.thread, viewer.scope)
    member = next(member for member in members if member.post.id == id)
    return PostInThreadBody(**dict(member), thread=members, merges=MergesBody.model_validate(merges))


@router.get("/people/{id:path}")
def person(id: str, reader: Reader, services: Served) -> PersonOverviewBody:  # noqa: A002
    """A person, what they know, where they worked, and the latest of their posts that the viewer may see."""
    with admitted(services, reader) as viewer:
        profile = services.store.profiles([id], viewer.scope).get(id)
        if profile is None:
            raise NotFound.unseen("person", id)
        known = knowledge_of(services, id, viewer.scope, recent=LATEST_POSTS)
    return PersonOverviewBody.model_validate(
        {
            "person": profile,
            "career": profile.career,
            "topics": known.topics,
            "further": known.further,
            "posts": [rated.post for rated in known.recent],
        }
    )
