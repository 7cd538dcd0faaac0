"""Whether questions can be answered."""

from typing import Literal

from pydantic import Field

from search_api.schemas.body import Body


class HealthBody(Body):
    """That questions can be answered; strangers are told no more."""

    status: Literal["ok"]
    demo: bool


class HealthDetailsBody(HealthBody):
    """What answers them, and how much waits to be published."""

    engine: str = Field(examples=["embedded"])
    generation: str
    pending: int
    vector_lane: str = Field(examples=["No vector lane: no encoder is set."])
