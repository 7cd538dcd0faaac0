"""The size of request bodies is limited while they arrive, whatever their headers claim."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES = 16 << 20
"""A 300-page document is about one megabyte of text."""
MAX_IMPORT_BYTES = 4 << 30
"""An import is kept on disk and read line by line; what is larger is a job for `dure ingest`."""


class BodyLimit:
    """ASGI middleware: reading more of a body than is allowed raises 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting the bytes of its body."""
        limit = MAX_IMPORT_BYTES if scope.get("path") == "/import" else MAX_BYTES
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)
