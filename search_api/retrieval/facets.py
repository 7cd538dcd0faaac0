"""Which filters a viewer may set, and of which counts they may be told."""

from collections.abc import Mapping
from dataclasses import replace

from indexer.engine import Filters
from models.errors import Forbidden
from models.scope import Scope, channel_token, is_guest

ORGANISATION = frozenset({"company", "unit"})
"""Fields that tell where people work, of which guests are told nothing."""

NOWHERE = frozenset({" "})
"""The id of no channel, for ids hold no blanks."""


def is_told(field: str, value: str, names: Mapping[str, str], scope: Scope) -> bool:
    """Whether a count by a value may be shown; `names` are those that the scope is told.

    A post that is open for its own audience may lie in a channel that its reader must not learn of.
    """
    if field == "channel":
        # Of one that is not known yet only members see posts by their channel.
        return value in names or channel_token(value) in scope.tokens
    return field not in ORGANISATION or not is_guest(scope)


def may_narrow(filters: Filters, scope: Scope) -> None:
    """Raises `Forbidden` where a guest asks for a company or unit: that would tell who works there."""
    if is_guest(scope) and (filters.companies or filters.units):
        raise Forbidden("Guests cannot narrow by company or unit.", remedy="Leave this filter out.")


def known_filters(filters: Filters, names: Mapping[str, str], scope: Scope) -> Filters:
    """The filters; a channel that the viewer must not learn of narrows as one that is not there."""
    if not filters.channels:
        return filters
    told = frozenset(channel for channel in filters.channels if is_told("channel", channel, names, scope))
    return replace(filters, channels=told or NOWHERE)
