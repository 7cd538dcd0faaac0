"""What may be asked in an address: a question, its filters, the page wanted."""

import re
from datetime import UTC, date, datetime, tzinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from indexer.engine import Filters
from models.moments import begins
from models.records import PostKind
from search_api.search.page import MAX_LIMIT, QUICK_FACETS

MAX_SUGGESTIONS = 20

Ask = Annotated[
    str,
    Field(description="The question, as one would ask a colleague.", examples=["연차 이월은 어떻게 하나요"]),
]
Values = Annotated[list[str], Field(default_factory=list, description="Any of these; repeat the parameter.")]
Facet = Literal["company", "unit", "channel", "network", "kind", "language", "topic"]
WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EDGE = (
    "YYYY-MM-DD, which is its first moment in the company's time zone, or a time, in UTC without an offset."
)


def _edge(given: object) -> object:
    """A day as a date; anything else is read as a time."""
    if isinstance(given, str) and WHOLE_DAY.fullmatch(given):
        return date.fromisoformat(given)
    return given


def _bounded(given: date | datetime) -> date | datetime:
    begins(given, UTC)
    return given


Edge = Annotated[datetime | date, BeforeValidator(_edge), AfterValidator(_bounded)]


class _Parameters(BaseModel):
    """No parameter is silently ignored: a misspelt filter would widen the answer."""

    model_config = ConfigDict(extra="forbid")

    chosen: str | None = Field(None, alias="as", description="In the demo only: the person to look as.")


class SearchParameters(_Parameters):
    """A question, its filters and the page wanted."""

    q: Ask
    limit: int = Field(10, ge=1, le=MAX_LIMIT, description="Threads a page.")
    cursor: str | None = Field(None, description="From the page before.")
    company: Values
    unit: Values
    channel: Values
    network: Values
    kind: Annotated[list[PostKind], Field(default_factory=list, description="Any of these kinds of posts.")]
    language: Values
    topic: Values
    facet: Annotated[
        list[Facet],
        Field(default_factory=lambda: list(QUICK_FACETS), description="Fields to count by value; repeat it."),
    ]
    since: Edge | None = Field(None, description=f"Created then or later: {EDGE}")
    until: Edge | None = Field(None, description=f"Created before then: {EDGE}")

    def filters(self, timezone: tzinfo) -> Filters:
        """The filters as an engine takes them; days are those of a time zone."""
        return Filters(
            companies=frozenset(self.company),
            units=frozenset(self.unit),
            channels=frozenset(self.channel),
            networks=frozenset(self.network),
            kinds=frozenset(self.kind),
            languages=frozenset(self.language),
            topics=frozenset(self.topic),
            since=begins(self.since, timezone) if self.since else None,
            until=begins(self.until, timezone) if self.until else None,
        )


class ExpertsParameters(_Parameters):
    """A question and how many people are wanted."""

    q: Ask
    limit: int = Field(10, ge=1, le=MAX_LIMIT)


class SuggestParameters(_Parameters):
    """The beginning of a question."""

    prefix: str = Field(min_length=1, max_length=100, examples=["연차"])
    limit: int = Field(10, ge=1, le=MAX_SUGGESTIONS)
