"""The forms by which people take part: they do what the API does, for the same people, by the same code."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import UUID4, AfterValidator, BaseModel, ConfigDict, Field

from models.errors import KeyTaken
from models.records import ChannelKind, PostKind
from models.stored import Place, Viewer
from search_api.browse.threads import thread_of
from search_api.identity.access import Credentials, admitted
from search_api.identity.sessions import require_meant
from search_api.identity.viewers import Reader, Served
from search_api.pages.catalogue import Words
from search_api.pages.frame import PageRoute, fragment, language_of, render
from search_api.pages.reading import own_of
from search_api.pages.rendering import linked_post, person_link, thread_link
from search_api.participation import deeds
from search_api.participation.drafts import LONGEST_TEXT, Draft, write_post
from search_api.participation.reaction_kinds import ReactionKind
from search_api.participation.rights import writable_places
from search_api.participation.waiting import waits_apart
from search_api.services import Services

SEE_OTHER = 303
COMPOSED_KINDS = (PostKind.QUESTION, PostKind.POST, PostKind.IDEA)
UNCOMPOSED_CHANNELS = frozenset({ChannelKind.KMS})
"""An old KMS is read, not begun anew; its documents can be commented on."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    csrf: str = ""


class PostForm(_Form):
    """A new post, or a reply to `parent`."""

    key: UUID4
    text: str = Field("", max_length=LONGEST_TEXT)
    channel: str = ""
    parent: str = ""
    kind: PostKind | None = None
    title: str = Field("", max_length=500)
    anonymous: bool = False


class ReactionForm(_Form):
    """A reaction to a post, given or taken back."""

    post: str
    kind: ReactionKind
    given: bool


class AcceptanceForm(_Form):
    """An answer accepted, or no longer."""

    question: str
    answer: str
    accepted: bool


class VerificationForm(_Form):
    """A post vouched for, or no longer."""

    post: str
    verified: bool


class SuccessionForm(_Form):
    """One post supersedes another, or does not; the newer one may be given by the address of its page."""

    older: str
    newer: Annotated[str, AfterValidator(linked_post)]
    holds: bool


class MergeForm(_Form):
    """One thread merged into another, or into none; that one may be given by the address of its page."""

    thread: str
    into: Annotated[str, AfterValidator(linked_post)] = ""
    merged: bool


class FollowForm(_Form):
    """A person followed, or no longer."""

    person: str
    following: bool


@router.get("/compose", response_class=HTMLResponse)
def compose_page(
    request: Request,
    reader: Reader,
    services: Served,
    kind: PostKind = PostKind.QUESTION,
    channel: str = "",
    title: str = "",
) -> HTMLResponse:
    """An empty form for a new post."""
    with admitted(services, reader) as viewer:
        if not channel and viewer.person:
            # Where one wrote last one mostly writes again.
            last = services.store.posts_by(viewer.person, viewer.scope, limit=1)
            channel = last[0].channel if last else ""
        form = PostForm(key=uuid4(), text="", kind=kind, channel=channel, title=title[:500])
        return _composer(request, viewer, services, form)


