"""Routes that know who asks before they read a body: what a stranger sends costs nothing."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from search_api.identity.viewers import admit

OPEN = frozenset({"/login"})
"""Where people come to be known."""


class GuardedRoute(APIRoute):
    """A route whose body is read once its viewer is known."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, behind the question who asks."""
        handler = super().get_route_handler()
        if self.body_field is None or self.path in OPEN:
            return handler

        async def guarded(request: Request) -> Response:
            await admit(request)
            return await handler(request)

        return guarded
