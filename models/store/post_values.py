"""The row of a post while it is being written, and the rules which of two versions, or a deletion, stands."""

import json
from datetime import datetime
from typing import TypedDict, TypeVar

from models.moments import utc
from models.records import Deletion, Post, PostKind
from models.store.digests import DELETED
from models.store.table import EPOCH

Value = TypeVar("Value", int, datetime)


class PostValues(TypedDict):
    """All columns of a post's row."""

    id: str
    revision: int
    record_digest: str
    content_digest: str
    digest: str
    published_digest: str
    published_revision: int | None
    narrowed: bool
    kind: str
    channel: str
    account: str | None
    company: str | None
    unit: str | None
    parent: str | None
    thread: str
    audience_id: int
    audience_given: bool
    anonymous: bool
    created: datetime
    edited: datetime | None
    source_revision: int | None
    deleted: bool
    deleted_at: datetime | None
    deleted_revision: int | None
    url: str | None
    source_tags: str
    title: str | None
    text: str


def is_older(post: Post, old: PostValues, latest: datetime) -> bool:
    """Whether a post comes before the stored version: by revision where both have one, else by time.

    What is dated after `latest`, which has not come yet, is older than anything that is not.
    """
    if post.source_revision is not None and old["source_revision"] is not None:
        return post.source_revision < old["source_revision"]
    version, there = utc(post.edited or post.created), old["edited"] or old["created"]
    return (version <= latest, version) < (there <= latest, there)


def outlives(
    edited: datetime | None,
    revision: int | None,
    deleted: datetime | None,
    deleted_revision: int | None,
    latest: datetime,
) -> bool:
    """Whether a version is newer than a deletion; in whichever order the two arrive, the answer is the same.

    A time of creation alone never outlives a deletion, nor does an edit that has not come yet (after
    `latest`), and nothing outlives a deletion without revision and time.
    """
    if revision is not None and deleted_revision is not None:
        return revision > deleted_revision
    return edited is not None and deleted is not None and utc(deleted) < utc(edited) <= latest


def strengthen(tombstone: PostValues, deletion: Deletion) -> bool:
    """Let a tombstone keep out what a further deletion would; whether that changed it."""
    before = (tombstone["deleted_at"], tombstone["deleted_revision"])
    after = (
        _latest(before[0], deletion.deleted and utc(deletion.deleted)),
        _latest(before[1], deletion.source_revision),
    )
    if before == (None, None) or (deletion.deleted, deletion.source_revision) == (None, None):
        after = (None, None)
    tombstone["deleted_at"], tombstone["deleted_revision"] = after
    return after != before


def live_values(post: Post, old: PostValues | None, record: str, content: str, revision: int) -> PostValues:
    """The row of a post as given; thread, audience and digest are still to be derived.

    The company and unit at posting stay while the same account stands for the same time.
    """
    created = utc(post.created)
    same_author = old is not None and (old["account"], old["created"]) == (post.account, created)
    return PostValues(
        id=post.id,
        revision=revision,
        record_digest=record,
        content_digest=content,
        digest=old["digest"] if old else "",
        published_digest=old["published_digest"] if old else "",
        published_revision=old["published_revision"] if old else None,
        narrowed=old["narrowed"] if old else False,
        kind=post.kind.value,
        channel=post.channel,
        account=post.account,
        company=old["company"] if old and same_author else None,
        unit=old["unit"] if old and same_author else None,
        parent=post.parent,
        thread=old["thread"] if old else post.id,
        audience_id=0,
        audience_given=post.audience is not None,
        anonymous=post.anonymous,
        created=created,
        edited=post.edited and utc(post.edited),
        source_revision=post.source_revision,
        deleted=False,
        deleted_at=None,
        deleted_revision=None,
        url=post.url,
        source_tags=json.dumps(post.tags, ensure_ascii=False) if post.tags else "[]",
        title=post.title,
        text=post.text,
    )


def tombstone_values(deletion: Deletion, old: PostValues | None, nobody: int, revision: int) -> PostValues:
    """The row of a deleted post: its place in channel and thread, and nothing that anybody wrote."""
    deleted = deletion.deleted and utc(deletion.deleted)
    return PostValues(
        id=deletion.post,
        revision=revision,
        record_digest="",
        content_digest="",
        digest=DELETED,
        # One that was never here cannot be in an index: there is nothing to withdraw.
        published_digest="" if old else DELETED,
        published_revision=old["published_revision"] if old else None,
        narrowed=old is not None,
        kind=PostKind.POST.value,
        channel=old["channel"] if old else "",
        account=None,
        company=None,
        unit=None,
        parent=old["parent"] if old else None,
        thread=old["thread"] if old else deletion.post,
        audience_id=nobody,
        audience_given=False,
        anonymous=False,
        created=old["created"] if old else deleted or EPOCH,
        edited=None,
        source_revision=None,
        deleted=True,
        deleted_at=deleted,
        deleted_revision=deletion.source_revision,
        url=None,
        source_tags="[]",
        title=None,
        text="",
    )


def _latest(one: Value | None, other: Value | None) -> Value | None:
    return max(one, other) if one is not None and other is not None else one if other is None else other
