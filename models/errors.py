"""Every error that Dure raises on purpose, as one tree.

DureError
├── BadInput            a record, file or argument that cannot be used
│   ├── CannotMerge         threads of which one cannot lead to the other
│   ├── KeyTaken            a draft under a key that has written another post
│   └── UnreadableSource    a whole file, archive or folder that cannot be read at all
├── BadSetting          a setting that cannot work
├── BadEncoder          a model directory that is damaged or foreign
├── NotFound            no such thing, or nothing that this viewer may see
├── Unauthenticated     no token, or one that is unknown, revoked or expired
├── Forbidden           a token whose role or scope does not allow this
├── StoreUnavailable    the database cannot be opened, or is of a newer version
│   └── StoreBusy           more is being written than it can take at the moment
├── EngineUnavailable   the index cannot be reached
│   └── IndexLost           it is missing or damaged, until it is made anew from the store
├── StaleIndex          the index was made by another analyser: rebuild it
├── PostsRefused        some posts that the index does not take
└── PublisherRunning    another process publishes to this index
"""

from collections.abc import Mapping
from itertools import islice
from typing import Self

RAISED_BY_VALIDATOR = "Value error, "
REFUSALS_NAMED = 5  # in a message: a broken encoder may cost thousands


class DureError(Exception):
    """An expected failure: `message` says what is wrong, `remedy` what to do about it."""

    code = "error"

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


def fault_of(message: str) -> str:
    """What pydantic says of a wrong value, without the name that it gives to what we raised ourselves."""
    return message.removeprefix(RAISED_BY_VALIDATOR)


class BadInput(DureError):
    """A record, file or argument that cannot be used."""

    code = "bad_input"


class CannotMerge(BadInput):
    """Threads of which one cannot lead to the other."""

    code = "cannot_merge"


class KeyTaken(BadInput):
    """A draft under a key that has written another post already."""


class UnreadableSource(BadInput):
    """A whole file, archive or folder that cannot be read at all."""

    code = "unreadable_source"


class BadSetting(DureError):
    """A setting that cannot work."""

    code = "bad_setting"


class BadEncoder(DureError):
    """A model directory that is damaged or foreign; names the file and what is wrong with it."""

    code = "bad_encoder"


class NotFound(DureError):
    """No such thing, or nothing that this viewer may see: the two are told apart nowhere."""

    code = "not_found"

    @classmethod
    def unseen(cls, noun: str, id_: str) -> Self:
        """What is said of a post, person, channel or topic that the viewer does not see."""
        return cls(
            f"There is no {noun} '{id_}'.",
            remedy="Check the id; it may also be something that you may not see.",
        )


class Unauthenticated(DureError):
    """No token, or one that is unknown, revoked or expired."""

    code = "unauthenticated"


class Forbidden(DureError):
    """A token whose role or scope does not allow this."""

    code = "forbidden"


class StoreUnavailable(DureError):
    """The database cannot be opened, or was written by a newer version."""

    code = "store_unavailable"


class StoreBusy(StoreUnavailable):
    """More is being written than the store can take; after `retry_seconds` it may be sent again."""

    code = "store_busy"

    def __init__(self, message: str, *, remedy: str, retry_seconds: int) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_seconds = retry_seconds


class EngineUnavailable(DureError):
    """The index cannot be reached."""

    code = "engine_unavailable"


class IndexLost(EngineUnavailable):
    """The index is missing or damaged: it has to be made anew from the store, which a publisher does."""

    code = "index_lost"


class StaleIndex(DureError):
    """The index was made by another analyser."""

    code = "stale_index"


class PostsRefused(DureError):
    """Some posts that the index does not take; it took all others. `reasons` tells why, by post."""

    code = "posts_refused"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        named = "; ".join(f"{post} ({reason})" for post, reason in islice(reasons.items(), REFUSALS_NAMED))
        rest = f"; and {len(reasons) - REFUSALS_NAMED} more" if len(reasons) > REFUSALS_NAMED else ""
        super().__init__(
            f"The index does not take {named}{rest}.", remedy="Correct or delete them at their source."
        )
        self.reasons = dict(reasons)


class PublisherRunning(DureError):
    """Another process holds the publisher's lock; `command` says which command of ours it runs, if known."""

    code = "publisher_running"

    def __init__(self, message: str, *, remedy: str = "", command: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.command = command
