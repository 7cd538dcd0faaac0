"""Times are aware and in UTC everywhere inside Dure."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive time is taken to be UTC already.

    Raises:
        ValueError: in UTC it lies before the year 1 or after the year 9999.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is out of range") from error


def moment(at: datetime | None) -> datetime:
    """The time given, in UTC; the present one without."""
    return now() if at is None else utc(at)
