"""All pages and what they load."""

from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

from search_api.pages import asking, reading, signing_in, taking_part
from search_api.pages.rendering import STATIC


def install(app: FastAPI) -> None:
    """Add the pages, their style sheet and their scripts."""
    for part in (asking, reading, taking_part, signing_in):
        app.include_router(part.router)
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    app.mount("/static", _Static(directory=STATIC), name="static")


def _icon() -> FileResponse:
    """For whoever asks before, or without, having read a page that names the picture."""
    return FileResponse(STATIC / "dure.svg", media_type="image/svg+xml")


class _Static(StaticFiles):
    """Files that are the same for every viewer: a browser keeps them, and asks whether they have changed."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        response = super().file_response(*given, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response
