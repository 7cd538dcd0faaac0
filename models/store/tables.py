"""The SQL tables of posts: what was written, what of it is published, and who may read it.

Nothing here refers to another table by foreign key save audiences: records arrive in any order, so an
account, channel, parent or person may be named long before it is known. Times are microseconds since 1970,
UTC: exact, ordered and the same on every database. Which index holds a part of the rows only is said by the
migration that makes it.
"""

from datetime import datetime

from sqlalchemy import Column, ColumnClause, ForeignKey, Index, Integer, false

from models.store.table import Table


class AudienceRow(Table):
    """A distinct set of audience tokens: posts refer to it, so that a scope becomes a few ids in SQL."""

    __tablename__ = "audience"
    id: ColumnClause[int] = Column(Integer, primary_key=True)
    digest: ColumnClause[str] = Column(unique=True)


class AudienceTokenRow(Table):
    """One token of an audience."""

    __tablename__ = "audience_token"
    audience_id: ColumnClause[int] = Column(Integer, ForeignKey(AudienceRow.id), primary_key=True)
    token: ColumnClause[str] = Column(primary_key=True, index=True)


class PostRow(Table):
    """A post, or the tombstone of one: `deleted`, without text, author or readers.

    `record_digest` covers all that the source gave, `content_digest` what is read of it, `digest` content and
    access. `published_digest` is empty from the moment that `digest` changes until the index is known to hold
    it. `narrowed` tells that the index may still show it to somebody who may not read it any more, since it
    is deleted, or was put under wider access. `channel` is empty only in the tombstone of a post that never
    came.
    """

    __tablename__ = "post"
    id: ColumnClause[str] = Column(primary_key=True)
    revision: ColumnClause[int] = Column(unique=True)
    record_digest: ColumnClause[str]
    content_digest: ColumnClause[str]
    digest: ColumnClause[str]
    published_digest: ColumnClause[str]
    published_revision: ColumnClause[int | None]
    narrowed: ColumnClause[bool] = Column(server_default=false())
    kind: ColumnClause[str]
    channel: ColumnClause[str]
    account: ColumnClause[str | None]
    company: ColumnClause[str | None]
    unit: ColumnClause[str | None]
    parent: ColumnClause[str | None]
    thread: ColumnClause[str]
    audience_id: ColumnClause[int] = Column(Integer, ForeignKey(AudienceRow.id))
    audience_given: ColumnClause[bool]
    anonymous: ColumnClause[bool]
    created: ColumnClause[datetime]
    edited: ColumnClause[datetime | None]
    source_revision: ColumnClause[int | None]
    deleted: ColumnClause[bool]
    deleted_at: ColumnClause[datetime | None]
    deleted_revision: ColumnClause[int | None]
    url: ColumnClause[str | None]
    source_tags: ColumnClause[str]
    title: ColumnClause[str | None]
    text: ColumnClause[str]
    __table_args__ = (
        Index("ix_post_channel", "channel", "created"),
        Index("ix_post_account_created", "account", "created"),
        Index("ix_post_thread_created", "thread", "created"),
        Index("ix_post_parent", "parent"),
        Index("ix_post_deleted", "deleted"),
        Index("ix_post_pending", "revision"),
        Index("ix_post_narrowed", "revision"),
        Index("ix_post_pending_channel", "channel"),
    )


class AttachmentRow(Table):
    """A file or picture of a post, in the source's order."""

    __tablename__ = "attachment"
    post: ColumnClause[str] = Column(primary_key=True)
    position: ColumnClause[int] = Column(Integer, primary_key=True)
    name: ColumnClause[str]
    url: ColumnClause[str | None]
    media_type: ColumnClause[str | None]
    size: ColumnClause[int | None]


class LinkRow(Table):
    """A link in a post, in the source's order."""

    __tablename__ = "link"
    post: ColumnClause[str] = Column(primary_key=True)
    position: ColumnClause[int] = Column(Integer, primary_key=True)
    url: ColumnClause[str]


class MentionRow(Table):
    """An account that a post mentions, in the source's order."""

    __tablename__ = "mention"
    post: ColumnClause[str] = Column(primary_key=True)
    position: ColumnClause[int] = Column(Integer, primary_key=True)
    account: ColumnClause[str]


class AnnotationRow(Table):
    """What reading a post yielded, good while `content_digest` is still that of the post."""

    __tablename__ = "annotation"
    post: ColumnClause[str] = Column(primary_key=True)
    content_digest: ColumnClause[str]
    analyzer: ColumnClause[str]
    dictionary: ColumnClause[str]
    tagger: ColumnClause[str]
    embedder: ColumnClause[str | None]
    language: ColumnClause[str]
    tags: ColumnClause[str]
    topics: ColumnClause[str] = Column(server_default="[]")
    passages: ColumnClause[int]
    forms: ColumnClause[str]
    spans: ColumnClause[bytes]
    vectors: ColumnClause[bytes]
    __table_args__ = (Index("ix_annotation_embedder", "embedder", "post"),)


class ReactionRow(Table):
    """Reactions of one kind by one account, or (account empty) by unnamed ones; `count` 0 was taken back."""

    __tablename__ = "reaction"
    post: ColumnClause[str] = Column(primary_key=True)
    kind: ColumnClause[str] = Column(primary_key=True)
    account: ColumnClause[str] = Column(primary_key=True)
    count: ColumnClause[int]
    created: ColumnClause[datetime | None]


class AcceptanceRow(Table):
    """The one answer that solved a question, or (not accepted) the last one that no longer does."""

    __tablename__ = "acceptance"
    question: ColumnClause[str] = Column(primary_key=True)
    answer: ColumnClause[str] = Column(index=True)
    account: ColumnClause[str | None]
    accepted: ColumnClause[bool]
    created: ColumnClause[datetime | None]


class VerificationRow(Table):
    """A curator's word for a post, or its withdrawal."""

    __tablename__ = "verification"
    post: ColumnClause[str] = Column(primary_key=True)
    person: ColumnClause[str] = Column(primary_key=True)
    verified: ColumnClause[bool]
    until: ColumnClause[datetime | None]
    created: ColumnClause[datetime | None]


class ViewsRow(Table):
    """How often a post was viewed in all."""

    __tablename__ = "views"
    post: ColumnClause[str] = Column(primary_key=True)
    count: ColumnClause[int]


class SupersessionRow(Table):
    """That one post supersedes another: `found`, as a post tells it (`told_by`), or `confirmed` or `refused`
    by a curator (`person`, and `told_by` empty), whose word goes before what is found.

    A post that tells something of an older one, whichever that is, is `telling` (`older` empty, `newer`
    itself): what it speaks of may come later.
    """

    __tablename__ = "supersession"
    older: ColumnClause[str] = Column(primary_key=True)
    newer: ColumnClause[str] = Column(primary_key=True, index=True)
    told_by: ColumnClause[str] = Column(primary_key=True, index=True)
    why: ColumnClause[str]
    state: ColumnClause[str]
    person: ColumnClause[str | None]
    decided: ColumnClause[datetime | None]


class MergeRow(Table):
    """That a curator (`person`) merged the thread that one post opened into that of another; no longer where
    it does not hold.
    """

    __tablename__ = "merge"
    thread: ColumnClause[str] = Column(primary_key=True)
    kept: ColumnClause[str] = Column(primary_key=True, index=True)
    holds: ColumnClause[bool]
    person: ColumnClause[str]
    decided: ColumnClause[datetime]
