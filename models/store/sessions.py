"""Sessions of browsers: a token begins one, and the browser keeps the session's secret, not the token's.

It lies in SQL, so that every process of a server knows it and a restart ends none. It ends with its token.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, tzinfo
from secrets import token_urlsafe

from sqlalchemy import Connection, delete, insert, select

from models.moments import now, on_clock
from models.store.directory_tables import SessionRow
from models.store.tokens import ENTROPY, hash_of, holder
from models.store.write_queue import WriteQueue
from models.stored import Viewer

LASTS = timedelta(days=14)
"""From signing in; a browser forgets it earlier, when it is closed."""


class Sessions:
    """The part of the store that knows browsers."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writes: WriteQueue,
        timezone: tzinfo,
    ) -> None:
        self._reading, self._writes, self._timezone = reading, writes, timezone

    def begin(self, token: str, at: datetime | None = None) -> str:
        """Begin a session with the secret of a token; returns the session's own, which is kept nowhere.

        Raises:
            Unauthenticated: the token is unknown, revoked or expired.
        """
        begun, secret = on_clock(at or now(), self._timezone), token_urlsafe(ENTROPY)
        values = {"hash": hash_of(secret), "token": hash_of(token), "expires": begun + LASTS}

        def write(connection: Connection) -> None:
            holder(connection, hash_of(token), begun)
            connection.execute(delete(SessionRow).where(SessionRow.expires <= begun))
            connection.execute(insert(SessionRow), values)

        self._writes.run(write)
        return secret

    def resume(self, secret: str, at: datetime | None = None) -> Viewer:
        """Who asks with a session's secret, what they may and may read at a time (now).

        Raises:
            Unauthenticated: the session is unknown or over, or its token is.
        """
        asked = on_clock(at or now(), self._timezone)
        known = select(SessionRow.token).where(SessionRow.hash == hash_of(secret), SessionRow.expires > asked)
        with self._reading() as connection:
            return holder(connection, known.scalar_subquery(), asked)

    def end(self, secret: str) -> None:
        """End a session, if there is one."""
        ended = delete(SessionRow).where(SessionRow.hash == hash_of(secret))
        self._writes.run(lambda connection: connection.execute(ended))
