"""Signing in by a token that the browser then keeps, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from models.errors import Unauthenticated
from search_api.identity import sessions
from search_api.identity.viewers import Served
from search_api.pages.frame import PageRoute, sign_in_page
from search_api.pages.taking_part import SEE_OTHER

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/login", response_class=HTMLResponse)
def login_page(request: Request) -> HTMLResponse:
    """The form that takes a token."""
    return sign_in_page(request)


@router.post("/login")
def login(
    request: Request,
    services: Served,
    token: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "/",
) -> Response:
    """Let the browser keep a session if the token is good, and go on to the page that was wanted."""
    sessions.require_own_page(request)
    try:
        session = services.store.sessions.begin(token.strip())
    except Unauthenticated:
        return sign_in_page(request, status=401, refused=True)
    # Only to a page of ours: `//elsewhere` and `/\\elsewhere` lead to other sites.
    here = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    response = RedirectResponse(wanted if here else "/", SEE_OTHER)
    sessions.sign_in(request, response, session)
    return response


@router.post("/logout")
def logout(request: Request, services: Served) -> Response:
    """End the browser's session."""
    sessions.require_own_page(request)
    if secret := sessions.signed_in(request):
        services.store.sessions.end(secret)
    response = RedirectResponse("/login", SEE_OTHER)
    sessions.sign_out(response)
    return response
