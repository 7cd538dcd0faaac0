"""Goes through a Slack export: users, conversations, then each conversation day by day."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pipelines.problems import Problem
from pipelines.sources.archive import Archive
from pipelines.sources.json_array import Element, elements
from pipelines.sources.slack.channels import CONVERSATION_FILES, Channels
from pipelines.sources.slack.fields import string
from pipelines.sources.slack.markup import Markup
from pipelines.sources.slack.messages import Messages
from pipelines.sources.slack.people import People
from pipelines.sources.source import Located, Progress, unwatched

USERS = "users.json"
DAY_FILE = re.compile(r"([^/]+)/\d{4}-\d\d-\d\d\.json")


def read(
    path: Path, *, progress: Progress = unwatched, network: str = "slack", include_private: bool = False
) -> Iterator[Located | Problem]:
    """The records of an export. Ids are `network:…`: give a second workspace another network.

    Private channels and direct messages are kept out and counted, unless `include_private`.
    """
    landmarks = (USERS, *CONVERSATION_FILES)
    with Archive(path, progress, landmarks=landmarks, what="a Slack export") as archive:
        people = People(network)
        channels = Channels(network, people, include_private=include_private)
        if USERS in archive:
            for item in _listed(archive, USERS):
                yield from [item] if isinstance(item, Problem) else people.user(item, archive.where(USERS))
        for listing in CONVERSATION_FILES:
            if listing in archive:
                for item in _listed(archive, listing):
                    if isinstance(item, Problem):
                        yield item
                    else:
                        yield from channels.channel(item, archive.where(listing), listing)
        yield from _missing(archive)
        messages = Messages(network, people, Markup(people.handles, channels.public_names))
        yield from _days(archive, channels, messages)
        for subtype, count in messages.left_out.most_common():
            yield Problem(
                kind="left_out",
                file=archive.where(""),
                message=f"{count:,} messages of the kind {subtype} say nothing and were left out.",
                count=count,
                note=True,
            )


def _days(archive: Archive, channels: Channels, messages: Messages) -> Iterator[Located | Problem]:
    private = 0
    named = [(match[1] if (match := DAY_FILE.fullmatch(name)) else "", name) for name in archive.names]
    for folder, names in groupby(sorted(named), key=lambda pair: pair[0]):
        days = [name for _, name in names]
        conversation = channels.by_folder.get(folder)
        if conversation is not None and not conversation.kept_out:
            for day in days:
                yield from messages.day(_rows(archive, day), conversation.id, archive.where(day))
        elif conversation is not None:
            private += sum(isinstance(item, Element) for day in days for item in _rows(archive, day))
        else:
            for day in days:
                if day not in (USERS, *CONVERSATION_FILES):
                    archive.skip(day)
            if folder:
                yield Problem(
                    kind="unlisted_channel",
                    file=archive.where(folder),
                    message=f"No list of channels names it; its {len(days):,} files were left out.",
                    remedy="It may be private. Export again, with the list that names it.",
                    count=len(days),
                )
    if channels.kept_out:
        yield Problem(
            kind="private",
            file=archive.where(""),
            message=f"{channels.kept_out:,} private conversations with {private:,} messages were kept out.",
            remedy="Take them in with --include-private; only their members will see them.",
            count=channels.kept_out,
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


def _missing(archive: Archive) -> Iterator[Problem]:
    for name in (USERS, CONVERSATION_FILES[0]):
        if name not in archive:
            yield Problem(
                kind="missing_file",
                file=archive.where(name),
                message="The export lacks this file.",
                remedy="Export again, whole; the rest was read as well as it goes without it.",
            )
