"""Where posts stand, as whoever publishes them needs it: what opens their threads and what channels are."""

from collections.abc import Mapping
from typing import NamedTuple


class Opener(NamedTuple):
    """The first post of a thread as its replies need it: who may read it, and its tags as they are packed."""

    audience: tuple[str, ...]
    tags: str


class ChannelText(NamedTuple):
    """What a channel says of itself, and who may read its posts unless they say otherwise."""

    name: str
    description: str
    audience: frozenset[str]


class PublishContext(NamedTuple):
    """Where posts stand: openers by thread, as far as they are read; names and descriptions of channels."""

    openers: Mapping[str, Opener]
    channels: Mapping[str, ChannelText]
