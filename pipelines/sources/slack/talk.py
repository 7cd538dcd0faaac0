"""Goes through the folders of messages of a Slack export, and tells what stays outside."""

from collections.abc import Iterator

from models.counted import counted
from pipelines.problems import Problem
from pipelines.sources.archive import Archive
from pipelines.sources.json_array import Element, elements
from pipelines.sources.slack.channels import Channels, Conversation
from pipelines.sources.slack.coverage import Coverage
from pipelines.sources.slack.fields import string
from pipelines.sources.slack.layout import Folder, Layout
from pipelines.sources.slack.messages import STATED, Messages
from pipelines.sources.source import Located


class Talk:
    """What is said in the conversations that may be taken in, folder by folder."""

    def __init__(
        self,
        archive: Archive,
        layout: Layout,
        channels: Channels,
        messages: Messages,
        coverage: Coverage,
    ) -> None:
        self._archive = archive
        self._layout = layout
        self._channels = channels
        self._messages = messages
        self._coverage = coverage
        self._private = 0

    def read(self) -> Iterator[Located | Problem]:
        """The records of all messages, and problems."""
        for part, name in self._layout.empty:
            for conversation in self._channels.of_folder(part, name)[:1]:
                self._coverage.of_folder(conversation.id)
        for folder in self._layout.folders:
            conversations = self._channels.of_folder(folder.part, folder.name)
            if not conversations:
                yield self._outside(folder)
                continue
            if self._channels.is_kept_out(conversations[0]):
                self._private += self._count(folder)
                continue
            if len(conversations) > 1:
                yield self._shared(folder, [each.id for each in conversations])
                for each in conversations:
                    self._coverage.broken(each.id)
            self._coverage.of_folder(conversations[0].id)
            for file in folder.files:
                rows = self._noted(file, conversations[0])
                yield from self._messages.day(rows, conversations[0].id, self._archive.where(file))
                yield from self._stated(conversations[0], file, STATED)
            if folder.files:
                yield from self._stated(conversations[0], folder.files[-1], 1)
        if kept_out := self._channels.kept_out:
            yield Problem(
                kind="private",
                file=self._archive.where(""),
                message=f"Kept out: {counted(kept_out, 'private conversation')}"
                f" with {counted(self._private, 'message')}.",
                remedy="Take them in with --include-private; only their members will see them.",
                count=kept_out,
                note=True,
            )

    def _stated(self, conversation: Conversation, file: str, least: int) -> Iterator[Located]:
        whole = self._coverage.is_whole(conversation.id)
        yield from self._messages.stated(conversation.id, self._archive.where(file), whole=whole, least=least)

    def _noted(self, file: str, conversation: Conversation) -> Iterator[Element | Problem]:
        """The messages of a file; which they are, and whether these are all, is noted."""
        day = self._coverage.of_file(file)
        for row in self._rows(file):
            if isinstance(row, Element):
                self._coverage.of_message(conversation.id, string(row.value, "ts"), day)
            elif not row.note:
                self._coverage.broken(conversation.id)
            yield row

    def _count(self, folder: Folder) -> int:
        for file in folder.files:
            self._coverage.of_file(file)
        return sum(isinstance(row, Element) for file in folder.files for row in self._rows(file))

    def _rows(self, file: str) -> Iterator[Element | Problem]:
        return elements(self._archive.chunks(file), self._archive.where(file))

    def _outside(self, folder: Folder) -> Problem:
        count = self._count(folder)
        if folder.canvas:
            return Problem(
                kind="canvas",
                file=self._archive.where(folder.files[0]),
                message=f"Left out: {counted(count, 'comment')} on a canvas.",
                count=count,
                note=True,
            )
        return Problem(
            kind="unlisted_channel",
            file=self._archive.where(folder.files[0]),
            message=f"No list of channels names {folder.name}; left out: {counted(count, 'message')}.",
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
