"""Which reactions people may give: emoji, whatever they are called, and nothing that says more than that."""

from typing import Annotated

import emoji
from pydantic import StringConstraints

ReactionKind = Annotated[str, StringConstraints(pattern=r"^\S{1,100}$")]
NAMED = frozenset({"like", "thanks", "insightful", "haha", "sad", "heart", "up", "down"})
"""Kinds that networks and our pages know by a word of their own."""
MOST_KINDS = 10
"""Kinds that one person may give a post."""


def is_known(kind: str) -> bool:
    """Whether a kind is an emoji or the name of one: free words would be a text that all are shown."""
    return kind in NAMED or emoji.is_emoji(kind) or emoji.is_emoji(_named(kind))


def _named(kind: str) -> str:
    return emoji.emojize(f":{kind}:", language="alias")
