"""The SQL tables of people, places and rights, and of the store's own things: tokens, state, counters."""

from datetime import date, datetime

from sqlalchemy import Column, ColumnClause, ForeignKey, Index, Integer, false

from models.store.table import Table


class CompanyRow(Table):
    """An affiliate of the group."""

    __tablename__ = "company"
    id: ColumnClause[str] = Column(primary_key=True)
    name: ColumnClause[str]
    name_en: ColumnClause[str | None]


class UnitRow(Table):
    """A department or team."""

    __tablename__ = "unit"
    id: ColumnClause[str] = Column(primary_key=True)
    company: ColumnClause[str]
    name: ColumnClause[str]
    name_en: ColumnClause[str | None]
    parent: ColumnClause[str | None]


class PersonRow(Table):
    """A human being."""

    __tablename__ = "person"
    id: ColumnClause[str] = Column(primary_key=True)
    name: ColumnClause[str]
    name_en: ColumnClause[str | None]
    title: ColumnClause[str | None]
    leader: ColumnClause[bool]
    guest: ColumnClause[bool]
    left: ColumnClause[bool]
    as_of: ColumnClause[datetime | None]


class EmploymentRow(Table):
    """A person's place from `since` (`date.min`: unknown) up to and without `until`; `unit` may be ""."""

    __tablename__ = "employment"
    person: ColumnClause[str] = Column(primary_key=True)
    company: ColumnClause[str] = Column(primary_key=True)
    unit: ColumnClause[str] = Column(primary_key=True)
    since: ColumnClause[date] = Column(primary_key=True)
    until: ColumnClause[date | None]
    title: ColumnClause[str | None]


class AccountRow(Table):
    """One network's user, with the person that the source gives, if any."""

    __tablename__ = "account"
    id: ColumnClause[str] = Column(primary_key=True)
    network: ColumnClause[str]
    handle: ColumnClause[str]
    name: ColumnClause[str | None]
    person: ColumnClause[str | None] = Column(index=True)
    presumed: ColumnClause[bool] = Column(server_default=false())
    bot: ColumnClause[bool]
    as_of: ColumnClause[datetime | None]


class KnownNameRow(Table):
    """A name by which a person or an account is or was shown. `number` tells which was known first."""

    __tablename__ = "known_name"
    name: ColumnClause[str] = Column(primary_key=True)
    number: ColumnClause[int] = Column(unique=True)


class AccountLinkRow(Table):
    """A merge: this account belongs to `person`, whatever the source says. Removing the row undoes it."""

    __tablename__ = "account_link"
    account: ColumnClause[str] = Column(primary_key=True)
    person: ColumnClause[str] = Column(index=True)
    created: ColumnClause[datetime]


class ChannelRow(Table):
    """A group, board, timeline or conversation.

    `narrowed` is 1 while the index may still show its posts to readers whom it has lost, 2 while it may still
    show them as another company's, else null.
    """

    __tablename__ = "channel"
    id: ColumnClause[str] = Column(primary_key=True)
    network: ColumnClause[str]
    name: ColumnClause[str]
    kind: ColumnClause[str]
    company: ColumnClause[str | None]
    private: ColumnClause[bool]
    archived: ColumnClause[bool]
    description: ColumnClause[str | None]
    narrowed: ColumnClause[int | None]
    as_of: ColumnClause[datetime | None]
    __table_args__ = (Index("ix_channel_narrowed", "narrowed"),)


class MembershipRow(Table):
    """An account's membership from `since` (the least time: not known) up to and without `until`."""

    __tablename__ = "membership"
    account: ColumnClause[str] = Column(primary_key=True)
    channel: ColumnClause[str] = Column(primary_key=True, index=True)
    since: ColumnClause[datetime] = Column(primary_key=True)
    until: ColumnClause[datetime | None]
    as_of: ColumnClause[datetime | None]


class DenialRow(Table):
    """A container closed to one person, or (person empty) to all; a later record replaces it."""

    __tablename__ = "denial"
    container: ColumnClause[str] = Column(primary_key=True)
    person: ColumnClause[str] = Column(primary_key=True, index=True)
    since: ColumnClause[datetime | None]
    until: ColumnClause[datetime | None]
    reason: ColumnClause[str | None]


class FollowRow(Table):
    """One account follows another; a later record replaces it."""

    __tablename__ = "follow"
    follower: ColumnClause[str] = Column(primary_key=True)
    followed: ColumnClause[str] = Column(primary_key=True, index=True)
    since: ColumnClause[datetime | None]
    until: ColumnClause[datetime | None]


class ApiTokenRow(Table):
    """An API token: only the hash of its secret. Among those in force a name is unique."""

    __tablename__ = "api_token"
    hash: ColumnClause[str] = Column(primary_key=True)
    name: ColumnClause[str]
    role: ColumnClause[str]
    person: ColumnClause[str | None]
    permissions: ColumnClause[str]
    created: ColumnClause[datetime]
    expires: ColumnClause[datetime | None]
    revoked: ColumnClause[datetime | None]
    __table_args__ = (Index("ix_api_token_in_force", "name", unique=True),)


class SessionRow(Table):
    """A browser that has signed in by a token: only the hash of its secret."""

    __tablename__ = "session"
    hash: ColumnClause[str] = Column(primary_key=True)
    token: ColumnClause[str] = Column(ForeignKey(ApiTokenRow.hash))
    expires: ColumnClause[datetime]


class StateRow(Table):
    """A named value: source cursors and the like."""

    __tablename__ = "state"
    key: ColumnClause[str] = Column(primary_key=True)
    value: ColumnClause[str]


class CounterRow(Table):
    """A named number; `revision` orders every change to a post, and its row is the lock of all writers."""

    __tablename__ = "counter"
    name: ColumnClause[str] = Column(primary_key=True)
    value: ColumnClause[int]


class RefusalRow(Table):
    """Why the index did not take a post as it is at a revision; a changed post has another revision."""

    __tablename__ = "refusal"
    revision: ColumnClause[int] = Column(primary_key=True, autoincrement=False)
    reason: ColumnClause[str]


class PublisherShareRow(Table):
    """A row to lock for whoever publishes some of the posts; all are always there, and say nothing else."""

    __tablename__ = "publisher_share"
    number: ColumnClause[int] = Column(Integer, primary_key=True, autoincrement=False)
