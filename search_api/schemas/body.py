"""What every response model has in common."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """JSON that goes out, read from a record of ours by attribute."""

    model_config = ConfigDict(from_attributes=True)
