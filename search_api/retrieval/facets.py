"""Which counts a viewer may be told of: not those by channels, companies and units that they do not know."""

from collections.abc import Mapping

from indexer.engine import Bucket, Filters
from models.errors import Forbidden
from models.scope import Scope, channel_token, is_guest
from search_api.services import Services

ORGANISATION = frozenset({"company", "unit"})
"""Fields that tell where people work, of which guests are told nothing."""


def told(
    services: Services, facets: Mapping[str, tuple[Bucket, ...]], scope: Scope
) -> dict[str, tuple[Bucket, ...]]:
    """The facets without what they would give away.

    A post that is open for its own audience may lie in a channel that its reader must not learn of.
    """
    shown = {field: () if is_guest(scope) and field in ORGANISATION else facets[field] for field in facets}
    if shown.get("channel"):
        seen = services.store.names("channel", [bucket.value for bucket in shown["channel"]], scope)
        shown["channel"] = tuple(
            bucket
            for bucket in shown["channel"]
            # Of one that is not known yet only members see posts by their channel.
            if bucket.value in seen or channel_token(bucket.value) in scope.tokens
        )
    return shown


def may_narrow(filters: Filters, scope: Scope) -> None:
    """Raises `Forbidden` where a guest asks for a company or unit: that would tell who works there."""
    if is_guest(scope) and (filters.companies or filters.units):
        raise Forbidden("Guests cannot narrow by company or unit.", remedy="Leave this filter out.")
