"""What became of records that came in."""

from pydantic import Field

from models.stored import Change
from search_api.schemas.body import Body


class OutcomeBody(Body):
    """What writing a record did. Writing it again changes nothing."""

    change: Change
    problem: str | None = Field(examples=["unknown_account"])
    detail: str | None
    remedy: str | None


class LineProblemBody(Body):
    """Something odd about a line; a `note` is for information only."""

    kind: str = Field(examples=["invalid_json"])
    message: str
    remedy: str
    note: bool


class LineBody(Body):
    """What became of one line of an import: `change` is null where no record could be read from it."""

    line: int
    change: Change | None
    problems: list[LineProblemBody]
