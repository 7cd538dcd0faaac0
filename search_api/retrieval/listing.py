"""Listing: what is there where nothing was asked, newest first, with counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.engine import Answer, Bucket, Filters, Question
from models.scope import Scope
from search_api.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The newest `posts` that the filters leave; `facets` to count by value, `count` to count them all."""

    filters: Filters = field(default_factory=Filters)
    posts: int = 0
    facets: tuple[str, ...] = ()
    count: bool = False


def listed(services: Services, listings: Sequence[Listing], scope: Scope) -> list[Answer]:
    """What is listed, the posts in `match`, in one round trip; the store has still to confirm them."""
    questions = [
        Question(
            browse=True,
            filters=listing.filters,
            match=listing.posts,
            facets=listing.facets,
            count=listing.count,
        )
        for listing in listings
    ]
    return services.engine.ask_all(questions, scope)


def suggested(services: Services, prefix: str, scope: Scope, limit: int) -> tuple[Bucket, ...]:
    """Topics of visible posts that begin with a prefix, with their numbers, the most frequent first."""
    return services.engine.suggest(prefix, scope, limit)


def check(services: Services) -> None:
    """Raises what keeps the engine from answering."""
    services.engine.generation  # noqa: B018 (asking is what finds out)
