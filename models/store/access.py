"""What a post's access follows from: its channel, its author's employment then, and its thread.

Access is derived, never given twice: when a channel, an employment or a thread is learnt late or changes, the
posts concerned are derived anew, and whichever order the records came in, the posts end up the same.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from models.moments import day_of
from models.records import ChannelKind
from models.scope import EVERYONE, Scope, channel_token, company_token, thread_token
from models.store.audiences import Audience, Audiences, tokens_of
from models.store.digests import digest_of
from models.store.directory_tables import ChannelRow
from models.store.employments import Employment, careers, current, persons_of
from models.store.statements import RevisionSequence, among, chunks, table_of
from models.store.tables import PostRow

CHANNEL = (ChannelRow.id, ChannelRow.network, ChannelRow.company, ChannelRow.private, ChannelRow.kind)
"""The columns that `place_of` and `is_seen` look at, the channel itself first."""
PLACE = tuple(column.key for column in CHANNEL[1:])
"""Their names, without the channel."""
LOST_READERS, MOVED = 1, 2
"""A channel's `narrowed`: what some could read by their tokens, and what went to another company."""


class ChannelAccess(NamedTuple):
    """What a post takes over from its channel."""

    network: str
    company: str | None
    tokens: tuple[str, ...]


def place_of(channel: str, values: Mapping[Any, Any] | None) -> ChannelAccess:
    """The place of a channel, by its row; of one that is not known yet only members may read."""
    if values is None:
        return ChannelAccess(channel.partition(":")[0], None, (channel_token(channel),))
    # Members read what is in their channel, whatever else they may: guests have no other token.
    tokens = [channel_token(channel)]
    if not (values["private"] or values["kind"] == ChannelKind.DIRECT):
        tokens.append(company_token(values["company"]) if values["company"] else EVERYONE)
    return ChannelAccess(values["network"], values["company"], tuple(tokens))


def is_seen(channel: str, values: Mapping[Any, Any] | None, scope: Scope) -> bool:
    """Whether a scope reads a channel, by its row: what is written in it, its name and its description."""
    place, own = place_of(channel, values), channel_token(channel)
    containers = (own, company_token(place.company)) if place.company else (own,)
    return scope.sees(place.tokens, containers)


def containers_of(channel: str, place: ChannelAccess, thread: str) -> tuple[str, ...]:
    """The containers that a post lies in."""
    company = (company_token(place.company),) if place.company else ()
    return (channel_token(channel), *company, thread_token(thread))


def places_of(connection: Connection, channels: Iterable[str]) -> dict[str, ChannelAccess]:
    """The place of every channel named, known or not."""
    places = {channel: place_of(channel, None) for channel in channels}
    for values in connection.execute(select(*CHANNEL).where(among(ChannelRow.id, places))).mappings():
        places[values["id"]] = place_of(values["id"], values)
    return places


class Access:
    """Derives the access of posts within one transaction, from what is known by then."""

    def __init__(self, connection: Connection, timezone: tzinfo) -> None:
        self._connection = connection
        self._timezone = timezone
        self._audiences = Audiences(connection)
        self._places: dict[str, ChannelAccess] = {}
        self._careers: dict[str, list[Employment]] = {}
        self._employers: dict[tuple[str, date], tuple[str | None, str | None]] = {}

    def load(self, channels: Iterable[str], accounts: Iterable[str | None]) -> None:
        """Read what is known of these channels and accounts: before posts that name them are derived."""
        places = places_of(self._connection, set(channels) - self._places.keys())
        self._places.update(places)
        self._audiences.load({place.tokens for place in places.values()})
        unread = {account for account in accounts if account} - self._careers.keys()
        persons = persons_of(self._connection, unread)
        by_person = careers(self._connection, set(persons.values()))
        self._careers.update((account, by_person.get(persons.get(account, ""), [])) for account in unread)

    def audience(self, channel: str, given: tuple[str, ...] | None) -> Audience:
        """Who may read: as the source says, or as the channel implies."""
        return self._audiences.of(self._places[channel].tokens if given is None else given)

    def employer(self, account: str | None, at: datetime) -> tuple[str | None, str | None]:
        """The company and unit of an account's person at a time; of several places the one begun last."""
        career = self._careers.get(account or "")
        if not account or not career:
            return (None, None)
        key = (account, day_of(at, self._timezone))
        if key not in self._employers:
            places = current(career, key[1])
            self._employers[key] = (places[0].company, places[0].unit) if places else (None, None)
        return self._employers[key]

    def digest(self, post: Mapping[str, Any], audience: str) -> str:
        """The digest of content and access of a post's row; `audience` is the audience's own digest."""
        place = self._places[post["channel"]]
        return digest_of(
            post["content_digest"],
            audience,
            post["channel"],
            place.network,
            place.company,
            post["thread"],
            "01"[post["anonymous"]],
            *((None,) * 3 if post["anonymous"] else (post["company"], post["unit"], post["account"])),
        )

    def rederive(self, posts: Iterable[str], revisions: RevisionSequence, threads: Mapping[str, str]) -> None:
        """Derive stored posts anew, moved to the threads given; those that change get a new revision."""
        for chunk in chunks(posts):
            query = select(*_DERIVED).where(among(PostRow.id, chunk)).order_by(PostRow.revision)
            rows = [dict(values) for values in self._connection.execute(query).mappings()]
            self.load(
                {row["channel"] for row in rows}, {row["account"] for row in rows if not row["company"]}
            )
            given = tokens_of(self._connection, {row["audience_id"] for row in rows if row["audience_given"]})
            changed = []
            for row in rows:
                before = dict(row)
                row["thread"] = threads.get(row["id"], row["thread"])
                if not row["deleted"]:
                    self._derive(row, given.get(row["audience_id"]) if row["audience_given"] else None)
                if row != before:
                    if row["digest"] != before["digest"]:
                        row["revision"], row["published_digest"] = revisions.next(), ""
                        # What a channel loses is closed by the scopes at once, until all its posts are put.
                        row["narrowed"] |= row["thread"] != before["thread"]
                    changed.append({f"new_{name}": row[name] for name in ("id", *_WRITTEN)})
            if changed:
                self._connection.execute(_REWRITE, changed)

    def _derive(self, row: dict[str, Any], given: tuple[str, ...] | None) -> None:
        audience = self.audience(row["channel"], given)
        row["audience_id"] = audience.id
        if not row["company"]:  # learnt late; once known it is the company at posting, for good
            row["company"], row["unit"] = self.employer(row["account"], row["created"])
        row["digest"] = self.digest(row, audience.digest)


_WRITTEN = ("revision", "digest", "published_digest", "narrowed", "thread", "company", "unit", "audience_id")
_READ = ("id", "content_digest", "channel", "account", "anonymous", "created", "audience_given", "deleted")
_DERIVED = [table_of(PostRow).columns[name] for name in (*_READ, *_WRITTEN)]
_REWRITE = (
    update(table_of(PostRow))
    .where(table_of(PostRow).columns["id"] == bindparam("new_id"))
    .values({name: bindparam(f"new_{name}") for name in _WRITTEN})
)
