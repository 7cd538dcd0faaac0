"""Failures outside of any page's route, as pages: addresses that lead nowhere, and faults of ours."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from search_api.http.headers import SECURITY_HEADERS
from search_api.pages.frame import failure_page

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]

KINDS: Mapping[int, str] = {404: "not_found", 413: "too_large"}


def install(app: FastAPI) -> None:
    """Put pages before the JSON that programs are told, for requests that ask for pages first."""
    handlers: dict[object, Handler] = app.exception_handlers
    told, broken = handlers[HTTPException], handlers[Exception]

    def refused(request: Request, error: Exception) -> Response | Awaitable[Response]:
        if not wants_page(request) or not isinstance(error, HTTPException):
            return told(request, error)
        page = failure_page(request, error.status_code, KINDS.get(error.status_code, "bad_input"))
        page.headers.update(error.headers or {})
        return page

    def failed(request: Request, error: Exception) -> Response | Awaitable[Response]:
        if not wants_page(request):
            return broken(request, error)
        page = failure_page(request, 500, "internal")
        page.headers.update(SECURITY_HEADERS)
        return page

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, failed)


def wants_page(request: Request) -> bool:
    """Whether HTML is named in Accept, as every browser does for a page, and before JSON."""
    accepted = request.headers.get("accept", "").lower()
    html, json = accepted.find("text/html"), accepted.find("application/json")
    return html >= 0 and (json < 0 or html < json)
