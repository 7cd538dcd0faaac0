"""Reads single fields out of an export's JSON, in which any field may be missing or of another type."""

from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST_NAME = 500
"""What a record's name can hold."""


def string(value: Any, *keys: str) -> str:
    """The first of the fields that is a string with something in it, trimmed; else empty."""
    if isinstance(value, dict):
        for key in keys:
            field = value.get(key)
            if isinstance(field, str) and (trimmed := field.strip()):
                return trimmed
    return ""


def name(value: Any, *keys: str) -> str | None:
    """As `string`, no longer than a name may be; None where there is none."""
    return string(value, *keys)[:LONGEST_NAME] or None


def objects(value: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list that a field holds."""
    field = value.get(key) if isinstance(value, dict) else None
    return [element for element in field if isinstance(element, dict)] if isinstance(field, list) else []


def strings(value: dict[str, Any], key: str) -> list[str]:
    """The strings in the list that a field holds."""
    field = value.get(key)
    return [element for element in field if isinstance(element, str)] if isinstance(field, list) else []


def moment(timestamp: Any) -> datetime | None:
    """The time of a Slack timestamp, `seconds.microseconds`; None if it is no time."""
    seconds, _, fraction = str(timestamp).partition(".")
    try:
        return datetime.fromtimestamp(int(seconds), UTC) + timedelta(
            microseconds=int(fraction[:6].ljust(6, "0"))
        )
    except (ValueError, OverflowError, OSError):
        return None
