"""The pages of things by their id: a thread, a person, a topic, a channel."""

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from indexer.engine import Bucket
from models.errors import NotFound
from models.language.annotation import Tag
from models.moments import now
from models.scope import Scope
from models.stored import StoredPost, Viewer
from search_api.browse.channels import channel_overview
from search_api.browse.people import knowledge_of
from search_api.browse.threads import Member, as_tree, thread_of
from search_api.browse.topics import NAMED_KINDS, Topic, named_topics, topic_overview
from search_api.identity.access import admitted
from search_api.identity.viewers import Reader, Served
from search_api.pages.asking import chips_of
from search_api.pages.frame import PageRoute, reader_of, render
from search_api.participation.rights import is_solvable, may_accept, may_participate, may_verify
from search_api.search.similar import SimilarThread, similar_threads
from search_api.services import Services

RECENT_POSTS = 10
SIMILAR = 4
SIMILAR_CHARACTERS = 200
"""What is asked for similar threads: a title, or as much of the beginning of a post."""
SIMILAR_TOPICS = 3
THREAD_TOPICS = 8

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class Own(NamedTuple):
    """What the viewer did, and may do, with the posts of a page."""

    reactions: frozenset[tuple[str, str]]
    accepts: bool
    writes: bool
    verifies: bool


@router.get("/thread/{id:path}", response_class=HTMLResponse)
def thread_page(id: str, request: Request, reader: Reader, services: Served) -> HTMLResponse:  # noqa: A002
    """A whole thread, as far as the viewer may see it."""
    with admitted(services, reader) as viewer:
        members = as_tree(thread_of(services, id, viewer.scope))
        posts = [member.post for member in members]
        place = services.store.participation.place(posts[0].channel, viewer.scope)
        topics = _thread_topics(services, members)
        shown: dict[str, Any] = {
            "members": members,
            "shown": id,
            "place": place,
            "own": own_of(services, viewer, members, archived=place is None or place.archived),
            "topics": topics,
            "similar": _similar(services, members[0].post, topics, viewer.scope),
            "merges": services.store.merges.of(posts[0].thread, viewer.scope),
        }
        return render(request, "thread.html", services=services, viewer=viewer, **shown)


@router.get("/person/{id:path}", response_class=HTMLResponse)
def person_page(id: str, request: Request, reader: Reader, services: Served) -> HTMLResponse:  # noqa: A002
    """A person: who they are, what they know and what proves it, where they worked, what they wrote last."""
    with admitted(services, reader) as viewer:
        profile = services.store.profiles([id], viewer.scope).get(id)
        if profile is None:
            raise NotFound.unseen("person", id)
        known = knowledge_of(services, id, viewer.scope, recent=RECENT_POSTS)
        companies = {*profile.companies, *(station.company for station in profile.career)}
        units = {*profile.units, *(station.unit for station in profile.career if station.unit)}
        names = services.store.names({"company": companies, "unit": units, **reader_of(viewer)}, viewer.scope)
        follows = viewer.person is not None and bool(
            services.store.participation.follows(viewer.person, id, now())
        )
        shown: dict[str, Any] = {
            "person": profile,
            "known": known,
            "follows": follows,
            "company_names": names["company"],
            "unit_names": names["unit"],
            "topics": chips_of(services, known.carried),
        }
        return render(request, "person.html", services=services, viewer=viewer, **shown)


@router.get("/topic/{key:path}", response_class=HTMLResponse)
def topic_page(key: str, request: Request, reader: Reader, services: Served) -> HTMLResponse:
    """A topic: what it is, its best answers, who knows it, what is new and what is close to it."""
    with admitted(services, reader) as viewer:
        found = topic_overview(services, key, viewer.scope)
        names = services.store.names(
            {
                "channel": [bucket.value for bucket in found.channels],
                "company": [bucket.value for bucket in found.companies],
                **reader_of(viewer),
            },
            viewer.scope,
        )
        shown: dict[str, Any] = {
            "topic": found,
            "channel_names": names["channel"],
            "company_names": names["company"],
        }
        return render(request, "topic.html", services=services, viewer=viewer, **shown)


@router.get("/channel/{id:path}", response_class=HTMLResponse)
def channel_page(id: str, request: Request, reader: Reader, services: Served) -> HTMLResponse:  # noqa: A002
    """A channel: what it is for, what is talked about in it, and what was posted last."""
    with admitted(services, reader) as viewer:
        found = channel_overview(services, id, viewer.scope)
        shown: dict[str, Any] = {
            "overview": found,
        }
        return render(request, "channel.html", services=services, viewer=viewer, **shown)


def own_of(services: Services, viewer: Viewer, members: list[Member], *, archived: bool) -> Own:
    """What the viewer did and may do with the posts of a thread."""
    verifies = may_verify(viewer)
    if viewer.person is None or archived or not may_participate(viewer):
        return Own(frozenset(), accepts=False, writes=False, verifies=verifies)
    opening = members[0].post
    own = services.store.participation.own(viewer.person, [member.post.id for member in members])
    accepts = is_solvable(opening) and may_accept(viewer, asked=opening.id in own.written)
    return Own(
        frozenset((post, kind) for post, kind, _ in own.reactions),
        accepts=accepts,
        writes=True,
        verifies=verifies,
    )


def _thread_topics(services: Services, members: list[Member]) -> list[Topic]:
    """What a thread is about: the topics of its posts, added up."""
    tags = {member.post.id: member.topics for member in members}
    weights: dict[str, float] = {}
    for tag in _subjects(tags):
        weights[tag.key] = weights.get(tag.key, 0.0) + tag.weight
    best = sorted(weights, key=lambda key: (-weights[key], key))[:THREAD_TOPICS]
    return named_topics(services, [Bucket(key, 0) for key in best], tags)


def _subjects(tags: dict[str, tuple[Tag, ...]]) -> list[Tag]:
    return [tag for found in tags.values() for tag in found if tag.kind in NAMED_KINDS]


def _similar(
    services: Services, opening: StoredPost, topics: list[Topic], scope: Scope
) -> list[SimilarThread]:
    """Other threads that answer what opened this one; its topics say what of the words matters."""
    words = opening.title or opening.text[:SIMILAR_CHARACTERS]
    asked = " ".join([*(topic.name for topic in topics[:SIMILAR_TOPICS]), words])
    if not asked.strip():
        return []
    return similar_threads(services, asked, scope, limit=SIMILAR, beside=opening.thread)
