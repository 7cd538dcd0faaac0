"""Goes through a Slack export: users, conversations, then each conversation day by day."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from models.counted import counted
from pipelines.problems import Problem
from pipelines.sources.archive import Archive
from pipelines.sources.json_array import Element, elements
from pipelines.sources.slack.channels import Channels
from pipelines.sources.slack.coverage import Coverage
from pipelines.sources.slack.fields import string
from pipelines.sources.slack.layout import (
    CHANNELS,
    CONVERSATIONS,
    LISTS,
    OTHER_LISTS,
    USERS,
    Layout,
)
from pipelines.sources.slack.markup import Markup
from pipelines.sources.slack.messages import Messages
from pipelines.sources.slack.people import People
from pipelines.sources.slack.survey import made_at
from pipelines.sources.slack.talk import Talk
from pipelines.sources.source import Located, Progress, unwatched


def read(
    path: Path, *, progress: Progress = unwatched, network: str = "slack", include_private: bool = False
) -> Iterator[Located | Problem]:
    """The records of an export. Ids are `network:…`: give a second workspace another network.

    Private channels and direct messages are kept out and counted, unless `include_private`.
    """
    with Archive(path, progress, landmarks=LISTS, what="a Slack export") as archive:
        layout = Layout(archive)
        as_of = made_at(archive, layout)
        coverage = Coverage(network, as_of)
        people = People(network, as_of)
        channels = Channels(network, people, coverage, as_of, include_private=include_private)
        for _, file in layout.lists(*USERS):
            for item in _listed(archive, file):
                if isinstance(item, Problem):
                    coverage.users_whole &= item.note
                    yield item
                else:
                    yield from people.user(item, archive.where(file))
        # Whoever made the export is in its list.
        coverage.users_whole &= bool(people.listed)
        for part, file in layout.lists(*CONVERSATIONS):
            for item in _listed(archive, file):
                if isinstance(item, Problem):
                    coverage.lists_whole &= item.note
                    yield item
                else:
                    listed_in = PurePosixPath(file).name
                    yield from channels.channel(item, archive.where(file), part, listed_in)
        yield from _missing(archive, layout)
        coverage.lists_whole &= any(layout.lists(CHANNELS))
        markup = Markup(people.names, channels.public_names, channels.private)
        messages = Messages(network, people, markup, as_of)
        yield from Talk(archive, layout, channels, messages, coverage).read()
        yield from _unread(archive, layout)
        for subtype, count in messages.left_out.most_common():
            yield Problem(
                kind="left_out",
                file=archive.where(""),
                message=f"Left out, for saying nothing: {counted(count, 'message')} of the kind {subtype}.",
                count=count,
                note=True,
            )
        yield from _incomplete(archive, coverage)
        yield from coverage.snapshots(people.listed, channels.open, channels.taken_in, archive.where(""))


def _incomplete(archive: Archive, coverage: Coverage) -> Iterator[Problem]:
    """Where nothing will be closed, since nobody knows what is missing."""
    parts = (
        ("the list of users", not coverage.users_whole),
        ("the list of channels", not coverage.lists_whole),
        (counted(coverage.not_whole, "channel"), coverage.not_whole),
        (f"the members of {counted(coverage.members_not_whole, 'channel')}", coverage.members_not_whole),
    )
    unread = [part for part, lacking in parts if lacking]
    if coverage.as_of is None:
        reason = "It does not say when it was made"
    elif unread:
        reason = f"Not whole: {', '.join(unread)}"
    else:
        return
    yield Problem(
        kind="incomplete",
        file=archive.where(""),
        message=f"{reason}; what is missing there stays as it was.",
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
            message=f"Where no messages are expected: {counted(count, 'file')} ({kind}).",
            remedy="If they hold messages, put them into the folder of their channel." if talk else "",
            count=count,
            note=not talk,
        )
