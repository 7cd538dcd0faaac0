"""Several publishers of one store: each locks the posts that it works on, and they are free however it ends.

Only PostgreSQL is shared between machines. On SQLite one process publishes (the lock of its home says so):
there all of this does nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from models.errors import PublisherRunning
from models.store import postgresql, publication
from models.store.directory_tables import PublisherShareRow
from models.store.faults import translated
from models.store.opening import reader
from models.store.withdrawals import settle, withdrawals, withdrawals_at
from models.store.write_queue import WriteQueue
from models.stored import PendingPost, Withdrawal

BLOCK = 1_000
"""Consecutive revisions that are locked together: a page of pending posts is one block or two."""
SHARES = 1_024
"""Rows to lock; blocks go round them. Far more than all publishers together have in work."""


class Publishers:
    """The rights of one process among the publishers of a store."""

    def __init__(self, engine: Engine, writes: WriteQueue) -> None:
        self._reader = reader(engine)
        self._writes = writes
        shared = engine.dialect.name == "postgresql"
        self._locker = postgresql.locker(engine) if shared else None
        self._session = postgresql.session(engine) if shared else None

    @contextmanager
    def admitted(self, *, alone: bool) -> Iterator[None]:
        """Be a publisher of this store while inside: the only one, or beside others that are not `alone`.

        Raises `PublisherRunning` while another process is in the way.
        """
        with self._session_lock(
            postgresql.PUBLISHING,
            shared=not alone,
            refusal="Another process publishes this store.",
            remedy="Stop it, or let all publishers share one OpenSearch index (DURE_ENGINE=opensearch).",
        ):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Be the one publisher that rebuilds the index. Raises `PublisherRunning` while another one does."""
        with self._session_lock(
            postgresql.REBUILDING,
            shared=False,
            refusal="Another process is rebuilding the index.",
            remedy="Wait for it: it rebuilds the index of all.",
        ):
            yield

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Wait until all other publishers have let go of their posts; until we leave they get no more."""
        if self._locker is None:
            yield
            return
        with translated(), self._locker.connect() as connection:
            postgresql.endure(connection)
            connection.execute(select(PublisherShareRow).order_by(PublisherShareRow.number).with_for_update())
            yield

    @contextmanager
    def claims(self) -> Iterator["Claims"]:
        """The posts of one run of this publisher; what it has not released by the end is released then."""
        claims = Claims(self._reader, self._writes, self._locker)
        try:
            yield claims
        finally:
            claims.close()

    @contextmanager
    def _session_lock(self, key: int, *, shared: bool, refusal: str, remedy: str) -> Iterator[None]:
        if self._session is None:
            yield
            return
        # A lock of the session, for it may last for days, and a transaction that does hinders cleaning up.
        with translated(), self._session.connect() as connection:
            connection.detach()  # closed when we leave, not kept: the lock ends with its session
            postgresql.endure(connection)
            take = f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}({key})"
            if not connection.execute(text(take)).scalar():
                raise PublisherRunning(refusal, remedy=remedy)
            try:
                yield
            finally:
                # The server ends a session when it comes to it; until then the next publisher is refused.
                with suppress(DBAPIError):
                    connection.execute(text("SELECT pg_advisory_unlock_all()"))


@dataclass(slots=True)
class _Locked:
    """A transaction, the shares that it has locked, and the last revision that was handed out under it."""

    connection: Connection
    shares: set[int] = field(default_factory=set)
    last: int = 0


class Claims:
    """Pending posts that no other publisher works on: locked as they are read, until they are released.

    The locks are those of transactions: PostgreSQL lets go of them when the process or its machine is gone.
    """

    def __init__(self, reader: Engine, writes: WriteQueue, locker: Engine | None) -> None:
        """Without a `locker` there are no other publishers."""
        self._reader = reader
        self._writes = writes
        self._locker = locker
        self._locked: list[_Locked] = []
        self._current: _Locked | None = None

    def pending(self, after: int, limit: int) -> list[PendingPost]:
        """The next posts to put into the index, above a revision, that nobody else has, lowest first.

        At most `limit`, where there are others at most `limit` or `BLOCK`, whichever is more: they share
        whole blocks, for of a block in parts each could leave the other's part to the other.
        """
        if self._locker is None:
            with translated(), self._reader.begin() as connection:
                return publication.next_posts(connection, after, limit)
        with translated():
            while revisions := self._next_blocks(after, max(limit, BLOCK)):
                after = revisions[-1]
                # Read once the locks are ours: what their last holder published is not pending any more.
                if (ours := self._lock(revisions)) and (posts := self._read(ours)):
                    return posts
        return []

    @contextmanager
    def withdrawals(self, after: int, limit: int) -> Iterator[list[Withdrawal]]:
        """At most `limit` posts to take out of the index, above a revision, that nobody else takes out.

        Also of the blocks that are locked for what is in work: its posts of earlier revisions are ignored.
        """
        with translated():
            page = self._found(after, limit)
            locking = self._begin() if self._locker and page else None
        if locking is None:
            yield page
            return
        with locking:
            with translated():
                page = self._taken_out(locking, after, limit)
            yield page

    def settle(self, page: Sequence[Withdrawal]) -> None:
        """The index shows these no more: the deleted are published as such, the others are to be put back."""
        self._writes.run(lambda connection: settle(connection, page))

    def release(self, through: int) -> None:
        """Let others have what they may find pending up to a revision: its work is done, or given up."""
        for locked in [one for one in self._locked if one.last <= through]:
            locked.connection.close()
            self._locked.remove(locked)
        # What is locked from now on is released with what is read from now on, not with what is in work.
        self._current = None

    def close(self) -> None:
        """Release everything."""
        self.release(max((locked.last for locked in self._locked), default=0))

    def _next_blocks(self, after: int, limit: int) -> list[int]:
        """The next pending revisions, as many as are whole blocks."""
        with self._reader.begin() as connection:
            revisions = publication.next_revisions(connection, after, limit)
        if len(revisions) < limit or revisions[0] // BLOCK == revisions[-1] // BLOCK:
            return revisions
        return [revision for revision in revisions if revision // BLOCK < revisions[-1] // BLOCK]

    def _lock(self, revisions: list[int]) -> list[int]:
        """Lock the blocks of the revisions; those whose block nobody else has."""
        wanted = {revision // BLOCK % SHARES for revision in revisions}
        for locked in self._locked:
            if locked.shares & wanted:
                locked.last = revisions[-1]
        if missing := wanted - self._ours():
            if self._current is None:
                self._current = _Locked(self._begin())
                self._locked.append(self._current)
            self._current.shares |= _locked_now(self._current.connection, missing)
            self._current.last = revisions[-1]
        ours = self._ours()
        return [revision for revision in revisions if revision // BLOCK % SHARES in ours]

    def _taken_out(self, locking: Connection, after: int, limit: int) -> list[Withdrawal]:
        while found := self._found(after, limit):
            after = found[-1].revision
            ours = self._ours()
            ours |= _locked_now(locking, {one.revision // BLOCK % SHARES for one in found} - ours)
            free = [one.revision for one in found if one.revision // BLOCK % SHARES in ours]
            # Read once the locks are ours, as pending posts are.
            with self._reader.begin() as connection:
                if page := withdrawals_at(connection, free):
                    return page
        return []

    def _found(self, after: int, limit: int) -> list[Withdrawal]:
        with self._reader.begin() as connection:
            return withdrawals(connection, after, limit)

    def _ours(self) -> set[int]:
        return set[int]().union(*(locked.shares for locked in self._locked))

    def _begin(self) -> Connection:
        assert self._locker is not None
        connection = self._locker.connect()
        postgresql.endure(connection)
        return connection

    def _read(self, revisions: list[int]) -> list[PendingPost]:
        with self._reader.begin() as connection:
            return publication.next_posts_at(connection, revisions)


def _locked_now(connection: Connection, shares: set[int]) -> set[int]:
    """Those of the shares that nobody else had: locked until the transaction ends."""
    number = PublisherShareRow.number
    free = select(number).where(number.in_(shares)).with_for_update(skip_locked=True)
    return set(connection.execute(free).scalars())
