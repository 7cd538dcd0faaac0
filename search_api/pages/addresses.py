"""Addresses relative to the present page: its own with something added, taken away or changed."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from indexer.engine import FACETS

NARROWING = (*FACETS, "since", "until")
KEPT = ("q", *NARROWING)
"""What stays when something else changes. Viewer and language stay by cookie; a page is of one question."""


class Address(NamedTuple):
    """The parameters of the present page."""

    parameters: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, parameters: Sequence[tuple[str, str]]) -> "Address":
        """The address of a request, without what belongs to it alone."""
        return cls(tuple((name, value) for name, value in parameters if name in KEPT))

    def has(self, name: str, value: str) -> bool:
        """Whether a value is chosen."""
        return (name, value) in self.parameters

    def has_filters(self) -> bool:
        """Whether anything narrows the question."""
        return any(name in NARROWING for name, _ in self.parameters)

    def toggled(self, name: str, value: str) -> str:
        """The address with the value chosen, or no longer chosen."""
        rest = tuple(pair for pair in self.parameters if pair != (name, value))
        return _query(rest if self.has(name, value) else (*rest, (name, value)))

    def changed(self, name: str, value: str) -> str:
        """The address with one value in place of any others of that name."""
        return _query((*self._without(name), (name, value)))

    def switched(self, name: str, value: str) -> str:
        """As `changed`, or without any value of that name where it is this one already."""
        return _query(self._without(name)) if self.has(name, value) else self.changed(name, value)

    def without(self, name: str, value: str) -> str:
        """The address without a value; of a time, without any."""
        if name in ("since", "until"):
            return _query(self._without(name))
        return _query(tuple(pair for pair in self.parameters if pair != (name, value)))

    def unfiltered(self) -> str:
        """The address with the question alone."""
        return _query(tuple(pair for pair in self.parameters if pair[0] not in NARROWING))

    def _without(self, name: str) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in self.parameters if pair[0] != name)


def _query(parameters: Sequence[tuple[str, str]]) -> str:
    return "?" + urlencode(parameters)
