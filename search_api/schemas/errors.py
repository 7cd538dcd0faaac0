"""One JSON shape for every error: `{"error": {"code", "message", "remedy", "details"?}}`."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.errors import (
    BadInput,
    CannotMerge,
    DureError,
    EngineUnavailable,
    Forbidden,
    IndexLost,
    NotFound,
    StaleIndex,
    StoreBusy,
    StoreUnavailable,
    Unauthenticated,
)

STATUSES: Mapping[type[DureError], int] = {
    BadInput: 400,
    CannotMerge: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    EngineUnavailable: 503,
    IndexLost: 503,
    StaleIndex: 503,
    StoreBusy: 503,
    StoreUnavailable: 503,
}
"""The status of each expected failure, and of its kinds; any other is ours: 500."""


class ErrorDetail(BaseModel):
    """Where in the request something is wrong, and what."""

    where: str = Field(examples=["query.limit"])
    message: str = Field(examples=["Input should be less than or equal to 50"])


class ErrorContent(BaseModel):
    """What is wrong, for machines and for people, and what to do about it."""

    code: str = Field(examples=["bad_input"])
    message: str = Field(examples=["The question is empty."])
    remedy: str = Field(examples=["Ask with at least one word."])
    details: list[ErrorDetail] | None = None


class ErrorBody(BaseModel):
    """The body of every response that is not a success."""

    model_config = ConfigDict(title="Error")

    error: ErrorContent


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorBody, "description": "The request cannot be answered as it is."},
    "5XX": {"model": ErrorBody, "description": "The fault is on this side."},
}
"""How every route fails, for the OpenAPI page."""


def status_of(error: DureError) -> int:
    """The HTTP status of an expected failure."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
