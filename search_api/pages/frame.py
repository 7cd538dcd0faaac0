"""What every page stands in: language, viewer, the demo's choice of viewers, and failures as pages."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from jinja2 import Template

from models.errors import BadInput, DureError, IndexLost, Unauthenticated
from models.stored import Profile, Viewer
from search_api.identity.guarding import GuardedRoute
from search_api.identity.sessions import (
    DEMO_PARAMETER,
    SAME_SITE,
    choose_person,
    chosen_person,
    csrf_token,
    signed_in,
)
from search_api.identity.viewers import is_this_machine, services_of
from search_api.pages.addresses import Address
from search_api.pages.catalogue import LANGUAGES, OTHER, Language, Words, preferred
from search_api.pages.controls import harmless
from search_api.pages.rendering import environment
from search_api.participation.rights import may_participate
from search_api.schemas.errors import status_of
from search_api.services import Services

LANGUAGE_COOKIE = "dure_language"
LANGUAGE_PARAMETER = "lang"
LANGUAGE_SECONDS = 365 * 24 * 3600

log = logging.getLogger(__name__)


class Me(NamedTuple):
    """The reader of a page, as its head shows them."""

    id: str
    name: str


class PageRoute(GuardedRoute):
    """A route whose expected failures are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with errors shown as HTML, and a changed language kept."""
        handler = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                response = await handler(request)
            except RequestValidationError:
                response = error_page(request, BadInput("A parameter is not valid."))
            except Unauthenticated:
                response = sign_in_page(request, status=401)
            except DureError as error:
                response = error_page(request, error)
            if (asked := request.query_params.get(LANGUAGE_PARAMETER)) in LANGUAGES:
                response.set_cookie(
                    LANGUAGE_COOKIE, asked, max_age=LANGUAGE_SECONDS, httponly=True, samesite=SAME_SITE
                )
            return response

        return page


def render(
    request: Request,
    template: str,
    *,
    services: Services,
    viewer: Viewer,
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """A page for its viewer. The demo's choice of a viewer is kept by a cookie."""
    me = _myself(services, viewer)
    html = _html(
        request,
        template,
        chosen=viewer.person,
        viewers=_offered(request, services, viewer.person),
        me=me,
        participates=may_participate(viewer),
        csrf=csrf_token(request, viewer.person),
        **shown,
    )
    response = HTMLResponse(html, status_code=status)
    if services.demo and DEMO_PARAMETER in request.query_params and viewer.person:
        choose_person(response, viewer.person)
    return response


def fragment(request: Request, template: str, *, viewer: Viewer, **shown: Any) -> HTMLResponse:
    """A part of a page, for the script that puts it in its place."""
    words = Words(language_of(request))
    html = _template(request, template).render(
        t=words, language=words.language, csrf=csrf_token(request, viewer.person), participates=True, **shown
    )
    return HTMLResponse(harmless(html))


def error_page(request: Request, error: DureError) -> HTMLResponse:
    """An expected failure, in the reader's language, with what else is known of it."""
    status = status_of(error)
    if status >= 500:
        log.error("%s: %s %s", error.code, error.message, error.remedy)
        return failure_page(request, status, error.code if isinstance(error, IndexLost) else "unavailable")
    # What only English says is for who reads English.
    detail = f"{error.message} {error.remedy}" if language_of(request) == "en" else ""
    return failure_page(request, status, error.code, detail)


def failure_page(request: Request, status: int, kind: str, detail: str = "") -> HTMLResponse:
    """A failure of a kind that the catalogue knows; of others it says what it says of a bad request."""
    name = f"error_{kind}" if f"error_{kind}" in Words("ko") else "error_bad_input"
    # Where the store may be what fails, nothing more is asked of it.
    chosen = chosen_person(request)
    offered = [] if status >= 500 else _offered(request, services_of(request), chosen)
    html = _bare(request, "error.html", chosen=chosen, viewers=offered, name=name, detail=detail)
    return HTMLResponse(html, status_code=status)


def sign_in_page(request: Request, *, status: int = 200, refused: bool = False) -> HTMLResponse:
    """The form that takes a token; afterwards the browser goes where it wanted to."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = here if request.method == "GET" and request.url.path != "/login" else "/"
    html = _bare(request, "login.html", chosen=None, viewers=[], refused=refused, wanted=wanted)
    return HTMLResponse(html, status_code=status)


def language_of(request: Request) -> Language:
    """The language of a request: asked for in the address, else kept by cookie, else the browser's."""
    for asked in (
        request.query_params.get(LANGUAGE_PARAMETER),
        request.cookies.get(LANGUAGE_COOKIE),
    ):
        for language in LANGUAGES:
            if asked == language:
                return language
    return preferred(request.headers.get("accept-language", ""))


def reader_of(viewer: Viewer) -> dict[str, list[str]]:
    """The reader as one whose name is wanted: read with the other names of a page it costs nothing."""
    return {"person": [viewer.person] if viewer.person else []}


def _myself(services: Services, viewer: Viewer) -> Me | None:
    if viewer.person is None:
        return None
    names = services.store.names(reader_of(viewer), viewer.scope)["person"]
    return Me(viewer.person, names[viewer.person]) if viewer.person in names else None


def _bare(request: Request, template: str, **shown: Any) -> str:
    return _html(request, template, me=None, participates=False, csrf="", **shown)


def _html(request: Request, template: str, **shown: Any) -> str:
    language = language_of(request)
    html = _template(request, template).render(
        t=Words(language),
        language=language,
        other=OTHER[language],
        address=Address.of(request.query_params.multi_items()),
        path=request.url.path,
        question=request.query_params.get("q", ""),
        demo=services_of(request).demo,
        can_sign_out=signed_in(request) is not None,
        **shown,
    )
    return harmless(html)


def _template(request: Request, name: str) -> Template:
    return environment(services_of(request).store.timezone).get_template(name)


def _offered(request: Request, services: Services, chosen: str | None) -> list[Profile]:
    """Whom a visitor of the demo may look as: the same from every viewer's eyes, so that none is a trap."""
    if not (services.demo and is_this_machine(request)):
        return []
    offered = dict.fromkeys((*services.demo_viewers, *([chosen] if chosen else [])))
    profiles = services.store.profiles(list(offered), services.store.scope_of(None))
    return [profiles[person] for person in offered if person in profiles]
