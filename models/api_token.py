"""What is kept of an API token."""

from dataclasses import dataclass
from datetime import datetime

from models.stored import TokenRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """An API token as administrators see it: its secret is kept nowhere. Without `expires` it never ends."""

    name: str
    role: TokenRole
    person: str | None
    created: datetime
    expires: datetime | None
