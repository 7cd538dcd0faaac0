"""Goes through a Stack Exchange dump: users, votes, questions and answers, comments."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from models.counted import counted
from pipelines.problems import Problem
from pipelines.sources.archive import Archive
from pipelines.sources.checks import located
from pipelines.sources.source import Located, Progress, unwatched
from pipelines.sources.stackexchange.html import read_comment, read_html
from pipelines.sources.stackexchange.rows import rows

USERS, VOTES, POSTS, COMMENTS = "Users.xml", "Votes.xml", "Posts.xml", "Comments.xml"

KINDS = {"1": "question", "2": "answer"}
"""By PostTypeId; the others are tag descriptions, elections and the like."""

VOTES_TAKEN = {"2": "up", "3": "down"}
"""By VoteTypeId; the others are acceptances (which Posts.xml tells), favourites and moderation."""

COMMUNITY = "-1"
"""The site's own background process, not a person."""

Fields = Mapping[str, str]

_NUMBER = re.compile("-?[0-9]{1,18}")
"""What fits into 64 bits: counts and ids do, and damage may hold digits without end."""


def read(
    path: Path, *, progress: Progress = unwatched, network: str | None = None
) -> Iterator[Located | Problem]:
    """The records of a dump; `network` is by default `se-` and the site's name, that of the folder or zip.

    Votes have no voter: they become one count for each post and direction, held in memory as integers.
    """
    with Archive(path, progress, landmarks=(POSTS,), what="a Stack Exchange dump") as archive:
        site = _site(archive.path)
        yield from _Dump(archive, site, network or f"se-{site}").items()


class _Dump:
    def __init__(self, archive: Archive, site: str, network: str) -> None:
        self._archive = archive
        self._site = site
        self._network = network
        self._channel = f"{network}:board"
        self._votes: dict[str, Counter[int]] = {kind: Counter() for kind in VOTES_TAKEN.values()}
        self._has_votes = VOTES in archive
        self._left_out = 0

    def items(self) -> Iterator[Located | Problem]:
        for name in self._archive.names:
            if name not in (USERS, VOTES, POSTS, COMMENTS):
                self._archive.skip(name)
        yield located(
            {
                "type": "channel",
                "id": self._channel,
                "network": self._network,
                "name": self._site,
                "kind": "board",
            },
            self._archive.where(POSTS),
            None,
        )
        yield from self._each(USERS, self._user)
        yield from self._each(VOTES, self._vote)
        yield from self._each(POSTS, self._post)
        yield from self._each(COMMENTS, self._comment)
        if self._left_out:
            yield Problem(
                kind="left_out",
                file=self._archive.where(POSTS),
                message=f"Left out, as neither question nor answer: {counted(self._left_out, 'row')}.",
                count=self._left_out,
                note=True,
            )

    def _each(
        self, name: str, records: Callable[[Fields], Iterator[dict[str, Any]]]
    ) -> Iterator[Located | Problem]:
        file = self._archive.where(name)
        if name not in self._archive:
            yield Problem(kind="missing_file", file=file, message="The dump lacks this file.", note=True)
            return
        for row in rows(self._archive.chunks(name), file):
            if isinstance(row, Problem):
                yield row
                continue
            for values in records(row.fields):
                item = located(values, file, row.line)
                yield item
                if isinstance(item, Problem):
                    # What follows of this row would point to a record that is not there.
                    break

    def _user(self, fields: Fields) -> Iterator[dict[str, Any]]:
        id_ = fields.get("Id", "")
        account = self._account(id_)
        name = fields.get("DisplayName", "").strip() or f"user{id_}"
        person = None if id_ == COMMUNITY else account
        if person:
            yield {"type": "person", "id": person, "name": name}
        yield {
            "type": "account",
            "id": account,
            "network": self._network,
            "handle": name,
            "person": person,
            "bot": id_ == COMMUNITY,
        }

    def _vote(self, fields: Fields) -> Iterator[dict[str, Any]]:
        kind = VOTES_TAKEN.get(fields.get("VoteTypeId", ""))
        if kind:
            self._votes[kind][_number(fields, "PostId")] += 1
        return iter(())

    def _post(self, fields: Fields) -> Iterator[dict[str, Any]]:
        kind = KINDS.get(fields.get("PostTypeId", ""))
        if kind is None:
            self._left_out += 1
            return
        post = self._id(fields.get("Id"))
        owner = self._account(fields.get("OwnerUserId"))
        text, links = read_html(fields.get("Body", ""))
        yield {
            "type": "post",
            "id": post,
            "channel": self._channel,
            "account": owner,
            "kind": kind,
            "title": fields.get("Title"),
            "text": text,
            "links": links,
            "tags": _tags(fields.get("Tags", "")),
            "created": fields.get("CreationDate"),
            "edited": fields.get("LastEditDate"),
            "parent": self._id(fields["ParentId"]) if "ParentId" in fields else None,
        }
        if "AcceptedAnswerId" in fields:
            yield {
                "type": "acceptance",
                "question": post,
                "answer": self._id(fields["AcceptedAnswerId"]),
                "account": owner,
            }
        if "ViewCount" in fields:
            yield {"type": "views", "post": post, "count": fields["ViewCount"]}
        yield from self._voted(post, fields)

    def _voted(self, post: str, fields: Fields) -> Iterator[dict[str, Any]]:
        number, score = _number(fields, "Id"), _number(fields, "Score")
        counts = (
            {kind: votes[number] for kind, votes in self._votes.items()}
            if self._has_votes
            else {"up": score, "down": -score}
        )
        for kind, count in counts.items():
            if count > 0:
                yield {"type": "reaction", "post": post, "kind": kind, "count": count}

    def _comment(self, fields: Fields) -> Iterator[dict[str, Any]]:
        post = self._id(f"c{fields['Id']}" if "Id" in fields else None)
        text, links = read_comment(fields.get("Text", ""))
        yield {
            "type": "post",
            "id": post,
            "channel": self._channel,
            "account": self._account(fields.get("UserId")),
            "kind": "comment",
            "text": text,
            "links": links,
            "created": fields.get("CreationDate"),
            "parent": self._id(fields.get("PostId")),
        }
        if (score := _number(fields, "Score")) > 0:
            yield {"type": "reaction", "post": post, "kind": "up", "count": score}

    def _id(self, number: str | None) -> str:
        """A post's id; empty, which no record allows, where there is no number."""
        return f"{self._network}:{number}" if number else ""

    def _account(self, number: str | None) -> str | None:
        """A user's id; None for one who was deleted."""
        return f"{self._network}:u{number}" if number else None


def _number(fields: Fields, name: str) -> int:
    value = fields.get(name, "")
    return int(value) if _NUMBER.fullmatch(value) else 0


def _tags(tags: str) -> list[str]:
    """`<양자><게이트>` in older dumps, `|양자|게이트|` in newer ones."""
    return [tag for tag in tags.replace("><", "|").strip("<>|").split("|") if tag]


def _site(path: Path) -> str:
    """`양자` of a folder `stackexchange-양자`, or of `양자.stackexchange.com.zip`."""
    name = path.resolve().name.removesuffix(".zip").removesuffix(".com").removesuffix(".stackexchange")
    return "-".join(name.removeprefix("stackexchange-").split()) or "site"
