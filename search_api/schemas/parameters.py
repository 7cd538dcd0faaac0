"""What may be asked in an address: a question, its filters, the page wanted."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from indexer.engine import Filters
from models.moments import bounded
from models.records import PostKind
from search_api.search.page import MAX_LIMIT, QUICK_FACETS

MAX_SUGGESTIONS = 20

Ask = Annotated[
    str,
    Field(description="The question, as one would ask a colleague.", examples=["연차 이월은 어떻게 하나요"]),
]
Values = Annotated[list[str], Field(default_factory=list, description="Any of these; repeat the parameter.")]
Facet = Literal["company", "unit", "channel", "network", "kind", "language", "topic"]
Moment = Annotated[datetime, AfterValidator(bounded)]


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
    since: Moment | None = Field(
        None, description="Created then or later; a date means its first moment, UTC."
    )
    until: Moment | None = Field(None, description="Created before then.")

    def filters(self) -> Filters:
        """The filters as an engine takes them."""
        return Filters(
            companies=frozenset(self.company),
            units=frozenset(self.unit),
            channels=frozenset(self.channel),
            networks=frozenset(self.network),
            kinds=frozenset(self.kind),
            languages=frozenset(self.language),
            topics=frozenset(self.topic),
            since=self.since,
            until=self.until,
        )


class ExpertsParameters(_Parameters):
    """A question and how many people are wanted."""

    q: Ask
    limit: int = Field(10, ge=1, le=MAX_LIMIT)


class SuggestParameters(_Parameters):
    """The beginning of a question."""

    prefix: str = Field(min_length=1, max_length=100, examples=["연차"])
    limit: int = Field(10, ge=1, le=MAX_SUGGESTIONS)
