"""Slack's message markup into readable text: mentions, channels, links, entities and emoji codes."""

import re
from collections.abc import Callable, Mapping, Set
from typing import NamedTuple

import emoji

from pipelines.sources.slack.fields import moment

NETWORK_LINK = re.compile(r"(https?|ftp)://", re.IGNORECASE)

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_MARK = re.compile(r"<([^<>\n]+)>")
_EMOJI_CODES = re.compile(r"(?<![A-Za-z0-9/\\:@=])(?::[\w+'&.-]+:)+(?![A-Za-z0-9/\\:@=])")
"""Codes that stand by themselves or beside Hangul. Within an address, a path, a clock or `root:x:0` the
colons belong to what is around them."""
_SKIN_TONE = re.compile(r":?:skin-tone-\d(?=:|$)")


class Readable(NamedTuple):
    """A text as people read it, the user ids that it mentions and the addresses that it links to."""

    text: str
    mentions: tuple[str, ...]
    links: tuple[str, ...]


class Markup:
    """Decodes texts with the names of users and of the channels that anybody may know of; never of others."""

    def __init__(self, names: Mapping[str, str], channels: Mapping[str, str], private: Set[str]) -> None:
        self._names = names
        self._channels = channels
        self._private = private
        self._groups: dict[str, str] = {}

    def read(self, text: str) -> Readable:
        """Decode one message; code is left as it is but for marks and entities."""
        found = _Found({}, {})
        parts = [
            self._marked(part, found) if at % 2 else self._spoken(part, found)
            for at, part in enumerate(_CODE.split(text))
        ]
        return Readable("".join(parts), tuple(found.mentions), tuple(found.links))

    def _spoken(self, text: str, found: "_Found") -> str:
        """Text outside of code: emoji codes are read between the marks, never in an address."""
        parts = _MARK.split(text)
        parts[::2] = [_unescaped(as_emoji(part)) for part in parts[::2]]
        parts[1::2] = [self._mark(mark, found, as_emoji) for mark in parts[1::2]]
        return "".join(parts)

    def _marked(self, code: str, found: "_Found") -> str:
        parts = _MARK.split(code)
        parts[::2] = map(_unescaped, parts[::2])
        parts[1::2] = [self._mark(mark, found, str) for mark in parts[1::2]]
        return "".join(parts)

    def _mark(self, mark: str, found: "_Found", spoken: Callable[[str], str]) -> str:
        target, _, label = mark.partition("|")
        label = _unescaped(label)
        if target.startswith("@"):
            if target[1:].isalnum():
                found.mentions[target[1:]] = None
            return f"@{self._names.get(target[1:]) or label or target[1:]}"
        if target.startswith("#"):
            # A channel that is not ours to name stays unnamed, as Slack itself shows it.
            known = self._channels.get(target[1:])
            return f"#{('' if target[1:] in self._private else label) or known or 'private'}"
        if target.startswith("!"):
            return self._special(target[1:], label)
        address = _unescaped(target)
        if NETWORK_LINK.match(target):
            found.links[address] = None
            return address if not label or label in address else f"{spoken(label)} ({address})"
        return spoken(label) if label else address.removeprefix("mailto:").removeprefix("tel:")

    def _special(self, command: str, label: str) -> str:
        """`<!here>`, `<!subteam^S1|@team>` or `<!date^1700000000^{date}|fallback>`."""
        name, _, argument = command.partition("^")
        if name == "date":
            at = moment(argument.partition("^")[0])
            # Without the words that Slack kept for it; every reader's clock would show another time.
            return label or (f"{at:%Y-%m-%d %H:%M} UTC" if at else "")
        if name == "subteam":
            if label:
                self._groups[argument] = label
            label = self._groups.get(argument, argument)
        return f"@{(label or name).removeprefix('@')}"


class _Found(NamedTuple):
    mentions: dict[str, None]
    links: dict[str, None]


def as_emoji(text: str) -> str:
    """The text with the emoji of its `:code:`s; a code of the workspace's own stays as it is."""
    return _EMOJI_CODES.sub(lambda codes: emoji.emojize(_bare(codes[0]), language="alias"), text)


def reaction_name(name: str) -> str:
    """A reaction as emoji without its skin tone, or its name where it is the workspace's own."""
    bare = _SKIN_TONE.sub("", name).removesuffix(":")
    character = as_emoji(f":{bare}:")
    return bare if character.startswith(":") else character


def _bare(codes: str) -> str:
    """Codes without the skin tones that follow them."""
    return _SKIN_TONE.sub("", codes)


def escaped(text: str) -> str:
    """Plain text as Slack's markup writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
