"""Builds the FastAPI application around opened services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from search_api.http import errors, health, overviews, participating, people_and_posts, questions, writing
from search_api.http.headers import SecurityHeaders
from search_api.http.heads import HeadAsGet
from search_api.http.limits import BodyLimit
from search_api.identity.sessions import SessionKey
from search_api.pages import routes as pages
from search_api.schemas.errors import RESPONSES
from search_api.services import Services

THREADS = 16
"""Questions answered at once by a process: more would take turns at one interpreter and hold more memory."""


def create_app(services: Services, session_key: SessionKey | None = None) -> FastAPI:
    """The search page and the API. `services` stay open and belong to the caller.

    Processes that answer for one server share a `session_key`.
    """
    app = FastAPI(
        title="Dure",
        version=version("dure"),
        summary="A company group's in-house SNS as its knowledge base.",
        # Their pages load scripts from another site; what they show is at /openapi.json.
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
        lifespan=_lifespan,
    )
    app.state.services = services
    app.state.session_key = session_key or SessionKey()
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadAsGet)
    errors.install(app)
    for part in (questions, people_and_posts, overviews, participating, writing, health):
        app.include_router(part.router)
    pages.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield
