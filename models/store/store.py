"""The store: the truth about posts, people and access, in SQL."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, tzinfo
from functools import partial
from typing import Self

from sqlalchemy import Connection, Engine

from models.language.annotation import Annotation
from models.moments import COMPANY_TIMEZONE, LocalTime, now, on_clock
from models.publish_context import PublishContext
from models.ranking_features import Conversations, Ranked
from models.scope import Scope
from models.snapshot import Line
from models.store import annotations, people, publication, reading, refusals, scopes, signals, state, tokens
from models.store.account_links import AccountLinks
from models.store.browsing import Browsing
from models.store.denials import Denials
from models.store.faults import translated
from models.store.kept_annotations import KeptAnnotations
from models.store.known_names import KnownNamesOfStore
from models.store.merges import MergedThreads
from models.store.moment import Moment
from models.store.opening import open_engine, reader, writer
from models.store.participation import Participation
from models.store.publishers import Publishers
from models.store.refusals import Refusals
from models.store.sessions import Sessions
from models.store.snapshots import Snapshots
from models.store.successions import Successions
from models.store.write_queue import WriteQueue
from models.store.writing import write_records
from models.stored import (
    Outcome,
    PendingPost,
    Profile,
    Refusal,
    Signals,
    StoredPost,
    StoreStatus,
    TokenRole,
    Viewer,
)


class Store:
    """One database, shared by threads and processes. Every call is one transaction, unless it says otherwise.

    A call that raises has changed nothing. Any raises `StoreUnavailable` when the database cannot be used.
    """

    def __init__(self, engine: Engine, timezone: tzinfo) -> None:
        self.timezone = timezone
        self._shared: ContextVar[Moment | None] = ContextVar("shared", default=None)
        self._reader = reader(engine)
        self._writes = WriteQueue(writer(engine), lambda: self._shared.get() is not None)
        self.publishers = Publishers(engine, self._writes)
        self.account_links = AccountLinks(self._reading, self._writes, timezone)
        self.browsing = Browsing(self._moment)
        self.denials = Denials(self._reading)
        self.kept_annotations = KeptAnnotations(self._reading, self._writes)
        self.known_names = KnownNamesOfStore(self._reading)
        self.merges = MergedThreads(self._moment, self._writes)
        self.participation = Participation(self._reading)
        self.refusals = Refusals(self._reading, self._writes)
        self.sessions = Sessions(self._reading, self._writes, timezone)
        self.snapshots = Snapshots(self._reading)
        self.successions = Successions(self._moment, self._writes)

    @classmethod
    def open(cls, url: str, timezone: tzinfo = COMPANY_TIMEZONE, *, making: bool = True) -> Self:
        """The store at an address of SQLite or PostgreSQL, brought up to date; `making` makes an SQLite file.

        In `timezone` the company's days begin: people come, go and change places by days.

        Raises:
            BadSetting: the address cannot be understood.
            StoreUnavailable: the database is not there, cannot be opened, or a newer version wrote it.
        """
        return cls(open_engine(url, making=making), timezone)

    def close(self) -> None:
        """Do what is waiting to be written, then close all connections."""
        self._writes.close()
        self._reader.dispose()

    # -- writing

    def write(self, records: Sequence[Line]) -> list[Outcome]:
        """Write records of any kinds, in any order, again and again; the outcome of each, in order.

        People and places go before posts, and posts before signals; apart from that a batch is written as if
        one by one. Versions decide between posts; of all else without a time the record given last stands.
        """
        return self._writes.run(partial(write_records, records=records, timezone=self.timezone))

    def submit(self, records: Sequence[Line], *, patient: bool = False) -> "Future[list[Outcome]]":
        """As `write`, without waiting: the outcomes come when they are durable.

        Raises `StoreBusy` where too much is waiting already, unless `patient`.
        """
        return self._writes.submit(
            lambda connection: write_records(connection, records, self.timezone), patient=patient
        )

    # -- publication

    def pending(self, after: int, limit: int) -> list[PendingPost]:
        """Posts above a revision that the index lacks as they are and has not refused, lowest first."""
        with self._reading() as connection:
            return publication.pending(connection, after, limit)

    def acknowledge(self, revisions: Collection[int]) -> None:
        """Mark the posts at these revisions as published; what has changed since then stays pending."""
        self._writes.run(lambda connection: publication.acknowledge(connection, revisions))

    def replay(self, after: int, limit: int) -> list[PendingPost]:
        """Every post above a revision, published or not, deleted or not, lowest revision first."""
        with self._reading() as connection:
            return publication.replay(connection, after, limit)

    def acknowledge_through(self, revision: int, refused: Collection[Refusal] = ()) -> None:
        """After a rebuild: posts up to `revision` are published save the refused, later ones are pending.

        Transactions of a bounded size: writers get their turn. Repeating it after a crash completes it.
        """
        self._writes.run(lambda connection: refusals.replace(connection, refused))
        for span in publication.spans(0, revision):
            self._writes.run(partial(publication.hold, span=span))
        for span in publication.spans(revision, self.last_revision()):
            self._writes.run(partial(publication.outdate, span=span))
        self._writes.run(publication.release_narrowed)

    def withdraw_all(self) -> None:
        """Nothing is known of what the index holds: every post is pending again, deleted ones too.

        An index that comes back may still hold deleted posts. Transactions as in `acknowledge_through`.
        """
        self._writes.run(lambda connection: refusals.replace(connection, ()))
        for span in publication.spans(0, self.last_revision()):
            self._writes.run(partial(publication.withdraw, span=span))

    def reread(self, says: Callable[[str], bool], *, until: int | None = None) -> int:
        """Let posts, up to a revision, whose texts `says` is true of be read and published again: how many.

        They are looked for page by page, before the one transaction that writes.
        """
        found = publication.saying(self._reading, says, until)
        return self._writes.run(lambda connection: publication.reread(connection, found)) if found else 0

    def published(self) -> Iterator[tuple[str, int]]:
        """The id and published revision of every post that the index should hold; one transaction a page."""
        page = [("", 0)]
        while page:
            with self._reading() as connection:
                page = publication.published(connection, page[-1][0])
            yield from page

    def publish_context(self, threads: Collection[str], channels: Collection[str]) -> PublishContext:
        """The openers of threads and the texts of channels, under no scope: for assigning topics."""
        with self._reading() as connection:
            return publication.publish_context(connection, threads, channels)

    def last_revision(self) -> int:
        """The revision of the latest change to a post."""
        with self._reading() as connection:
            return state.last_revision(connection)

    # -- who may read what

    def scope_of(self, person: str | None, at: datetime | None = None) -> Scope:
        """What a person may read at a time (now), without one what every employee may; raises `NotFound`."""
        with self._reading() as connection:
            return scopes.scope_of(connection, person, self._at(at))

    # -- reads under a scope

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Reads within it, on this thread, share one transaction and agree; nothing is written within it."""
        with self._moment() as moment:
            token = self._shared.set(moment)
            try:
                yield
            finally:
                self._shared.reset(token)

    def posts(self, ids: Collection[str], scope: Scope) -> dict[str, StoredPost]:
        """The visible ones of the posts, by id."""
        with self._moment() as moment:
            return moment.remembered(reading.posts, ids, scope, self._at())

    def ranking_features(self, passages: Mapping[str, int], scope: Scope, *, placed: bool = False) -> Ranked:
        """What ranking needs of the visible ones of the posts, each given with a passage's number."""
        with self._moment() as moment:
            return signals.ranking_features(moment, passages, scope, now(), placed=placed)

    def conversations(
        self, threads: Collection[str], scope: Scope, *, whole: Collection[str] = (), most: int = 0
    ) -> Conversations:
        """Openers and accepted answers of threads; of those that are `whole` the first `most` posts, too."""
        with self._moment() as moment:
            return signals.conversations(moment, threads, scope, now(), whole=whole, most=most, texts=True)

    def thread(self, thread: str, scope: Scope, limit: int = 200) -> list[StoredPost]:
        """The first visible posts, by time, of the thread that a visible post (any of it) belongs to."""
        with self._reading() as connection:
            return reading.thread(connection, thread, scope, limit, self._at())

    def posts_by(self, person: str, scope: Scope, limit: int = 20) -> list[StoredPost]:
        """The last visible posts of a person, newest first, never anonymous ones."""
        with self._reading() as connection:
            return reading.posts_by(connection, person, scope, limit, self._at())

    def signals(self, ids: Collection[str], scope: Scope) -> dict[str, Signals]:
        """What people did with the visible ones of the posts."""
        with self._reading() as connection:
            return signals.signals(connection, ids, scope, now())

    def annotations(self, ids: Collection[str], scope: Scope) -> dict[str, Annotation]:
        """The annotations of those of the posts that are visible and have been read as they are now."""
        with self._moment() as moment:
            return annotations.remembered(moment, ids, scope)

    def profiles(self, persons: Collection[str], scope: Scope) -> dict[str, Profile]:
        """Who the persons are, by id, as the scope sees them; empty for an empty scope."""
        with self._moment() as moment:
            return moment.remembered(people.profiles, persons, scope, self._at())

    def names(self, wanted: Mapping[str, Collection[str]], scope: Scope) -> dict[str, dict[str, str]]:
        """The names that people see, by field: company, unit, channel, person; `BadInput` for another one."""
        with self._moment() as moment:
            return moment.named(people.names, wanted, scope)

    # -- API tokens

    def create_token(
        self,
        *,
        name: str,
        role: TokenRole,
        person: str | None,
        permissions: Collection[str],
        expires: datetime | None,
    ) -> str:
        """Make an API token; its secret is returned once and kept nowhere.

        Raises `BadInput` for a name in use or that cannot be seen, an unknown role, permission or person,
        nobody to read as, or an expiry that has passed.
        """
        return self._writes.run(
            lambda connection: tokens.create(
                connection, name=name, role=role, person=person, permissions=permissions, expires=expires
            )
        )

    def authenticate(self, secret: str, at: datetime | None = None) -> Viewer:
        """Who asks with a secret, and what they may at a time (now); raises `Unauthenticated`."""
        with self._reading() as connection:
            return tokens.authenticate(connection, secret, self._at(at))

    def revoke_token(self, name: str) -> None:
        """End a token; raises `NotFound` where no token of that name is in force."""
        self._writes.run(lambda connection: tokens.revoke(connection, name))

    # -- state and numbers

    def get_state(self, key: str) -> str | None:
        """A value kept under a key, such as a source's cursor."""
        with self._reading() as connection:
            return state.get(connection, key)

    def set_state(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        self._writes.run(lambda connection: state.put(connection, key, value))

    def status(self) -> StoreStatus:
        """How much of everything there is."""
        with self._reading() as connection:
            return state.status(connection)

    def _at(self, moment: datetime | None = None) -> LocalTime:
        return on_clock(moment or now(), self.timezone)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._moment() as moment:
            yield moment.connection

    @contextmanager
    def _moment(self) -> Iterator[Moment]:
        if shared := self._shared.get():
            yield shared
            return
        with translated(), self._reader.begin() as connection:
            yield Moment(connection)
