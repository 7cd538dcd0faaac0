"""The conversations of a Slack export, and which of them may be taken in."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pipelines.problems import Problem
from pipelines.sources.checks import located
from pipelines.sources.json_array import Element
from pipelines.sources.slack.fields import LONGEST_NAME, name, string, strings
from pipelines.sources.slack.people import People
from pipelines.sources.source import Located

CHANNELS, GROUPS, GROUP_MESSAGES, DIRECT_MESSAGES = "channels.json", "groups.json", "mpims.json", "dms.json"
CONVERSATION_FILES = (CHANNELS, GROUPS, GROUP_MESSAGES, DIRECT_MESSAGES)


class Conversation(NamedTuple):
    """A channel's id in Slack, and whether its messages are kept out."""

    id: str
    kept_out: bool


class Channels:
    """Knows the conversations read so far by the name of their folder."""

    def __init__(self, network: str, people: People, *, include_private: bool) -> None:
        self._network = network
        self._people = people
        self._include_private = include_private
        self.by_folder: dict[str, Conversation] = {}
        self.public_names: dict[str, str] = {}

    @property
    def kept_out(self) -> int:
        """How many private conversations were kept out."""
        return len({conversation.id for conversation in self.by_folder.values() if conversation.kept_out})

    def channel(self, element: Element, file: str, listed_in: str) -> Iterator[Located | Problem]:
        """A row of one of the conversation files: a channel and its memberships, if it may be taken in."""
        line, channel = element
        id_ = string(channel, "id")
        direct = listed_in in (GROUP_MESSAGES, DIRECT_MESSAGES) or any(
            channel.get(flag) for flag in ("is_im", "is_mpim")
        )
        private = direct or listed_in != CHANNELS or bool(channel.get("is_private"))
        conversation = Conversation(id_, kept_out=private and not self._include_private)
        for folder in (id_, string(channel, "name") or id_):
            # Should two conversations share a name, the private one decides.
            if folder not in self.by_folder or not self.by_folder[folder].kept_out:
                self.by_folder[folder] = conversation
        if conversation.kept_out:
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
                "archived": bool(channel.get("is_archived")),
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
                },
                file,
                line,
            )

    def _name(self, channel: dict[str, Any], *, direct: bool) -> str | None:
        """A direct conversation is called by who is in it."""
        if not direct:
            return name(channel, "name")
        members = (self._people.handles.get(member, member) for member in strings(channel, "members"))
        return ", ".join(members)[:LONGEST_NAME] or name(channel, "name")
