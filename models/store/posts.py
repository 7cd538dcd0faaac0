"""Writing posts and deletions: which version stands, what a tombstone keeps out, what becomes pending."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from models.moments import FUTURE, now, utc
from models.records import Attachment, Deletion, Post
from models.store.access import Access
from models.store.audiences import tokens_of
from models.store.digests import content_digest, record_digest
from models.store.directory_tables import AccountRow, ChannelRow
from models.store.post_values import (
    PostValues,
    is_older,
    live_values,
    outlives,
    strengthen,
    tombstone_values,
)
from models.store.publication import put_again
from models.store.snapshots import Completeness
from models.store.statements import RevisionSequence, among, insert_new, table_of, upsert
from models.store.tables import (
    AnnotationRow,
    AttachmentRow,
    LinkRow,
    MentionRow,
    PostRow,
)
from models.store.threads import Node, settle
from models.stored import Change, Outcome

OLDER = Outcome(
    change=Change.OLDER,
    problem="older_revision",
    detail="A newer revision of this post is there.",
    remedy="Nothing to do: the newer one stays.",
)
DELETED_BEFORE = Outcome(
    change=Change.OLDER,
    problem="deleted_before",
    detail="This post was deleted at its source.",
    remedy="Nothing to do: only a revision newer than the deletion would bring it back.",
)
CYCLIC = ("cyclic_reply", "The replies run in a circle.", "It is kept; the earliest post begins the thread.")
UNKNOWN_CHANNEL = (
    "unknown_channel",
    "The post's channel has not been given yet.",
    "It is kept, and readable by members only until the channel is given.",
)
UNKNOWN_ACCOUNT = (
    "unknown_account",
    "The post's author has not been given yet.",
    "It is kept, and attributed as soon as the account is given.",
)
FUTURE_DATE = (
    "future_date",
    "The post is dated in the future.",
    "It is kept as given, and counts nowhere as new; check the source's clock.",
)


class PostBatch:
    """The posts and deletions of one transaction, applied one by one in memory, then written in bulk."""

    def __init__(
        self, connection: Connection, access: Access, revisions: RevisionSequence, known: Completeness
    ) -> None:
        self._connection = connection
        self._known = known
        self._access = access
        self._revisions = revisions
        self._posts: dict[str, PostValues] = {}
        self._stored: Mapping[str, PostValues] = {}
        self._parts: dict[str, Post | None] = {}
        self._touched: dict[str, Post | None] = {}
        self._new: set[str] = set()
        self._rewritten: set[str] = set()
        self._moved: set[str] = set()

    def write(self, records: Sequence[Post | Deletion]) -> list[Outcome]:
        """Write records in their order; the outcome of each."""
        ids = dict.fromkeys(record.id if isinstance(record, Post) else record.post for record in records)
        for row in self._connection.execute(select(_POST).where(among(_POST.columns["id"], ids))).mappings():
            values = PostValues(**row)  # type: ignore[typeddict-item]
            self._posts[values["id"]] = values
        self._stored = dict(self._posts)
        latest = now() + FUTURE
        outcomes = [
            self._post(record, latest) if isinstance(record, Post) else self._deletion(record, latest)
            for record in records
        ]
        resolution = settle(self._connection, self._nodes(self._new), self._nodes(self._moved))
        elsewhere = self._thread(resolution.threads)
        self._derive()
        self._flush()
        self._access.rederive(elsewhere, self._revisions, elsewhere)
        self._refile()
        channels = self._unknown(ChannelRow, {post.channel for post in self._touched.values() if post})
        accounts = self._unknown(AccountRow, {post.account for post in self._touched.values() if post})
        for position, record in enumerate(records):
            outcome = outcomes[position]
            if isinstance(record, Deletion) or outcome.change not in (Change.CREATED, Change.UPDATED):
                continue
            if record.id in resolution.circular:
                outcomes[position] = _with(outcome, CYCLIC)
            elif outcome.problem is None and record.channel in channels:
                outcomes[position] = _with(outcome, UNKNOWN_CHANNEL)
            elif outcome.problem is None and record.account in accounts:
                outcomes[position] = _with(outcome, UNKNOWN_ACCOUNT)
        return outcomes

    def _nodes(self, posts: set[str]) -> dict[str, Node]:
        return {post: Node(self._posts[post]["parent"], self._posts[post]["created"]) for post in posts}

    def _unknown(self, row: type[ChannelRow] | type[AccountRow], ids: set[Any]) -> set[str]:
        named = ids - {None}
        return named - set(self._connection.execute(select(row.id).where(among(row.id, named))).scalars())

    def _post(self, post: Post, latest: datetime) -> Outcome:
        content = content_digest(post)
        record = record_digest(post, content)
        old = self._posts.get(post.id)
        if old is not None and old["deleted"]:
            deletion = old["deleted_at"], old["deleted_revision"]
            if not outlives(post.edited, post.source_revision, *deletion, latest):
                self._learn_place(old, post)
                return DELETED_BEFORE
        elif old is None:
            if self._known.lacks(post):
                return DELETED_BEFORE
        else:
            if is_older(post, old, latest):
                return OLDER
            if record == old["record_digest"]:
                version = (post.edited and utc(post.edited), post.source_revision)
                if version != (old["edited"], old["source_revision"]):
                    old["edited"], old["source_revision"] = version
                    self._touched.setdefault(post.id, None)
                return Outcome(change=Change.UNCHANGED)
            if content != old["content_digest"]:
                self._rewritten.add(post.id)
        values = live_values(post, old, record, content, self._revisions.next())
        if old is None:
            self._new.add(post.id)
        elif old["parent"] != post.parent or old["created"] != values["created"]:
            self._moved.add(post.id)
        self._posts[post.id] = values
        self._touched[post.id] = self._parts[post.id] = post
        outcome = Outcome(change=Change.CREATED if old is None else Change.UPDATED)
        return _with(outcome, FUTURE_DATE) if utc(post.created) > latest else outcome

    def _learn_place(self, tombstone: PostValues, post: Post) -> None:
        # A deletion that came first knew nothing of the post: the replies to it need its place in the thread.
        if not tombstone["channel"]:
            tombstone["channel"] = post.channel
            tombstone["parent"] = post.parent
            tombstone["created"] = utc(post.created)
            self._moved.add(post.id)
            self._touched[post.id] = None

    def _deletion(self, deletion: Deletion, latest: datetime) -> Outcome:
        old = self._posts.get(deletion.post)
        if old is not None and old["deleted"]:
            if strengthen(old, deletion):
                self._touched[deletion.post] = None
            return Outcome(change=Change.UNCHANGED)
        if old is not None and outlives(
            old["edited"], old["source_revision"], deletion.deleted, deletion.source_revision, latest
        ):
            return OLDER
        if old is None:
            self._new.add(deletion.post)
        nobody = self._access.audience("", ()).id
        self._posts[deletion.post] = tombstone_values(deletion, old, nobody, self._revisions.next())
        self._touched[deletion.post] = self._parts[deletion.post] = None
        return Outcome(change=Change.CREATED if old is None else Change.UPDATED)

    def _thread(self, threads: Mapping[str, str]) -> dict[str, str]:
        """Give touched posts their threads; what is left is the threads of stored posts that go with them."""
        elsewhere = {}
        for post, thread in threads.items():
            if post in self._touched and (self._touched[post] or self._posts[post]["deleted"]):
                self._posts[post]["thread"] = thread
            else:
                elsewhere[post] = thread
        return elsewhere

    def _refile(self) -> None:
        """Replies have topics from what opens their thread: where that changed, they are put again."""
        changed = self._parts.keys() & self._stored
        openers = [post for post in changed if self._posts[post]["thread"] == post]
        closed = [post for post in openers if self._posts[post]["narrowed"]]
        for posts, narrowed in ((closed, True), (set(openers).difference(closed), False)):
            if posts:
                replies = select(PostRow.id).where(among(PostRow.thread, posts), PostRow.id != PostRow.thread)
                found = self._connection.execute(replies.order_by(PostRow.revision)).scalars().all()
                put_again(self._connection, found, self._revisions, narrowed=narrowed)

    def _derive(self) -> None:
        live = [values for post in self._touched if not (values := self._posts[post])["deleted"]]
        self._access.load(
            {values["channel"] for values in live},
            {values["account"] for values in live if values["company"] is None},
        )
        changed = []
        for values in live:
            post = self._touched[values["id"]]
            if post is None:
                continue
            audience = self._access.audience(post.channel, post.audience)
            values["audience_id"] = audience.id
            if values["company"] is None:
                values["company"], values["unit"] = self._access.employer(
                    values["account"], values["created"]
                )
            digest = self._access.digest(values, audience.digest)
            if digest != values["digest"]:
                # Not compared any more: between two changes the index may have taken in the first one.
                values["digest"], values["published_digest"] = digest, ""
                changed.append(values)
        self._narrow(changed)

    def _narrow(self, changed: Iterable[PostValues]) -> None:
        """Note which posts are closed to somebody who could read them as they were stored."""
        both = [(old, new) for new in changed if (old := self._stored.get(new["id"])) and not old["deleted"]]
        tokens = tokens_of(self._connection, {post["audience_id"] for pair in both for post in pair})
        for old, new in both:
            # Another channel or thread may be denied; who the author is, is not for readers any more.
            new["narrowed"] |= (
                (old["channel"], old["thread"]) != (new["channel"], new["thread"])
                or new["anonymous"] > old["anonymous"]
                or not set(tokens[old["audience_id"]]) <= set(tokens[new["audience_id"]])
            )

    def _flush(self) -> None:
        changed = [post for post in self._parts if post in self._stored]
        gone = [post for post in changed if self._posts[post]["deleted"]]
        for row in (LinkRow, MentionRow, AttachmentRow) if changed else ():
            self._connection.execute(delete(row).where(among(row.post, changed)))
        if unread := self._rewritten.union(gone):
            # What was read of a text that is no longer there has its words.
            self._connection.execute(delete(AnnotationRow).where(among(AnnotationRow.post, unread)))
        # Most are new.
        insert_new(
            self._connection,
            PostRow,
            [self._posts[post] for post in self._touched if post not in self._stored],
        )
        upsert(
            self._connection, PostRow, [self._posts[post] for post in self._touched if post in self._stored]
        )
        parts = [post for post in self._parts.values() if post is not None]
        insert_new(
            self._connection, LinkRow, [row for post in parts for row in _rows(post.id, "url", post.links)]
        )
        insert_new(
            self._connection,
            MentionRow,
            [row for post in parts for row in _rows(post.id, "account", post.mentions)],
        )
        insert_new(
            self._connection,
            AttachmentRow,
            [row for post in parts for row in _files(post.id, post.attachments)],
        )


_POST = table_of(PostRow)


def _with(outcome: Outcome, problem: tuple[str, str, str]) -> Outcome:
    kind, detail, remedy = problem
    return Outcome(change=outcome.change, problem=kind, detail=detail, remedy=remedy)


def _rows(post: str, column: str, values: Sequence[str]) -> list[dict[str, Any]]:
    return [{"post": post, "position": position, column: value} for position, value in enumerate(values)]


def _files(post: str, files: Sequence[Attachment]) -> list[dict[str, Any]]:
    return [
        {
            "post": post,
            "position": position,
            "name": file.name,
            "url": file.url,
            "media_type": file.media_type,
            "size": file.size,
        }
        for position, file in enumerate(files)
    ]
