"""Slack's message markup into readable text: mentions, channels, links, entities and emoji codes."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import emoji

NETWORK_LINK = re.compile(r"(https?|ftp)://", re.IGNORECASE)

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_MARK = re.compile(r"<([^<>\n]+)>")
_EMOJI_CODE = re.compile(r":[\w+'&.-]+:")
_SKIN_TONE = re.compile(r":?:skin-tone-\d:?$")


class Readable(NamedTuple):
    """A text as people read it, the user ids that it mentions and the addresses that it links to."""

    text: str
    mentions: tuple[str, ...]
    links: tuple[str, ...]


class Markup:
    """Decodes texts with the handles of users and the names of the channels that anybody may know of."""

    def __init__(self, handles: Mapping[str, str], channels: Mapping[str, str]) -> None:
        self._handles = handles
        self._channels = channels

    def read(self, text: str) -> Readable:
        """Decode one message; code is left as it is but for entities."""
        mentions: dict[str, None] = {}
        links: dict[str, None] = {}

        def replace(match: re.Match[str]) -> str:
            target, _, label = match[1].partition("|")
            if target.startswith("@"):
                if target[1:].isalnum():
                    mentions[target[1:]] = None
                return f"@{self._handles.get(target[1:]) or label or target[1:]}"
            if target.startswith("#"):
                # A channel that is not ours to name stays unnamed, as Slack itself shows it.
                return f"#{label or self._channels.get(target[1:], 'private')}"
            if target.startswith("!"):
                return _special(target[1:], label)
            if NETWORK_LINK.match(target):
                address = _unescaped(target)
                links[address] = None
                return target if not label or label in target else f"{label} ({target})"
            return label or target.removeprefix("mailto:")

        marked = _MARK.sub(replace, text)
        parts = _CODE.split(marked)
        parts[::2] = [_EMOJI_CODE.sub(lambda match: as_emoji(match[0]), part) for part in parts[::2]]
        return Readable(_unescaped("".join(parts)), tuple(mentions), tuple(links))


def as_emoji(code: str) -> str:
    """The emoji of a `:code:`, or the code itself where it is the workspace's own."""
    return emoji.emojize(code, language="alias")


def reaction_name(name: str) -> str:
    """A reaction as emoji without its skin tone, or its name where it is the workspace's own."""
    bare = _SKIN_TONE.sub("", name)
    character = as_emoji(f":{bare}:")
    return bare if character.startswith(":") else character


def escaped(text: str) -> str:
    """Plain text as Slack's markup writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _special(command: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@team>` or `<!date^1700000000^{date}|fallback>`."""
    name = command.partition("^")[0]
    return label if "^" in command and label else f"@{name}"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
