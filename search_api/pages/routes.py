"""The pages: search, and a thread. They show as HTML what the API reads, under the same scope."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from models.errors import BadInput, DureError
from models.stored import Profile, Viewer
from search_api.experts import Expert, find_experts
from search_api.http.errors import status_of
from search_api.http.people_and_posts import thread_of
from search_api.http.questions import SearchParameters
from search_api.http.viewers import (
    DEMO_COOKIE,
    DEMO_PARAMETER,
    Reader,
    Served,
    chosen_person,
    is_this_machine,
    services_of,
)
from search_api.pages.addresses import Address
from search_api.pages.labels import LABELS, OTHER, Language, preferred
from search_api.pages.rendering import STATIC, environment
from search_api.search import Search, SearchPage
from search_api.services import Services

PEOPLE_SHOWN = 5
FACETS_SHOWN = ("kind", "channel", "company", "topic", "language", "network", "unit")
"""In the order in which they help."""

templates = environment()


class PageRoute(APIRoute):
    """A route whose expected failures are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with errors shown as HTML."""
        handler = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError:
                return _error_page(request, BadInput("A parameter is not valid."))
            except DureError as error:
                return _error_page(request, error)

        return page


router = APIRouter(route_class=PageRoute, include_in_schema=False)


class PageParameters(SearchParameters):
    """A question as the search form sends it; the page without one is the start page."""

    q: str = ""
    lang: Language | None = None


def install(app: FastAPI) -> None:
    """Add the pages and their style sheet."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


@router.get("/", response_class=HTMLResponse)
def search_page(
    asked: Annotated[PageParameters, Query()], request: Request, viewer: Reader, services: Served
) -> HTMLResponse:
    """The search page, with hits and experts once something is asked."""
    shown: dict[str, Any] = {"page": None, "experts": [], "restarted": False}
    if asked.q.strip():
        shown["page"], shown["restarted"] = _searched(services, asked, viewer)
        shown["experts"] = find_experts(services, asked.q, viewer.scope, limit=PEOPLE_SHOWN)
        shown["unit_names"] = _units(services, shown["page"], shown["experts"], viewer)
        shown["facets"] = FACETS_SHOWN
    return _rendered(request, "search.html", services=services, viewer=viewer, **shown)


@router.get("/thread/{id:path}", response_class=HTMLResponse)
def thread_page(id: str, request: Request, viewer: Reader, services: Served) -> HTMLResponse:  # noqa: A002
    """A whole thread, as far as the viewer may see it."""
    members = thread_of(services, id, viewer.scope)
    return _rendered(request, "thread.html", services=services, viewer=viewer, members=members, shown=id)


def _searched(services: Services, asked: PageParameters, viewer: Viewer) -> tuple[SearchPage, bool]:
    """The page asked for, or (True) the first one, where the index has moved on since the page before."""
    search = Search(services)
    try:
        page = search.search(
            asked.q, viewer.scope, filters=asked.filters(), facets=FACETS_SHOWN, cursor=asked.cursor
        )
    except BadInput:
        if asked.cursor is None:
            raise
        return search.search(asked.q, viewer.scope, filters=asked.filters(), facets=FACETS_SHOWN), True
    return page, False


def _units(services: Services, page: SearchPage, experts: Sequence[Expert], viewer: Viewer) -> dict[str, str]:
    """The names of the units of everybody shown."""
    authors = [hit.post.author for hit in page.hits] + [expert.author for expert in experts]
    units = {author.unit for author in authors if author is not None and author.unit is not None}
    return services.store.names("unit", units, viewer.scope) if units else {}


def _rendered(
    request: Request, template: str, *, services: Services, viewer: Viewer, **shown: Any
) -> HTMLResponse:
    offered = _offered(request, services, viewer.person)
    response = HTMLResponse(_html(request, template, chosen=viewer.person, viewers=offered, **shown))
    if services.demo and DEMO_PARAMETER in request.query_params and viewer.person:
        # The one cookie there is, and only in the demo.
        response.set_cookie(DEMO_COOKIE, quote(viewer.person, safe=""), httponly=True, samesite="strict")
    return response


def _error_page(request: Request, error: DureError) -> HTMLResponse:
    status = status_of(error)
    kind = "unavailable" if status >= 500 else error.code
    labels, chosen = LABELS[_language(request)], chosen_person(request)
    # Where the store may be what fails, nothing more is asked of it.
    offered = [] if status >= 500 else _offered(request, services_of(request), chosen)
    heading = labels.get(f"error_{kind}", labels["error_bad_input"])
    html = _html(request, "error.html", chosen=chosen, viewers=offered, heading=heading, error=error)
    return HTMLResponse(html, status_code=status)


def _html(request: Request, template: str, **shown: Any) -> str:
    language = _language(request)
    return templates.get_template(template).render(
        label=LABELS[language],
        language=language,
        other=OTHER[language],
        address=Address.of(request.query_params.multi_items()),
        path=request.url.path,
        question=request.query_params.get("q", ""),
        demo=services_of(request).demo,
        **shown,
    )


def _offered(request: Request, services: Services, chosen: str | None) -> list[Profile]:
    """Whom a visitor of the demo may look as: the same from every viewer's eyes, so that none is a trap."""
    if not (services.demo and is_this_machine(request)):
        return []
    offered = dict.fromkeys((*services.demo_viewers, *([chosen] if chosen else [])))
    profiles = services.store.profiles(list(offered), services.store.scope_of(None))
    return [profiles[person] for person in offered if person in profiles]


def _language(request: Request) -> Language:
    asked = request.query_params.get("lang")
    for language in OTHER:
        if asked == language:
            return language
    return preferred(request.headers.get("accept-language", ""))
