"""The SQL tables of posts: what was written, what of it is published, and who may read it.

Nothing here refers to another table by foreign key save audiences: records arrive in any order, so an
account, channel, parent or person may be named long before it is known. Times are microseconds since 1970,
UTC: exact, ordered and the same on every database.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NAMING = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
}
"""Constraints have the same names on every database, so that a migration can speak of them."""


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 (negative before)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The number for a time; a naive one is taken to be UTC."""
        if value is None:
            return None
        return ((value if value.tzinfo else value.replace(tzinfo=UTC)) - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """The time for a number, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Table(DeclarativeBase):
    """The declarative root of every table; rows are read and written by Core statements only."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 (read by SQLAlchemy as a class attribute)
        str: Text,
        int: BigInteger,
        bool: Boolean,
        float: Float,
        bytes: LargeBinary,
        date: Date,
        datetime: Instant,
    }


class AudienceRow(Table):
    """A distinct set of audience tokens: posts refer to it, so that a scope becomes a few ids in SQL."""

    __tablename__ = "audience"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)


class AudienceTokenRow(Table):
    """One token of an audience."""

    __tablename__ = "audience_token"
    audience_id: Mapped[int] = mapped_column(Integer, ForeignKey(AudienceRow.id), primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True, index=True)


PENDING = sql("published_digest <> digest")


class PostRow(Table):
    """A post, or the tombstone of one: `deleted`, without text, author or readers.

    `record_digest` covers all that the source gave, `content_digest` what is read of it, `digest` content and
    access. `published_digest` is empty from the moment that `digest` changes until the index is known to hold
    it. `narrowed` tells that the index may still show it to somebody who may not read it any more, since it
    is deleted, or was put under wider access. `channel` is empty only in the tombstone of a post that never
    came.
    """

    __tablename__ = "post"
    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(unique=True)
    record_digest: Mapped[str]
    content_digest: Mapped[str]
    digest: Mapped[str]
    published_digest: Mapped[str]
    published_revision: Mapped[int | None]
    narrowed: Mapped[bool] = mapped_column(server_default=false())
    kind: Mapped[str]
    channel: Mapped[str]
    account: Mapped[str | None]
    company: Mapped[str | None]
    unit: Mapped[str | None]
    parent: Mapped[str | None]
    thread: Mapped[str]
    audience_id: Mapped[int] = mapped_column(Integer, ForeignKey(AudienceRow.id))
    audience_given: Mapped[bool]
    anonymous: Mapped[bool]
    created: Mapped[datetime]
    edited: Mapped[datetime | None]
    source_revision: Mapped[int | None]
    deleted: Mapped[bool]
    deleted_at: Mapped[datetime | None]
    deleted_revision: Mapped[int | None]
    url: Mapped[str | None]
    source_tags: Mapped[str]
    title: Mapped[str | None]
    text: Mapped[str]
    __table_args__ = (
        Index("ix_post_channel", "channel", "created"),
        Index("ix_post_account_created", "account", "created"),
        Index("ix_post_thread_created", "thread", "created"),
        Index(
            "ix_post_parent",
            "parent",
            sqlite_where=sql("parent IS NOT NULL"),
            postgresql_where=sql("parent IS NOT NULL"),
        ),
        Index(
            "ix_post_deleted",
            "deleted",
            sqlite_where=sql("deleted = 1"),
            postgresql_where=sql("deleted"),
        ),
        Index("ix_post_pending", "revision", sqlite_where=PENDING, postgresql_where=PENDING),
        Index(
            "ix_post_narrowed",
            "revision",
            sqlite_where=sql("narrowed = 1"),
            postgresql_where=sql("narrowed"),
        ),
        Index("ix_post_pending_channel", "channel", sqlite_where=PENDING, postgresql_where=PENDING),
    )


class AttachmentRow(Table):
    """A file or picture of a post, in the source's order."""

    __tablename__ = "attachment"
    post: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str]
    url: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]


class LinkRow(Table):
    """A link in a post, in the source's order."""

    __tablename__ = "link"
    post: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    url: Mapped[str]


class MentionRow(Table):
    """An account that a post mentions, in the source's order."""

    __tablename__ = "mention"
    post: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    account: Mapped[str]


class AnnotationRow(Table):
    """What reading a post yielded, good while `content_digest` is still that of the post."""

    __tablename__ = "annotation"
    post: Mapped[str] = mapped_column(primary_key=True)
    content_digest: Mapped[str]
    analyzer: Mapped[str]
    dictionary: Mapped[str]
    tagger: Mapped[str]
    embedder: Mapped[str | None]
    language: Mapped[str]
    tags: Mapped[str]
    topics: Mapped[str] = mapped_column(server_default="[]")
    passages: Mapped[int]
    forms: Mapped[str]
    spans: Mapped[bytes]
    vectors: Mapped[bytes]


class ReactionRow(Table):
    """Reactions of one kind by one account, or (account empty) by unnamed ones; `count` 0 was taken back."""

    __tablename__ = "reaction"
    post: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    created: Mapped[datetime | None]


class AcceptanceRow(Table):
    """The one answer that solved a question, or (not accepted) the last one that no longer does."""

    __tablename__ = "acceptance"
    question: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(index=True)
    account: Mapped[str | None]
    accepted: Mapped[bool]
    created: Mapped[datetime | None]


class VerificationRow(Table):
    """A curator's word for a post, or its withdrawal."""

    __tablename__ = "verification"
    post: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    verified: Mapped[bool]
    until: Mapped[datetime | None]
    created: Mapped[datetime | None]


class ViewsRow(Table):
    """How often a post was viewed in all."""

    __tablename__ = "views"
    post: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