@router.post("/compose")
@waits_apart
def compose(
    form: Annotated[PostForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """Post what the form says, and show it; what cannot be posted comes back with what was written."""
    require_meant(request, form.csrf)
    words = Words(language_of(request))
    if not form.text or not (form.channel or form.parent):
        problem = words["choose_channel"] if form.text else words["nothing_written"]
        return _refused(request, participant, services, form, problem)
    draft = Draft(
        key=form.key,
        text=form.text,
        channel=form.channel or None,
        parent=form.parent or None,
        kind=form.kind,
        title=form.title or None,
        anonymous=form.anonymous,
    )
    try:
        _, post = write_post(services, participant, draft)
    except KeyTaken:
        again = form.model_copy(update={"key": uuid4()})
        return _refused(request, participant, services, again, words["sent_already"])
    return RedirectResponse(thread_link(post.id), SEE_OTHER)


@router.post("/react")
@waits_apart
def react(
    form: Annotated[ReactionForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """React, and show the reactions of the post as they are now."""
    require_meant(request, form.csrf)
    deeds.react(services, participant, form.post, form.kind, given=form.given)
    if "hx-request" not in request.headers:
        return RedirectResponse(thread_link(form.post), SEE_OTHER)
    with admitted(services, participant) as viewer:
        members = thread_of(services, form.post, viewer.scope)
        member = next(member for member in members if member.post.id == form.post)
        own = own_of(services, viewer, members, archived=False)
        return fragment(request, "reactions.html", viewer=viewer, member=member, own=own)


@router.post("/accept")
@waits_apart
def accept(
    form: Annotated[AcceptanceForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """Accept an answer, or take that back, and show the thread."""
    require_meant(request, form.csrf)
    deeds.accept(services, participant, form.question, form.answer, accepted=form.accepted)
    return RedirectResponse(thread_link(form.answer), SEE_OTHER)


@router.post("/verify")
@waits_apart
def verify(
    form: Annotated[VerificationForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """Vouch for a post, or take that back, and show it."""
    require_meant(request, form.csrf)
    deeds.verify(services, participant, form.post, verified=form.verified)
    return RedirectResponse(thread_link(form.post), SEE_OTHER)


@router.post("/supersede")
@waits_apart
def supersede(
    form: Annotated[SuccessionForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """Say that a post supersedes another one, or that it does not, and show the older one."""
    require_meant(request, form.csrf)
    deeds.supersede(services, participant, form.older, form.newer, holds=form.holds)
    return RedirectResponse(thread_link(form.older), SEE_OTHER)


@router.post("/merge")
@waits_apart
def merge(
    form: Annotated[MergeForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """Merge a thread into another one, or take that back, and show it."""
    require_meant(request, form.csrf)
    deeds.merge(services, participant, form.thread, form.into if form.merged else None)
    return RedirectResponse(thread_link(form.thread), SEE_OTHER)


@router.post("/follow")
@waits_apart
def follow(
    form: Annotated[FollowForm, Form()], request: Request, participant: Reader, services: Served
) -> Response:
    """Follow a person, or no longer, and show them."""
    require_meant(request, form.csrf)
    deeds.follow(services, participant, form.person, following=form.following)
    if "hx-request" not in request.headers:
        return RedirectResponse(person_link(form.person), SEE_OTHER)
    with admitted(services, participant) as viewer:
        profile = services.store.profiles([form.person], viewer.scope)[form.person]
        return fragment(request, "follow.html", viewer=viewer, person=profile, follows=form.following)


def _refused(
    request: Request, participant: Credentials, services: Services, form: PostForm, problem: str
) -> HTMLResponse:
    with admitted(services, participant) as viewer:
        return _composer(request, viewer, services, form, problem)


def _composer(
    request: Request, viewer: Viewer, services: Services, form: PostForm, problem: str = ""
) -> HTMLResponse:
    places = [place for place in writable_places(services, viewer) if place.kind not in UNCOMPOSED_CHANNELS]
    if form.channel not in {place.id for place in places}:
        form = form.model_copy(update={"channel": ""})
    companies = {place.company for place in places if place.company}
    company_names = services.store.names({"company": companies}, viewer.scope)["company"]
    return render(
        request,
        "compose.html",
        services=services,
        viewer=viewer,
        status=400 if problem else 200,
        form=form,
        kinds=COMPOSED_KINDS,
        groups=_grouped(places, company_names, Words(language_of(request))),
        problem=problem,
    )


def _grouped(places: list[Place], company_names: dict[str, str], words: Words) -> dict[str, list[Place]]:
    """Channels by who reads them: everybody first, then a company, then members alone."""
    groups: dict[tuple[int, str], list[Place]] = {}
    for place in places:
        if place.private or place.kind == ChannelKind.DIRECT:
            group = 2, words["group_private"]
        elif place.company:
            name = company_names.get(place.company, place.company)
            group = 1, words.fill("group_company", company=name)
        else:
            group = 0, words["group_open"]
        groups.setdefault(group, []).append(place)
    return {name: groups[rank, name] for rank, name in sorted(groups)}
