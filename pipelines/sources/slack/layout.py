"""Where things stand in a Slack export: lists of users and conversations, folders of messages, the rest.

A workspace's export has all of it at its top. That of an Enterprise Grid organisation has a part for each
workspace below `teams/`, with lists of its own, beside the lists of the whole organisation.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from pipelines.sources.archive import Archive

USERS = ("users.json", "org_users.json")
CHANNELS, GROUPS, GROUP_MESSAGES, DIRECT_MESSAGES = "channels.json", "groups.json", "mpims.json", "dms.json"
CONVERSATIONS = (CHANNELS, GROUPS, GROUP_MESSAGES, DIRECT_MESSAGES)
LISTS = (*USERS, *CONVERSATIONS)
OTHER_LISTS = frozenset(
    ("integration_logs.json", "canvases.json", "content_flags.json", "file_conversations.json", "lists.json",
     "huddle_transcripts.json", "external_teams.json")
)  # fmt: skip
"""Files of Slack's in which nobody says anything."""

DAY = re.compile(r"(\d{4}-\d\d-\d\d)(~\d+)?\.json", re.IGNORECASE)
_JSON = re.compile(r"\.json$", re.IGNORECASE)
_CANVAS = re.compile(r"FC[:_/\uf03a]F[0-9A-Z]+")
"""The folder of a canvas; systems that allow no colon in a name put something else in its place."""


class Folder(NamedTuple):
    """A folder of messages, or the single file that stands for one, and the part of the export it is in."""

    part: str
    name: str
    files: tuple[str, ...]

    @property
    def canvas(self) -> bool:
        """Whether it holds what was said about a canvas, not in a channel."""
        return bool(_CANVAS.match(self.name))


class Layout:
    """The files of an archive, sorted out by name alone."""

    def __init__(self, archive: Archive) -> None:
        paths = [PurePosixPath(name) for name in archive.names]
        self.parts = sorted({_folder(path) for path in paths if path.name in LISTS} | {""})
        self._names = frozenset(archive.names)
        self.folders: list[Folder] = []
        self.unread: list[str] = []
        """Files that are neither lists nor stand where messages stand."""
        self.empty = [self._place(PurePosixPath(folder)) for folder in archive.empty_folders]
        """Folders without files, each with the part that it is in."""
        found: dict[tuple[str, str], list[str]] = {}
        for path in paths:
            part = self._part(path)
            inside = path.relative_to(part).parts
            if len(inside) == 1 and inside[0] in LISTS:
                continue
            if path.suffix.lower() != ".json" or len(inside) > 2 or inside[0] in OTHER_LISTS:
                self.unread.append(str(path))
            else:
                found.setdefault((part, _JSON.sub("", inside[0])), []).append(str(path))
        self.folders = [Folder(part, name, tuple(files)) for (part, name), files in sorted(found.items())]

    def _part(self, path: PurePosixPath) -> str:
        return max((part for part in self.parts if _within(path, part)), key=len)

    def _place(self, path: PurePosixPath) -> tuple[str, str]:
        part = self._part(path)
        return part, str(path.relative_to(part))

    def lists(self, *names: str) -> Iterator[tuple[str, str]]:
        """The lists of these names that are there, each with its part, in the order of the names."""
        for name in names:
            for part in self.parts:
                path = str(PurePosixPath(part, name))
                if path in self._names:
                    yield part, path


def _folder(path: PurePosixPath) -> str:
    return "" if str(path.parent) == "." else str(path.parent)


def _within(path: PurePosixPath, part: str) -> bool:
    return not part or path.is_relative_to(part)
