"""Goes through a Slack export: users, conversations, then each conversation day by day."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipelines.problems import Problem
from pipelines.sources.archive import Archive
from pipelines.sources.json_array import Element, elements
from pipelines.sources.slack.channels import Channels
from pipelines.sources.slack.fields import string
from pipelines.sources.slack.layout import (
    CHANNELS,
    CONVERSATIONS,
    LISTS,
    OTHER_LISTS,
    USERS,
    Folder,
    Layout,
)
from pipelines.sources.slack.markup import Markup
from pipelines.sources.slack.messages import Messages
from pipelines.sources.slack.people import People
from pipelines.sources.source import Located, Progress, unwatched


def read(
    path: Path, *, progress: Progress = unwatched, network: str = "slack", include_private: bool = False
) -> Iterator[Located | Problem]:
    """The records of an export. Ids are `network:…`: give a second workspace another network.

    Private channels and direct messages are kept out and counted, unless `include_private`.
    """
    with Archive(path, progress, landmarks=LISTS, what="a Slack export") as archive:
        layout = Layout(archive)
        people = People(network)
        channels = Channels(network, people, include_private=include_private)
        for _, file in layout.lists(*USERS):
            for item in _listed(archive, file):
                yield from [item] if isinstance(item, Problem) else people.user(item, archive.where(file))
        for part, file in layout.lists(*CONVERSATIONS):
            for item in _listed(archive, file):
                if isinstance(item, Problem):
                    yield item
                else:
                    listed_in = PurePosixPath(file).name
                    yield from channels.channel(item, archive.where(file), part, listed_in)
        yield from _missing(archive, layout)
        messages = Messages(network, people, Markup(people.names, channels.public_names))
        yield from _Talk(archive, layout, channels, messages).read()
        yield from _unread(archive, layout)
        for subtype, count in messages.left_out.most_common():
            yield Problem(
                kind="left_out",
                file=archive.where(""),
                message=f"{count:,} messages of the kind {subtype} say nothing and were left out.",
                count=count,
                note=True,
            )


class _Talk:
    """Goes through the folders of messages, and counts what stays outside."""

    def __init__(self, archive: Archive, layout: Layout, channels: Channels, messages: Messages) -> None:
        self._archive = archive
        self._layout = layout
        self._channels = channels
        self._messages = messages
        self._private = 0

    def read(self) -> Iterator[Located | Problem]:
        for folder in self._layout.folders:
            conversations = self._channels.of_folder(folder.part, folder.name)
            if not conversations:
                yield self._outside(folder)
                continue
            conversation = conversations[0]
            if self._channels.is_kept_out(conversation):
                rows = (row for file in folder.files for row in _rows(self._archive, file))
                self._private += sum(isinstance(row, Element) for row in rows)
                continue
            if len(conversations) > 1:
                yield self._shared(folder, [each.id for each in conversations])
            for file in folder.files:
                day = _rows(self._archive, file)
                yield from self._messages.day(day, conversation.id, self._archive.where(file))
        if kept_out := self._channels.kept_out:
            yield Problem(
                kind="private",
                file=self._archive.where(""),
                message=f"{kept_out:,} private conversations with {self._private:,} messages were kept out.",
                remedy="Take them in with --include-private; only their members will see them.",
                count=kept_out,
                note=True,
            )

    def _outside(self, folder: Folder) -> Problem:
        rows = (row for file in folder.files for row in _rows(self._archive, file))
        count = sum(isinstance(row, Element) for row in rows)
        if folder.canvas:
            return Problem(
                kind="canvas",
                file=self._archive.where(folder.files[0]),
                message=f"{count:,} comments on a canvas were left out.",
                count=count,
                note=True,
            )
        return Problem(
            kind="unlisted_channel",
            file=self._archive.where(folder.files[0]),
            message=f"No list of channels names {folder.name}; its {count:,} messages were left out.",
            remedy="It may be private. Export again, with the list that names it.",
            count=count,
        )

    def _shared(self, folder: Folder, ids: list[str]) -> Problem:
        return Problem(
            kind="shared_name",
            file=self._archive.where(folder.files[0]),
            message=f"{folder.name} is the name of {', '.join(ids)}; all of it was taken for {ids[0]}.",
            note=True,
        )


def _rows(archive: Archive, name: str) -> Iterator[Element | Problem]:
    return elements(archive.chunks(name), archive.where(name))


def _listed(archive: Archive, name: str) -> Iterator[Element | Problem]:
    """The users or channels of a list; those without an id are nobody."""
    for item in _rows(archive, name):
        if isinstance(item, Element) and not string(item.value, "id"):
            yield Problem(
                kind="invalid_record",
                file=archive.where(name),
                line=item.line,
                message="It has no id.",
                remedy="It was left out.",
            )
        else:
            yield item


def _missing(archive: Archive, layout: Layout) -> Iterator[Problem]:
    for names in (USERS, (CHANNELS,)):
        if not any(layout.lists(*names)):
            yield Problem(
                kind="missing_file",
                file=archive.where(names[0]),
                message="The export lacks this file.",
                remedy="Export again, whole; the rest was read as well as it goes without it.",
            )


def _unread(archive: Archive, layout: Layout) -> Iterator[Problem]:
    """What was not read at all, by kind of file."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for file in layout.unread:
        archive.skip(file)
        path = PurePosixPath(file)
        kind = path.name if path.name in OTHER_LISTS else path.suffix or path.name
        counts[kind] += 1
        first.setdefault(kind, file)
    for file in archive.outside:
        counts["beside the export"] += 1
        first.setdefault("beside the export", file)
    for kind, count in counts.items():
        talk = kind == ".json"
        yield Problem(
            kind="unread_file",
            file=archive.where(first[kind]),
            message=f"{count:,} files ({kind}) stand where no messages are expected.",
            remedy="If they hold messages, put them into the folder of their channel." if talk else "",
            count=count,
            note=not talk,
        )
