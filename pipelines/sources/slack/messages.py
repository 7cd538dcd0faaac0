"""A Slack message into a post with its reactions, an edit, or a deletion."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from models.records import Post, Reaction
from models.snapshot import Snapshot, SnapshotKind
from pipelines.problems import Problem
from pipelines.sources.checks import located
from pipelines.sources.json_array import Element
from pipelines.sources.slack.fields import moment, name, objects, string, strings
from pipelines.sources.slack.markup import Markup, reaction_name
from pipelines.sources.slack.people import People
from pipelines.sources.slack.wording import unfurls, wording_of
from pipelines.sources.source import Located

STATED = 500
"""Messages whose reactions are told together: few enough for memory, many enough for the store."""
TALK = frozenset(
    ("", "bot_message", "me_message", "thread_broadcast", "file_share", "file_comment", "slackbot_response")
)
"""The subtypes in which somebody says something; the others tell of joins, topics, calls and the like."""


class Messages:
    """Turns the messages of one channel after the other into records; counts what is no talk by subtype."""

    def __init__(self, network: str, people: People, markup: Markup, as_of: datetime | None) -> None:
        self._network = network
        self._as_of = as_of
        self._people = people
        self._markup = markup
        self.left_out: Counter[str] = Counter()
        self._times: dict[str, datetime] = {}
        self._given: list[Reaction] = []

    def day(self, items: Iterable[Element | Problem], channel: str, file: str) -> Iterator[Located | Problem]:
        """The records of one day's file; ids come twice only within a day, for they are times."""
        seen: dict[str, str] = {}
        for item in items:
            if isinstance(item, Problem):
                yield item
                continue
            line, message = item
            id_, text = string(message, "ts"), string(message, "text")
            if id_ and seen.setdefault(id_, text) != text:
                yield Problem(
                    kind="duplicate_id",
                    file=file,
                    line=line,
                    message=f"Two messages have the id {id_}.",
                    remedy="The first was kept.",
                )
            else:
                yield from self._message(message, channel, file, line)

    def _message(
        self, message: dict[str, Any], channel: str, file: str, line: int
    ) -> Iterator[Located | Problem]:
        subtype = string(message, "subtype")
        changed = message.get("message")
        if subtype == "message_changed" and isinstance(changed, dict):
            yield from self._message({"edited": {"ts": message.get("ts")}, **changed}, channel, file, line)
        elif subtype in ("message_deleted", "tombstone"):
            deleted = string(message, "deleted_ts", "ts")
            at = moment(message.get("ts")) if subtype == "message_deleted" else None
            yield located(
                {"type": "deletion", "post": self._post_id(channel, deleted), "deleted": at}, file, line
            )
        elif subtype in TALK:
            yield from self._post(message, subtype, channel, file, line)
        else:
            self.left_out[subtype] += 1

    def _post(
        self, message: dict[str, Any], subtype: str, channel: str, file: str, line: int
    ) -> Iterator[Located | Problem]:
        user = string(message, "user") or string(message.get("comment"), "user")
        bot = self._people.bot_of(message, subtype, user)
        author = bot or user
        if bot:
            yield from self._people.bot(bot, message, file, line)
        elif user:
            yield from self._people.known(user, file, line, message)
        ts, thread = string(message, "ts"), string(message, "thread_ts")
        reply = bool(thread) and thread != ts
        text, mentions, links = self._markup.read(
            wording_of(message, subtype, lambda said: self._markup.read(said).text)
        )
        post = self._post_id(channel, ts)
        item = located(
            {
                "type": "post",
                "id": post,
                "channel": f"{self._network}:{channel}",
                "account": f"{self._network}:{author}" if author else None,
                "text": text,
                "created": moment(ts),
                "kind": "comment" if subtype == "file_comment" else "reply" if reply else "post",
                "parent": self._post_id(channel, thread) if reply else None,
                "edited": moment(string(message.get("edited"), "ts")),
                "mentions": [f"{self._network}:{mention}" for mention in mentions],
                "links": links,
                "attachments": list(_attachments(message)),
                "as_of": self._as_of,
            },
            file,
            line,
        )
        yield item
        if isinstance(item, Located) and isinstance(item.record, Post):
            self._times[post] = item.record.created
            for reacted in self._reactions(message, post, file, line):
                if isinstance(reacted, Located) and isinstance(reacted.record, Reaction):
                    self._given.append(reacted.record)
                yield reacted

    def stated(self, channel: str, file: str, *, whole: bool, least: int = 1) -> Iterator[Located]:
        """That each of the messages since the last time states all its reactions, once there are so many."""
        if len(self._times) < least:
            return
        times, given, self._times, self._given = self._times, self._given, {}, []
        if whole and self._as_of:
            snapshot = Snapshot(
                container=f"channel:{self._network}:{channel}",
                of=SnapshotKind.REACTIONS,
                as_of=self._as_of,
                ids=tuple(times),
                since=min(times.values()),
                until=max(times.values()) + timedelta(microseconds=1),
                reactions=tuple(given),
            )
            yield Located(snapshot, file, None)

    def _reactions(
        self, message: dict[str, Any], post: str, file: str, line: int
    ) -> Iterator[Located | Problem]:
        for reaction in objects(message, "reactions"):
            users = list(dict.fromkeys(strings(reaction, "users")))
            kind = reaction_name(string(reaction, "name"))
            given = {"type": "reaction", "post": post, "kind": kind, "as_of": self._as_of}
            for user in users:
                yield from self._people.known(user, file, line)
                yield located({**given, "account": f"{self._network}:{user}"}, file, line)
            count = reaction.get("count")
            # Slack lists only the first givers of a popular reaction.
            if isinstance(count, int) and count > len(users):
                yield located({**given, "count": count - len(users)}, file, line)

    def _post_id(self, channel: str, ts: str) -> str:
        return f"{self._network}:{channel}:{ts}"


def _attachments(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    single = message.get("file")
    for file in [*objects(message, "files"), *([single] if isinstance(single, dict) else [])]:
        if called := name(file, "name", "title"):
            size = file.get("size")
            # A private address of an export carries a secret token behind the question mark.
            address = string(file, "permalink") or string(file, "url_private").partition("?")[0]
            yield {
                "name": called,
                "url": address or None,
                "media_type": string(file, "mimetype") or None,
                "size": size if isinstance(size, int) else None,
            }
    for attachment in unfurls(message):
        address = string(attachment, "title_link", "from_url", "image_url")
        if address and (
            called := name(attachment, "title", "fallback", "title_link", "from_url", "image_url")
        ):
            yield {"name": called, "url": address}
