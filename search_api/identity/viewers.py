"""From a request to its viewer: by token or, in the demo on this machine alone, by choice."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from models.errors import Forbidden
from models.stored import Permission, Viewer
from search_api.identity.access import allow, demo_viewer, session_viewer, token_viewer
from search_api.identity.sessions import CSRF_HEADER, chosen_person, require_meant, signed_in
from search_api.services import Services

bearer = HTTPBearer(auto_error=False, description="An API token, made by `dure token create`.")


def services_of(request: Request) -> Services:
    """The parts that the application was made with."""
    services: Services = request.app.state.services
    return services


# Asynchronous, though it waits for nothing: FastAPI sends whatever is not to another thread, and back.
async def _served(request: Request) -> Services:
    return services_of(request)


def _viewer(
    request: Request,
    services: Annotated[Services, Depends(_served)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Viewer:
    known: Viewer | None = getattr(request.state, "viewer", None)
    if known is not None:
        return known
    if services.demo and credentials is None:
        if not is_this_machine(request):
            raise Forbidden(
                "The demo answers on its own machine only.",
                remedy="Open it at http://127.0.0.1, or create tokens.",
            )
        return demo_viewer(services, chosen_person(request))
    if credentials is not None:
        return token_viewer(services, credentials.credentials)
    return session_viewer(services, signed_in(request))


async def admit(request: Request) -> None:
    """Know who asks before anything that they send is read; raises `Unauthenticated` or `Forbidden`."""
    credentials = await bearer(request)
    request.state.viewer = await run_in_threadpool(_viewer, request, services_of(request), credentials)


def viewer_with(permission: Permission) -> Callable[..., Awaitable[Viewer]]:
    """A dependency: the viewer of a request, who must have this permission."""

    async def permitted(viewer: Annotated[Viewer, Depends(_viewer)]) -> Viewer:
        allow(viewer, permission)
        return viewer

    return permitted


def connector_with(permission: Permission) -> Callable[..., Viewer]:
    """A dependency like `viewer_with`, for programs: what a browser keeps does not count."""

    def permitted(
        request: Request,
        services: Annotated[Services, Depends(_served)],
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> Viewer:
        if credentials is None and not services.demo:
            return token_viewer(services, None)
        viewer = _viewer(request, services, credentials)
        allow(viewer, permission)
        return viewer

    return permitted


async def _participant(
    request: Request, viewer: Annotated[Viewer, Depends(viewer_with(Permission.PARTICIPATE))]
) -> Viewer:
    require_meant(request, viewer.person, request.headers.get(CSRF_HEADER))
    return viewer


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
Participant = Annotated[Viewer, Depends(_participant)]
"""Who takes part in their own name; from a browser, only where a page of ours sent it."""
Writer = Annotated[Viewer, Depends(connector_with(Permission.WRITE))]
Importer = Annotated[Viewer, Depends(connector_with(Permission.IMPORT))]
