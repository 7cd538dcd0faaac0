"""All pages and what they load."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from search_api.pages import asking, reading, signing_in, taking_part
from search_api.pages.rendering import STATIC


def install(app: FastAPI) -> None:
    """Add the pages, their style sheet and their scripts."""
    for part in (asking, reading, taking_part, signing_in):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
