"""What a Slack export is complete for: users, open channels, members, and all that was said, day by day."""

from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import PurePosixPath

import numpy as np

from models.snapshot import Snapshot, SnapshotKind
from pipelines.sources.slack.layout import DAY
from pipelines.sources.source import Located

TILE = 5_000
"""Posts named in one snapshot."""
WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
"""How far clocks anywhere are from UTC. By whose clock Slack cuts days, an export does not say."""
QUARTER = timedelta(minutes=15)
"""What all clocks' distances from UTC are multiples of."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Coverage:
    """Notes what is read, eight bytes for each message, and tells at the end what that was all of.

    Without a moment of the export nothing can be told: nobody would know what is newer.
    """

    def __init__(self, network: str, as_of: datetime | None) -> None:
        self._network = network
        self.as_of = as_of
        self._said: dict[str, array[int]] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._unknown_members: set[str] = set()
        self._broken: set[str] = set()
        self._days: list[datetime] = []
        self._offset = WEST
        self.lists_whole = True
        self.users_whole = True

    def of_members(self, channel: str, members: Iterable[str] | None) -> None:
        """A list of a channel's members; None where it is not whole. Several add up."""
        if members is None:
            self._unknown_members.add(channel)
        else:
            self._members[channel] = self._members.get(channel, frozenset()).union(members)

    def of_folder(self, channel: str) -> None:
        """That the export has a place for what was said in a channel."""
        self._said.setdefault(channel, array("q"))

    def of_file(self, file: str) -> datetime | None:
        """A file of messages, read or not: the day that it is of begins here by UTC."""
        day = DAY.fullmatch(PurePosixPath(file).name)
        try:
            begin = datetime.fromisoformat(day[1]).replace(tzinfo=UTC) if day else None
        except ValueError:
            return None
        if begin:
            self._days.append(begin)
        return begin

    def of_message(self, channel: str, timestamp: str, day: datetime | None) -> None:
        """A message of a channel, by its id, in the file of a day."""
        seconds, _, fraction = timestamp.partition(".")
        if not (seconds.isascii() and seconds.isdigit() and fraction.isascii() and fraction.isdigit()):
            self.broken(channel)
            return
        if len(fraction) != 6 or len(seconds) > 11 or (seconds[0] == "0" and seconds != "0"):
            self.broken(channel)
            return
        ticks = int(seconds) * 1_000_000 + int(fraction)
        self._said[channel].append(ticks)
        if day is not None:
            self._offset = max(self._offset, day - (_EPOCH + ticks * _TICK))

    def broken(self, channel: str) -> None:
        """That not all of what was said in a channel could be read."""
        self._broken.add(channel)

    def is_whole(self, channel: str) -> bool:
        """Whether all of what was said in a channel could be read so far."""
        return channel not in self._broken

    @property
    def not_whole(self) -> int:
        """The number of channels of which something could not be read."""
        return len(self._broken)

    @property
    def members_not_whole(self) -> int:
        """The number of channels that do not say who all of their members are."""
        return len(self._unknown_members)

    def snapshots(
        self, users: Iterable[str], open_channels: Iterable[str], listed: Iterable[str], file: str
    ) -> Iterator[Located]:
        """All that can be said; `listed` are the channels whose messages may be taken in."""
        if self.as_of is None:
            return
        if self.users_whole:
            ids = [self._id(user) for user in users]
            yield self._located(f"network:{self._network}", SnapshotKind.ACCOUNTS, ids, file)
        if self.lists_whole:
            ids = [self._id(channel) for channel in open_channels]
            yield self._located(f"network:{self._network}", SnapshotKind.CHANNELS, ids, file)
        for channel, members in self._members.items():
            if channel not in self._unknown_members:
                ids = [self._id(member) for member in sorted(members)]
                yield self._located(f"channel:{self._id(channel)}", SnapshotKind.MEMBERS, ids, file)
        if not self._days and not any(self._said.values()):
            return
        end = self.as_of + _TICK
        begin, doubtful = self._begin()
        for channel in dict.fromkeys(listed):
            if channel in self._broken:
                continue
            if channel not in self._said:
                yield self._posts(channel, (), doubtful, None, file, certain=False)
                continue
            yield self._posts(channel, (), doubtful, begin, file, certain=False)
            yield from self._tiles(channel, begin, end, file)
            yield self._posts(channel, (), end, None, file, certain=False)

    def _begin(self) -> tuple[datetime, datetime]:
        """From when on the export holds all, and from when on it may."""
        first = min((min(said) for said in self._said.values() if said), default=None)
        begins = [] if first is None else [_EPOCH + first * _TICK]
        if self._days:
            offset = -(-self._offset // QUARTER) * QUARTER
            if offset <= EAST:
                begins.append(min(self._days) - offset)
        begin = min(begins) if begins else self.as_of or _EPOCH
        return begin, min([begin, *(day - EAST for day in self._days)])

    def _tiles(self, channel: str, begin: datetime, end: datetime, file: str) -> Iterator[Located]:
        said = np.unique(np.frombuffer(self._said[channel], np.int64))
        # Each tile ends where the next one begins, so that what stood between two messages is in one of them.
        starts = [begin, *(_EPOCH + int(ticks) * _TICK for ticks in said[TILE::TILE]), end]
        for number, (since, until) in enumerate(pairwise(starts)):
            tile = said[number * TILE : (number + 1) * TILE].tolist()
            ids = [f"{self._id(channel)}:{ticks // 1_000_000}.{ticks % 1_000_000:06}" for ticks in tile]
            if since < until:
                yield self._posts(channel, ids, since, until, file)

    def _posts(
        self,
        channel: str,
        ids: Iterable[str],
        since: datetime,
        until: datetime | None,
        file: str,
        *,
        certain: bool = True,
    ) -> Located:
        container = f"channel:{self._id(channel)}"
        return self._located(container, SnapshotKind.POSTS, ids, file, since, until, certain=certain)

    def _located(
        self,
        container: str,
        of: SnapshotKind,
        ids: Iterable[str],
        file: str,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        certain: bool = True,
    ) -> Located:
        assert self.as_of is not None
        snapshot = Snapshot(
            container=container,
            of=of,
            as_of=self.as_of,
            ids=tuple(ids),
            since=since,
            until=until,
            certain=certain,
        )
        return Located(snapshot, file, None)

    def _id(self, native: str) -> str:
        return f"{self._network}:{native}"
