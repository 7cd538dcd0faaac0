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
    refused: int = Field(description="Posts that the index does not take: `dure status` names them.")
    vectors_to_come: int = Field(description="Posts of whose vectors a part follows; words find them.")
    vector_lane: str = Field(examples=["No vector lane: no encoder is set."])
