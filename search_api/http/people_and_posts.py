"""Routes of things by their id: a post with its thread, a person with their posts."""

from fastapi import APIRouter

from models.errors import NotFound
from models.scope import Scope
from search_api.candidates import NO_SIGNALS
from search_api.http.schemas import MemberBody, PersonBody, PersonWithPostsBody, PostBody, PostInThreadBody
from search_api.http.viewers import Reader, Served
from search_api.services import Services

router = APIRouter(tags=["posts and people"])

NOT_FOUND_REMEDY = "Check the id; it may also be something that you may not see."


@router.get("/posts/{id:path}")
def post(id: str, viewer: Reader, services: Served) -> PostInThreadBody:  # noqa: A002 (the word of the API)
    """A post, what people did with it, and the thread that it stands in."""
    members = thread_of(services, id, viewer.scope)
    member = next(member for member in members if member.post.id == id)
    return PostInThreadBody(post=member.post, signals=member.signals, thread=members)


@router.get("/people/{id:path}")
def person(id: str, viewer: Reader, services: Served) -> PersonWithPostsBody:  # noqa: A002
    """A person, and the latest of their posts that the viewer may see."""
    profile = services.store.profiles([id], viewer.scope).get(id)
    if profile is None:
        raise NotFound(f"There is no person '{id}'.", remedy=NOT_FOUND_REMEDY)
    posts = services.store.posts_by(id, viewer.scope)
    return PersonWithPostsBody(
        person=PersonBody.model_validate(profile), posts=[PostBody.model_validate(post) for post in posts]
    )


def thread_of(services: Services, id_: str, scope: Scope) -> list[MemberBody]:
    """The visible posts of the thread in which a post stands, by time; raises `NotFound`."""
    found = services.store.posts([id_], scope).get(id_)
    if found is None:
        raise NotFound(f"There is no post '{id_}'.", remedy=NOT_FOUND_REMEDY)
    posts = services.store.thread(found.thread, scope)
    if all(post.id != id_ for post in posts):  # beyond the end of a very long thread
        posts = [*posts, found]
    signals = services.store.signals([post.id for post in posts], scope)
    return [
        MemberBody.model_validate({"post": post, "signals": signals.get(post.id, NO_SIGNALS)})
        for post in posts
    ]
