"""Every error in one shape, `{"error": {"code", "message", "remedy", "details"?}}`, or as a page."""

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.errors import (
    BadInput,
    DureError,
    IndexLost,
    NotFound,
    StoreBusy,
    Unauthenticated,
    fault_of,
)
from pipelines.background import REBUILD_STATE
from search_api.http.headers import SECURITY_HEADERS
from search_api.identity.viewers import services_of
from search_api.pages.frame import error_page, failure_page
from search_api.schemas.errors import ErrorBody, ErrorContent, ErrorDetail, status_of

HTTP_ERRORS = {
    400: (BadInput.code, "The body cannot be read.", "Send JSON in UTF-8."),
    404: ("not_found", "There is no such page.", "GET /openapi.json lists what there is."),
    405: (
        "method_not_allowed",
        "This address does not take this method.",
        "GET /openapi.json lists the methods.",
    ),
    413: ("too_large", "The body is too large.", "Send it in several parts."),
    415: (
        "unsupported_media_type",
        "This content type is not taken here.",
        "GET /openapi.json names the right one.",
    ),
}
"""Code, message and remedy of what is refused before any route of ours sees it."""


PAGES = {404: NotFound.code, 413: "too_large"}
"""What the catalogue calls these; of others its words for a bad request hold."""
UNAVAILABLE = "This cannot be answered right now.", "Try again in a moment; the server's log says why."
"""All that is told of a fault on our side: its own words hold paths and addresses of the inside."""

DETAILS = 20
"""So many faults of a request are told: a body may have a hundred thousand."""
LOST_SECONDS = 10
"""After which it is worth asking again."""

log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Give every error of an application the one shape."""
    app.add_exception_handler(DureError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, DureError)
    if wants_page(request) and not isinstance(error, StoreBusy):
        return error_page(request, error)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {}
    if isinstance(error, StoreBusy):
        headers = {"Retry-After": str(error.retry_seconds)}
    status = status_of(error)
    if isinstance(error, IndexLost):
        log.error("%s: %s %s", error.code, error.message, error.remedy)
        return _response(
            status,
            error.code,
            f"The index is missing and is made anew from the store{_progress(request)}.",
            "Try again in some minutes.",
            headers={"Retry-After": str(LOST_SECONDS)},
        )
    if status >= 500 and not isinstance(error, StoreBusy):
        log.error("%s: %s %s", error.code, error.message, error.remedy)
        return _response(status, error.code, *UNAVAILABLE)
    return _response(status, error.code, error.message, error.remedy, headers=headers)


def _progress(request: Request) -> str:
    """How far the server's publisher is in making the index."""
    try:
        state = services_of(request).store.get_state(REBUILD_STATE) or ""
    except DureError:
        return ""
    done, _, total = state.removeprefix("running ").partition("/")
    return f": {int(done):,} of {int(total):,} posts" if total.isdecimal() else ""


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if wants_page(request):
        return failure_page(request, 400, BadInput.code)
    details = [
        ErrorDetail(where=".".join(map(str, problem["loc"])), message=fault_of(problem["msg"]))
        for problem in error.errors()[:DETAILS]
    ]
    first = f"{details[0].where}: {details[0].message}." if details else "The request is not valid."
    return _response(400, BadInput.code, first, "GET /openapi.json says what is expected.", details)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if wants_page(request):
        page = failure_page(request, error.status_code, PAGES.get(error.status_code, BadInput.code))
        page.headers.update(error.headers or {})
        return page
    code, message, remedy = HTTP_ERRORS[error.status_code if error.status_code in HTTP_ERRORS else 400]
    return _response(error.status_code, code, message, remedy, headers=error.headers or {})


def _unexpected(request: Request, error: Exception) -> Response:
    # What went wrong is in the server's log; a stranger learns nothing from it.
    if wants_page(request):
        page = failure_page(request, 500, "internal")
        page.headers.update(SECURITY_HEADERS)
        return page
    return _response(
        500,
        "internal",
        "Something went wrong on our side.",
        "Try again; if it stays, the server's log says why.",
        headers=SECURITY_HEADERS,
    )


def wants_page(request: Request) -> bool:
    """Whether HTML is named in Accept, as every browser does for a page, and before JSON."""
    accepted = request.headers.get("accept", "").lower()
    html, json = accepted.find("text/html"), accepted.find("application/json")
    return html >= 0 and (json < 0 or html < json)


def _response(
    status: int,
    code: str,
    message: str,
    remedy: str,
    details: list[ErrorDetail] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = ErrorBody(error=ErrorContent(code=code, message=message, remedy=remedy, details=details))
    return JSONResponse(body.model_dump(exclude_none=True), status_code=status, headers=dict(headers or {}))
