"""The SQL tables of people, places and rights, and of the store's own things: tokens, state, counters."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.store.tables import Table

NARROWED = text("narrowed IS NOT NULL")
IN_FORCE = text("revoked IS NULL")


class CompanyRow(Table):
    """An affiliate of the group."""

    __tablename__ = "company"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str | None]


class UnitRow(Table):
    """A department or team."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(primary_key=True)
    company: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    parent: Mapped[str | None]


class PersonRow(Table):
    """A human being."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    title: Mapped[str | None]
    leader: Mapped[bool]
    guest: Mapped[bool]
    left: Mapped[bool]
    as_of: Mapped[datetime | None]


class EmploymentRow(Table):
    """A person's place from `since` (`date.min`: unknown) up to and without `until`; `unit` may be ""."""

    __tablename__ = "employment"
    person: Mapped[str] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    title: Mapped[str | None]


class AccountRow(Table):
    """One network's user, with the person that the source gives, if any."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str]
    handle: Mapped[str]
    name: Mapped[str | None]
    person: Mapped[str | None] = mapped_column(index=True)
    presumed: Mapped[bool] = mapped_column(server_default=false())
    bot: Mapped[bool]
    as_of: Mapped[datetime | None]


class KnownNameRow(Table):
    """A name by which a person or an account is or was shown. `number` tells which was known first."""

    __tablename__ = "known_name"
    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)


class AccountLinkRow(Table):
    """A merge: this account belongs to `person`, whatever the source says. Removing the row undoes it."""

    __tablename__ = "account_link"
    account: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    created: Mapped[datetime]


class ChannelRow(Table):
    """A group, board, timeline or conversation.

    `narrowed` is 1 while the index may still show its posts to readers whom it has lost, else null.
    """

    __tablename__ = "channel"
    id: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    company: Mapped[str | None]
    private: Mapped[bool]
    archived: Mapped[bool]
    description: Mapped[str | None]
    narrowed: Mapped[int | None]
    as_of: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_channel_narrowed", "narrowed", sqlite_where=NARROWED, postgresql_where=NARROWED),
    )


class MembershipRow(Table):
    """An account's membership from `since` (the least time: not known) up to and without `until`."""

    __tablename__ = "membership"
    account: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    as_of: Mapped[datetime | None]


class DenialRow(Table):
    """A container closed to one person, or (person empty) to all; a later record replaces it."""

    __tablename__ = "denial"
    container: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True, index=True)
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    reason: Mapped[str | None]


class FollowRow(Table):
    """One account follows another; a later record replaces it."""

    __tablename__ = "follow"
    follower: Mapped[str] = mapped_column(primary_key=True)
    followed: Mapped[str] = mapped_column(primary_key=True, index=True)
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]


class ApiTokenRow(Table):
    """An API token: only the hash of its secret. Among those in force a name is unique."""

    __tablename__ = "api_token"
    hash: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    person: Mapped[str | None]
    permissions: Mapped[str]
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_api_token_in_force",
            "name",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )


class SessionRow(Table):
    """A browser that has signed in by a token: only the hash of its secret."""

    __tablename__ = "session"
    hash: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey(ApiTokenRow.hash))
    expires: Mapped[datetime]


class StateRow(Table):
    """A named value: source cursors and the like."""

    __tablename__ = "state"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class CounterRow(Table):
    """A named number; `revision` orders every change to a post, and its row is the lock of all writers."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class RefusalRow(Table):
    """Why the index did not take a post as it is at a revision; a changed post has another revision."""

    __tablename__ = "refusal"
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str]


class PublisherShareRow(Table):
    """A row to lock for whoever publishes some of the posts; all are always there, and say nothing else."""

    __tablename__ = "publisher_share"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
