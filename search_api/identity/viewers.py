"""From a request to its viewer: by token or, in the demo on this machine alone, by choice."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from models.errors import Forbidden
from models.stored import Permission, Viewer
from search_api.identity.access import Credentials, allow, no_credentials, viewer_of
from search_api.identity.sessions import CSRF_HEADER, chosen_person, require_meant, signed_in
from search_api.services import Services

bearer = HTTPBearer(auto_error=False, description="An API token, made by `dure token create`.")


def services_of(request: Request) -> Services:
    """The parts that the application was made with."""
    services: Services = request.app.state.services
    return services


# Asynchronous, though they wait for nothing: FastAPI sends whatever is not to another thread, and back.
async def _served(request: Request) -> Services:
    return services_of(request)


async def _credentials(
    request: Request,
    services: Annotated[Services, Depends(_served)],
    bearing: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Credentials:
    if bearing is not None:
        return Credentials(token=bearing.credentials)
    if services.demo:
        if not is_this_machine(request):
            raise Forbidden(
                "The demo answers on its own machine only.",
                remedy="Open it at http://127.0.0.1, or create tokens.",
            )
        return Credentials(chosen=chosen_person(request))
    if (session := signed_in(request)) is None:
        raise no_credentials()
    return Credentials(session=session)


async def admit(request: Request) -> None:
    """Know who asks before anything that they send is read; raises `Unauthenticated` or `Forbidden`."""
    services = services_of(request)
    credentials = await _credentials(request, services, await bearer(request))
    request.state.bearing = credentials.token is not None
    request.state.viewer = await run_in_threadpool(viewer_of, services, credentials)


async def _program(
    services: Annotated[Services, Depends(_served)],
    credentials: Annotated[Credentials, Depends(_credentials)],
) -> Credentials:
    # What a browser keeps does not count: nothing proves that it was meant.
    if credentials.token is None and not services.demo:
        raise no_credentials()
    return credentials


def _connector(permission: Permission) -> Callable[..., Awaitable[Viewer]]:
    """A dependency: a program with this permission, known before its body is read."""

    async def permitted(
        request: Request,
        services: Annotated[Services, Depends(_served)],
        credentials: Annotated[Credentials, Depends(_program)],
    ) -> Viewer:
        viewer: Viewer | None = getattr(request.state, "viewer", None)
        if viewer is None:
            viewer = await run_in_threadpool(viewer_of, services, credentials)
        allow(viewer, permission)
        return viewer

    return permitted


async def _participant(
    request: Request, credentials: Annotated[Credentials, Depends(_credentials)]
) -> Credentials:
    allow(request.state.viewer, Permission.PARTICIPATE)
    require_meant(request, request.headers.get(CSRF_HEADER))
    return credentials


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
Reader = Annotated[Credentials, Depends(_credentials)]
"""Who asks, as far as they say: `admitted` finds out, for as long as it takes to answer."""
Program = Annotated[Credentials, Depends(_program)]
"""The same of a program."""
Participant = Annotated[Credentials, Depends(_participant)]
"""Who takes part in their own name; from a browser, only where a page of ours sent it."""
Writer = Annotated[Viewer, Depends(_connector(Permission.WRITE))]
Importer = Annotated[Viewer, Depends(_connector(Permission.IMPORT))]
