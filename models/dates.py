"""The dates of records, as they are taken in: within the bounds of `models.moments`."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator

from models.moments import bounded, clamped, clamped_day

Moment = Annotated[datetime, AfterValidator(bounded)]
"""When something was written or done; refused where no such date can be."""
Edge = Annotated[datetime, AfterValidator(clamped)]
"""A beginning, an end or a deletion: to refuse one would leave open what it closes."""
Day = Annotated[date, AfterValidator(clamped_day)]
"""As `Edge`, of a day."""
