"""One JSON shape for every error: `{"error": {"code", "message", "remedy", "details"?}}`."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.errors import (
    BadInput,
    DureError,
    StoreBusy,
    Unauthenticated,
)
from search_api.http.headers import SECURITY_HEADERS
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


def install(app: FastAPI) -> None:
    """Give every error of an application the one shape."""
    app.add_exception_handler(DureError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DureError)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {}
    if isinstance(error, StoreBusy):
        headers = {"Retry-After": str(error.retry_seconds)}
    return _response(status_of(error), error.code, error.message, error.remedy, headers=headers)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    details = [
        ErrorDetail(where=".".join(map(str, problem["loc"])), message=problem["msg"])
        for problem in error.errors()
    ]
    first = f"{details[0].where}: {details[0].message}." if details else "The request is not valid."
    return _response(400, BadInput.code, first, "GET /openapi.json says what is expected.", details)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, message, remedy = HTTP_ERRORS[error.status_code if error.status_code in HTTP_ERRORS else 400]
    return _response(error.status_code, code, message, remedy, headers=error.headers or {})


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # What went wrong is in the server's log; a stranger learns nothing from it.
    return _response(
        500,
        "internal",
        "Something went wrong on our side.",
        "Try again; if it stays, the server's log says why.",
        headers=SECURITY_HEADERS,
    )


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
