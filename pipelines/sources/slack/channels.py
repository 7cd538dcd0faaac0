"""The conversations of a Slack export, and which of them may be taken in."""

import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pipelines.problems import Problem
from pipelines.sources.checks import located
from pipelines.sources.json_array import Element
from pipelines.sources.slack.coverage import Coverage
from pipelines.sources.slack.fields import LONGEST_NAME, name, string, strings
from pipelines.sources.slack.layout import CHANNELS, DIRECT_MESSAGES, GROUP_MESSAGES
from pipelines.sources.slack.people import People
from pipelines.sources.source import Located


class Conversation(NamedTuple):
    """A channel's id in Slack, and whether it is for its members only and archived."""

    id: str
    private: bool
    archived: bool


class Channels:
    """Knows the conversations read so far by the names that their folders may have."""

    def __init__(
        self,
        network: str,
        people: People,
        coverage: Coverage,
        as_of: datetime | None,
        *,
        include_private: bool,
    ) -> None:
        self._network = network
        self._people = people
        self._coverage = coverage
        self._as_of = as_of
        self._include_private = include_private
        self._listed: dict[str, None] = {}
        self.private: set[str] = set()
        """The ids of those that are for their members only."""
        self._named: dict[tuple[str, str], list[Conversation]] = {}
        self._formerly: dict[tuple[str, str], list[Conversation]] = {}
        self.public_names: dict[str, str] = {}

    @property
    def kept_out(self) -> int:
        """How many private conversations were kept out."""
        return 0 if self._include_private else len(self.private)

    @property
    def open(self) -> list[str]:
        """Those that anybody may read."""
        return [channel for channel in self._listed if channel not in self.private]

    @property
    def taken_in(self) -> list[str]:
        """Those whose messages are taken in."""
        return list(self._listed) if self._include_private else self.open

    def is_kept_out(self, conversation: Conversation) -> bool:
        """Whether a conversation's messages may not be taken in."""
        return conversation.id in self.private and not self._include_private

    def of_folder(self, part: str, folder: str) -> list[Conversation]:
        """The conversations that a folder may be of, the likeliest first; none if no list names it.

        Should several share a name, the private one decides, and one in use goes before an archived one.
        """
        folder = _folded(folder)
        for named in (self._named, self._formerly):
            for listed in dict.fromkeys((part, "")):
                if found := named.get((listed, folder)):
                    return sorted(found, key=lambda each: (each.id not in self.private, each.archived))
        return []

    def channel(self, element: Element, file: str, part: str, listed_in: str) -> Iterator[Located | Problem]:
        """A row of one of the conversation files: a channel and its memberships, if it may be taken in."""
        line, channel = element
        id_ = string(channel, "id")
        direct = listed_in in (GROUP_MESSAGES, DIRECT_MESSAGES) or any(
            channel.get(flag) for flag in ("is_im", "is_mpim")
        )
        private = direct or listed_in != CHANNELS or bool(channel.get("is_private")) or id_ in self.private
        self._listed[id_] = None
        if private:
            self.private.add(id_)
            self.public_names.pop(id_, None)
        conversation = Conversation(id_, private, bool(channel.get("is_archived")))
        called = string(channel, "name") or id_
        for folder in dict.fromkeys((id_, called)):
            self._remember(self._named, part, folder, conversation)
        for folder in strings(channel, "previous_names"):
            self._remember(self._formerly, part, folder, conversation)
        if not (direct and self.is_kept_out(conversation)):
            # Of a channel that was open once, also who is in it now: nobody else reads what is here of it.
            self._coverage.of_members(id_, _members(channel))
        if self.is_kept_out(conversation):
            return
        if not private:
            self.public_names[id_] = string(channel, "name")
        yield located(
            {
                "type": "channel",
                "id": f"{self._network}:{id_}",
                "network": self._network,
                "name": self._name(channel, direct=direct) or id_,
                "kind": "direct" if direct else "group",
                "private": private,
                "archived": conversation.archived,
                "as_of": self._as_of,
                "description": string(channel.get("purpose"), "value")
                or string(channel.get("topic"), "value")
                or None,
            },
            file,
            line,
        )
        for member in strings(channel, "members"):
            yield from self._people.known(member, file, line)
            yield located(
                {
                    "type": "membership",
                    "channel": f"{self._network}:{id_}",
                    "account": f"{self._network}:{member}",
                    "as_of": self._as_of,
                },
                file,
                line,
            )

    def _remember(
        self,
        names: dict[tuple[str, str], list[Conversation]],
        part: str,
        folder: str,
        conversation: Conversation,
    ) -> None:
        found = names.setdefault((part, _folded(folder)), [])
        if all(each.id != conversation.id for each in found):
            found.append(conversation)

    def _name(self, channel: dict[str, Any], *, direct: bool) -> str | None:
        """A direct conversation is called by who is in it."""
        if not direct:
            return name(channel, "name")
        members = (self._people.handles.get(member, member) for member in strings(channel, "members"))
        return ", ".join(members)[:LONGEST_NAME] or name(channel, "name")


def _members(channel: dict[str, Any]) -> list[str] | None:
    """All members of a channel; None where the list is not there, or is not all."""
    members = channel.get("members")
    count = channel.get("num_members")
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        return None
    return None if isinstance(count, int) and count > len(members) else [sys.intern(each) for each in members]


def _folded(folder: str) -> str:
    """A name as archives give it: macOS takes Hangul apart in names of files, Windows changes their case."""
    return unicodedata.normalize("NFC", folder).strip().casefold()
