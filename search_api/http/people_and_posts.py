"""Routes of things by their id: a post with its thread, a person with their posts."""

from fastapi import APIRouter

from models.errors import NotFound
from search_api.http.overview_schemas import PersonOverviewBody
from search_api.http.schemas import MemberBody, PostInThreadBody
from search_api.http.viewers import Reader, Served
from search_api.knowledge import knowledge_of
from search_api.threads import thread_of

router = APIRouter(tags=["posts and people"])

LATEST_POSTS = 20

NOT_FOUND_REMEDY = "Check the id; it may also be something that you may not see."


@router.get("/posts/{id:path}")
def post(id: str, viewer: Reader, services: Served) -> PostInThreadBody:  # noqa: A002 (the word of the API)
    """A post, what people did with it, and the thread that it stands in."""
    members = [MemberBody.model_validate(member) for member in thread_of(services, id, viewer.scope)]
    member = next(member for member in members if member.post.id == id)
    return PostInThreadBody(post=member.post, signals=member.signals, thread=members)


@router.get("/people/{id:path}")
def person(id: str, viewer: Reader, services: Served) -> PersonOverviewBody:  # noqa: A002
    """A person, what they know, where they worked, and the latest of their posts that the viewer may see."""
    profile = services.store.profiles([id], viewer.scope).get(id)
    if profile is None:
        raise NotFound(f"There is no person '{id}'.", remedy=NOT_FOUND_REMEDY)
    known = knowledge_of(services, id, viewer.scope, recent=LATEST_POSTS)
    return PersonOverviewBody.model_validate(
        {
            "person": profile,
            "career": services.store.browsing.career(id, viewer.scope),
            "topics": known.topics,
            "further": known.further,
            "posts": [rated.post for rated in known.recent],
        }
    )
