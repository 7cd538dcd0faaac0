"""Times are aware and in UTC everywhere inside Dure; days are the company's.

Here alone stands which dates there are, and when a day begins and ends.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NewType
from zoneinfo import ZoneInfo

from models.errors import BadSetting

LocalTime = NewType("LocalTime", datetime)
"""A moment on the company's clock: its date is the company's day. Only `on_clock` makes one."""
COMPANY_TIMEZONE: tzinfo = ZoneInfo("Asia/Seoul")
"""Where the company's days begin and end, unless a setting says otherwise."""
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(3000, 1, 1, tzinfo=UTC)
"""The dates that there are: from the first to before the second. What lies outside is a slip or a stand-in
for "unknown" and "for ever", and arithmetic with it ends beyond the calendar."""
BOUNDS = f"{EARLIEST:%Y-%m-%d} to {LATEST - timedelta(days=1):%Y-%m-%d}"
FUTURE = timedelta(days=1)
"""How far a clock may be ahead: what is dated later than that was not written then."""


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


def bounded(moment: datetime) -> datetime:
    """The same moment in UTC, for dates that are shown and ordered by.

    Raises:
        ValueError: it is not among the dates that there are.
    """
    # Looked at by the year first: at the calendar's own ends there is no moment in UTC.
    if EARLIEST.year <= moment.year <= LATEST.year and EARLIEST <= (there := utc(moment)) < LATEST:
        return there
    raise ValueError(f"{moment.date()} is out of range: dates are from {BOUNDS}, correct it")


def clamped(moment: datetime) -> datetime:
    """The same moment in UTC, or the nearer bound: for beginnings and ends, which keep their order."""
    if moment.year < EARLIEST.year:
        return EARLIEST
    if moment.year > LATEST.year:
        return LATEST
    return min(max(utc(moment), EARLIEST), LATEST)


def clamped_day(day: date) -> date:
    """As `clamped`, of a day."""
    return min(max(day, EARLIEST.date()), LATEST.date())


def day_of(moment: datetime, timezone: tzinfo) -> date:
    """The day of a moment where the company is."""
    return on_clock(moment, timezone).date()


def on_clock(moment: datetime, timezone: tzinfo) -> LocalTime:
    """The same moment as a clock on the company's wall shows it."""
    try:
        return LocalTime(utc(moment).astimezone(timezone))
    except (OverflowError, ValueError):  # the last hours of the calendar, which no record brings any more
        return LocalTime(moment)


def day_begins(day: date, timezone: tzinfo) -> datetime:
    """The first moment of a day where the company is, in UTC; also where clocks skip its midnight."""
    return clamped(datetime.combine(clamped_day(day), time(), timezone))


def begins(given: datetime | date, timezone: tzinfo) -> datetime:
    """The moment given, or the first one of the day given, in UTC.

    Raises:
        ValueError: it is not among the dates that there are.
    """
    if isinstance(given, datetime):
        return bounded(given)
    bounded(datetime.combine(given, time(), UTC))
    return day_begins(given, timezone)


def days_since(moment: datetime, at: datetime) -> float:
    """Days from a moment to a later one; of what is dated in the future nobody knows, so it is long ago."""
    if moment > at + FUTURE:
        return float("inf")
    return max(0.0, (at - moment) / timedelta(days=1))


def timezone_named(name: str) -> tzinfo:
    """The time zone of a name such as Asia/Seoul; raises `BadSetting` where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise BadSetting(
            f"There is no time zone {name!r}.",
            remedy="Give DURE_TIMEZONE a name such as Asia/Seoul or Europe/Berlin.",
        ) from error
