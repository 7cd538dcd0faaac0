"""Intervals in which a right holds, given by sources that know their dates and by sources that do not."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TypeVar

Day = TypeVar("Day", date, datetime)


def holding(
    intervals: Collection[tuple[Day | None, Day | None]], at: Day
) -> tuple[Day | None, Day | None] | None:
    """The latest of the (since, until) of one membership or employment that holds at a time, or None.

    In doubt access is not given: an end whose beginning is unknown ends all that began before it, and an
    interval
    without any date counts only where no dated one tells more.
    """
    ends = [until for since, until in intervals if since is None and until is not None and until <= at]
    dated = [(since, until) for since, until in intervals if since is not None]
    current = [
        (since, until)
        for since, until in dated
        if since <= at and (until is None or at < until) and not any(end > since for end in ends)
    ]
    if current:
        return max(current, key=lambda interval: interval[0])
    undated = next((interval for interval in intervals if interval[0] is None), None)
    if (
        undated is None
        or (undated[1] is None and (dated or ends))
        or (undated[1] is not None and undated[1] <= at)
    ):
        return None
    return undated
