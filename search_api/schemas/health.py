"""Whether questions can be answered."""

from typing import Literal

from pydantic import Field

from search_api.schemas.body import Body


class HealthBody(Body):
    """Whether questions can be answered, and how much waits to be published."""

    status: Literal["ok"]
    engine: str = Field(examples=["embedded"])
    generation: str
    pending: int
    vector_lane: str = Field(examples=["No vector lane: no encoder is set."])
    demo: bool
