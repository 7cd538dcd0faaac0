"""When a Slack export was made, as far as it says itself: its newest message, or a later change to a list.

Files carry the time at which somebody copied or unpacked them; what Slack wrote into them can be trusted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from models.moments import now
from pipelines.sources.archive import Archive
from pipelines.sources.json_array import Element, elements
from pipelines.sources.slack.fields import moment, string
from pipelines.sources.slack.layout import CONVERSATIONS, DAY, USERS, Layout

AHEAD = timedelta(days=1)
"""A clock may be as much ahead; a time beyond that is a slip, not when the export was made."""


def made_at(archive: Archive, layout: Layout) -> datetime | None:
    """The latest moment that an export tells of: it was made then or later. None if it tells of none."""
    present = now()
    told = (at for at in _moments(archive, layout) if at is not None and at <= present + AHEAD)
    latest = max(told, default=None)
    return latest and min(latest, present)


def _moments(archive: Archive, layout: Layout) -> Iterator[datetime | None]:
    for _, file in layout.lists(*USERS, *CONVERSATIONS):
        for listed in _objects(archive, file):
            for holder, key in (
                (listed, "updated"),
                (listed, "created"),
                (listed.get("topic"), "last_set"),
                (listed.get("purpose"), "last_set"),
            ):
                value = holder.get(key) if isinstance(holder, dict) else None
                yield _seconds(value)
    for file in _latest(layout):
        for message in _objects(archive, file):
            yield moment(message.get("ts"))
            yield moment(string(message.get("edited"), "ts"))


def _latest(layout: Layout) -> Iterator[str]:
    """The files of the last day on which anybody said anything, and those that name no day."""
    days: dict[str, list[str]] = {}
    for folder in layout.folders:
        for file in folder.files:
            day = DAY.fullmatch(PurePosixPath(file).name)
            days.setdefault(day[1] if day else "", []).append(file)
    yield from days.pop("", ())
    if days:
        yield from days[max(days)]


def _objects(archive: Archive, file: str) -> Iterator[dict[str, Any]]:
    rows = elements(archive.chunks(file, ahead=True), file)
    return (row.value for row in rows if isinstance(row, Element))


def _seconds(value: Any) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
