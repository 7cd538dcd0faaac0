"""What a viewer may read, as tokens held now and containers denied now.

A post carries *audience* tokens (`everyone`, `company:A`, `channel:slack:C01`, `person:p1`) and lies in
*containers* (`company:A`, `channel:slack:C01`, `thread:slack:C01:17`). It is visible to a scope if the
audience meets the scope's tokens and no container is denied. Membership changes touch scopes, not the index.
"""

from collections.abc import Iterable
from dataclasses import dataclass

EVERYONE = "everyone"


def company_token(company: str) -> str:
    """The audience token and container name of a company."""
    return f"company:{company}"


def channel_token(channel: str) -> str:
    """The audience token and container name of a channel."""
    return f"channel:{channel}"


def thread_token(thread: str) -> str:
    """The container name of a thread (never an audience)."""
    return f"thread:{thread}"


def person_token(person: str) -> str:
    """The audience token of one person."""
    return f"person:{person}"


def is_guest(scope: "Scope") -> bool:
    """Whether the viewer belongs to channels alone, not to the group."""
    return EVERYONE not in scope.tokens


@dataclass(frozen=True, slots=True)
class Scope:
    """The right to read: required by every read of the store and of an engine.

    An empty scope sees nothing; there is no scope that sees everything by omission.
    """

    tokens: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()

    def sees(self, audience: Iterable[str], containers: Iterable[str]) -> bool:
        """Whether a post with this audience, in these containers, is visible."""
        return not self.tokens.isdisjoint(audience) and self.denied.isdisjoint(containers)
