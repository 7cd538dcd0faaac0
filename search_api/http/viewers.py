"""From a request to its viewer: by bearer token or, in the demo on this machine alone, by choice."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from models.errors import Forbidden
from models.stored import Permission, Viewer
from search_api.access import allow, demo_viewer, token_viewer
from search_api.services import Services

DEMO_COOKIE = "dure_viewer"
DEMO_PARAMETER = "as"

bearer = HTTPBearer(auto_error=False, description="An API token, made by `dure token create`.")


def services_of(request: Request) -> Services:
    """The parts that the application was made with."""
    services: Services = request.app.state.services
    return services


# Asynchronous, though it waits for nothing: FastAPI sends whatever is not to another thread, and back.
async def _served(request: Request) -> Services:
    return services_of(request)


def chosen_person(request: Request) -> str | None:
    """The person as whom a demo visitor looks: `?as=`, else the cookie, else nobody."""
    chosen = request.query_params.get(DEMO_PARAMETER)
    if chosen is None:
        # Quoted, since headers are Latin-1 and ids need not be.
        chosen = unquote(request.cookies.get(DEMO_COOKIE, ""))
    return chosen or None


def _viewer(
    request: Request,
    services: Annotated[Services, Depends(_served)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Viewer:
    if services.demo and credentials is None:
        if not is_this_machine(request):
            raise Forbidden(
                "The demo answers on its own machine only.",
                remedy="Open it at http://127.0.0.1, or create tokens.",
            )
        return demo_viewer(services, chosen_person(request))
    return token_viewer(services, credentials.credentials if credentials else None)


def viewer_with(permission: Permission) -> Callable[..., Awaitable[Viewer]]:
    """A dependency: the viewer of a request, who must have this permission."""

    async def permitted(viewer: Annotated[Viewer, Depends(_viewer)]) -> Viewer:
        allow(viewer, permission)
        return viewer

    return permitted


def is_this_machine(request: Request) -> bool:
    """Whether a request comes from this machine, and to it by a name of its own."""
    # The peer's address alone is not enough: a site may give its name the address 127.0.0.1 (DNS rebinding),
    # and a proxy on this machine may speak for others.
    peer = request.client.host if request.client else ""
    name = request.url.hostname or ""
    return _is_loopback(peer) and _is_loopback(name)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


Served = Annotated[Services, Depends(_served)]
Reader = Annotated[Viewer, Depends(viewer_with(Permission.READ))]
Writer = Annotated[Viewer, Depends(viewer_with(Permission.WRITE))]
Importer = Annotated[Viewer, Depends(viewer_with(Permission.IMPORT))]
