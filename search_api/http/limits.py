"""The size of request bodies is limited while they arrive, whatever their headers claim."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES = 64 << 10
"""Of a form or a small deed: a few ids."""
MAX_TEXT_BYTES = 2 << 20
"""Of what a person writes: 100,000 characters, each as long as JSON or a form can make it."""
MAX_POST_BYTES = 8 << 20
"""Of a post by a connector: a 300-page document is about one megabyte of text, escaped six times as long."""
MAX_IMPORT_BYTES = 4 << 30
"""An import is kept on disk and read line by line; what is larger is a job for `dure ingest`."""

LIMITS: Mapping[str, int] = {
    "/compose": MAX_TEXT_BYTES,
    "/me/posts": MAX_TEXT_BYTES,
    "/posts": MAX_POST_BYTES,
    "/import": MAX_IMPORT_BYTES,
}
MAX_FIELDS = 1_000
"""Of one object in a body, as of a form: each unknown field is a fault, of which more than these would take a
hundred times the memory of the body."""
DIGITS = 20
"""Of the length of a body, in bytes."""


def few_fields(sent: Any) -> Any:
    """The same JSON value; raises `ValueError` where an object in it has more than `MAX_FIELDS` fields."""
    waiting = [sent]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if len(value) > MAX_FIELDS:
                raise ValueError(f"an object has more than {MAX_FIELDS:,} fields")
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return sent


class BodyLimit:
    """ASGI middleware: reading more of a body than is allowed raises 413, and so does a claim of more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting the bytes of its body."""
        limit = LIMITS.get(scope.get("path", ""), MAX_BYTES)
        claimed, received = _claimed(scope), 0

        async def receive_counted() -> Message:
            nonlocal received
            if claimed > limit:
                raise HTTPException(413)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)


def _claimed(scope: Scope) -> int:
    """What the request says of the length of its body, if it does."""
    lengths = [value for name, value in scope.get("headers", ()) if name == b"content-length"]
    # Of more digits than any body has bytes, the last ones do not matter, and there may be thousands.
    return max((int(value[:DIGITS]) for value in lengths if value.isdigit()), default=0)
