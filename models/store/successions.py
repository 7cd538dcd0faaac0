"""Which post was put right, replaced or revoked by which: as found, as curators decide, and who may know."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select, tuple_

from models.errors import BadInput
from models.moments import now
from models.scope import Scope
from models.store import succession_context
from models.store.audiences import seen_by, visible
from models.store.directory_tables import ChannelRow
from models.store.moment import Moment
from models.store.statements import among, among_given, listed, table_of, upsert
from models.store.succession_context import NAMING, PAGE, Context
from models.store.table import aliased
from models.store.tables import PostRow, SupersessionRow
from models.store.write_queue import WriteQueue
from models.stored import Change
from models.succession import Found, Sought, Standing, Successor, Why, Writing

LENGTH = 80
"""Characters of a text that stand for a title."""
TELLER = ""
"""Stands for the post that is spoken of, where none is known, and for who tells, where a curator does."""


class Successions:
    """Successions of the posts of one store."""

    def __init__(self, moment: Callable[[], AbstractContextManager[Moment]], writes: WriteQueue) -> None:
        self._moment = moment
        self._writes = writes

    def of(self, posts: Collection[str], scope: Scope) -> dict[str, tuple[Successor, ...]]:
        """By post its successors that the scope sees; posts without one are left out.

        Who does not see the successor, or the post that tells of it, is told nothing.
        """
        with self._moment() as moment:
            return moment.remembered(read, posts, scope)

    def standing(self, older: str, newer: str) -> Standing | None:
        """How it stands between two posts, whoever may see them; None where nothing is known."""
        query = select(SupersessionRow.state).where(
            SupersessionRow.older == older, SupersessionRow.newer == newer
        )
        with self._moment() as moment:
            states = set(moment.connection.execute(query).scalars())
        return next(
            (state for state in (Standing.REFUSED, Standing.CONFIRMED, Standing.FOUND) if state in states),
            None,
        )

    def decide(self, older: str, newer: str, person: str, *, holds: bool) -> Change:
        """A curator says that a post supersedes another, or that it does not; the last word stands.

        Raises `BadInput` where the newer one is not later than the older.
        """
        return self._writes.run(partial(_decide, older=older, newer=newer, person=person, holds=holds))

    # -- for who looks for them, whoever may read the posts

    def end_of(self, after: int, number: int) -> int | None:
        """The revision of the last of a number of posts above a revision; None if there are fewer."""
        query = select(PostRow.revision).where(PostRow.revision > after).order_by(PostRow.revision)
        with self._moment() as moment:
            return moment.connection.execute(query.offset(number - 1).limit(1)).scalar()

    def written(self, after: int, until: int) -> Iterator[list[tuple[str, str | None]]]:
        """Posts above a revision, up to another, in pages: their ids with what they say, None if deleted."""
        query = select(PostRow.id, PostRow.revision, PostRow.title, PostRow.text, PostRow.deleted)
        query = query.where(PostRow.revision <= until).order_by(PostRow.revision).limit(PAGE)
        while True:
            with self._moment() as moment:
                rows = moment.connection.execute(query.where(PostRow.revision > after)).all()
            yield [
                (row.id, None if row.deleted else f"{row.title}\n{row.text}" if row.title else row.text)
                for row in rows
            ]
            if len(rows) < PAGE:
                return
            after = rows[-1].revision

    def tell(self, telling: Mapping[str, bool], others: Collection[str]) -> None:
        """Note which posts tell something of an older one, and whether they name it by version or day; the
        `others` do not, or not any more.
        """
        self._writes.run(partial(_tell, telling=telling, others=others))

    def concerned(self, after: int, until: int) -> list[str]:
        """The telling posts about which posts above a revision, up to another, may change something."""
        with self._moment() as moment:
            return succession_context.concerned(moment.connection, after, until)

    def tellers(self, posts: Collection[str]) -> list[Writing]:
        """Those of the posts that are there, to be read for what they tell."""
        with self._moment() as moment:
            return succession_context.writings(moment.connection, PostRow.id, posts)

    def context(self, teller: Writing, sought: Sought) -> Context:
        """The thread of a post, by time, and other posts that it may speak of."""
        with self._moment() as moment:
            return succession_context.context(moment.connection, teller, sought)

    def keep(self, tellers: Collection[str], found: Sequence[Found]) -> None:
        """Keep what these posts tell, in place of what was found by them before; decisions stay."""
        self._writes.run(partial(_keep, tellers=tellers, found=found))


def read(connection: Connection, ids: Collection[str], scope: Scope) -> Mapping[str, tuple[Successor, ...]]:
    """By post its successors, under a scope: what replaces it before what puts it right, the latest first."""
    rows = connection.execute(_visible(bool(scope.denied)), {"ids": listed(ids), **seen_by(scope)}).all()
    told: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        told[row.older, row.newer].append(row)
    found: dict[str, list[Successor]] = defaultdict(list)
    for (older, newer), tellers in told.items():
        states = {row.state for row in tellers}
        if Standing.REFUSED not in states:
            first = min(tellers, key=lambda row: _order(row.why))
            successor = Successor(
                older,
                newer,
                first.thread,
                called(first.title, first.text),
                first.created,
                first.elsewhere,
                Why(first.why),
                Standing.CONFIRMED in states,
            )
            found[older].append(successor)
    return {
        older: tuple(sorted(successors, key=lambda one: not one.elsewhere))
        for older, successors in found.items()
    }


def called(title: str | None, text: str) -> str:
    """What a post is called: its title, or the beginning of its text."""
    return title or " ".join(text.split())[:LENGTH]


def _order(why: str) -> int:
    return list(Why).index(Why(why))


@cache
def _visible(denials: bool) -> "Select[*tuple[Any, ...]]":
    newer, newer_channel = aliased(PostRow), aliased(ChannelRow)
    teller, teller_channel = aliased(PostRow), aliased(ChannelRow)
    query = (
        select(
            SupersessionRow.older,
            SupersessionRow.newer,
            SupersessionRow.why,
            SupersessionRow.state,
            newer.thread,
            newer.title,
            func.substr(newer.text, 1, 2 * LENGTH).label("text"),
            newer.created,
            (newer.thread != PostRow.thread).label("elsewhere"),
        )
        .join(PostRow, PostRow.id == SupersessionRow.older)
        .join(newer, newer.id == SupersessionRow.newer)
        .outerjoin(teller, teller.id == SupersessionRow.told_by)
    )
    if denials:
        query = (
            query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
            .outerjoin(newer_channel, newer_channel.id == newer.channel)
            .outerjoin(teller_channel, teller_channel.id == teller.channel)
        )
    later = or_(newer.created > PostRow.created, (newer.created == PostRow.created) & (newer.id > PostRow.id))
    tells = or_(SupersessionRow.told_by == TELLER, visible(denials, teller, teller_channel))
    return query.where(
        among_given(SupersessionRow.older, "ids"),
        visible(denials),
        visible(denials, newer, newer_channel),
        later,
        tells,
    ).order_by(newer.created.desc(), newer.id.desc())


def _decide(connection: Connection, older: str, newer: str, person: str, holds: bool) -> Change:
    query = select(PostRow.id, PostRow.created).where(PostRow.id.in_([older, newer]))
    at = {post: (created, post) for post, created in connection.execute(query)}
    if older not in at or newer not in at or at[older] >= at[newer]:
        raise BadInput(
            "Only a later post supersedes an earlier one.", remedy="Name them the other way round."
        )
    state = Standing.CONFIRMED if holds else Standing.REFUSED
    key = tuple_(SupersessionRow.older, SupersessionRow.newer, SupersessionRow.told_by)
    there = connection.execute(select(SupersessionRow.state).where(key == (older, newer, TELLER))).scalar()
    if there == state:
        return Change.UNCHANGED
    row = {
        "older": older, "newer": newer, "told_by": TELLER, "why": Why.STATED, "state": state,
        "person": person, "decided": now(),
    }  # fmt: skip
    upsert(connection, SupersessionRow, [row])
    return Change.UPDATED if there else Change.CREATED


def _tell(connection: Connection, telling: Mapping[str, bool], others: Collection[str]) -> None:
    gone = delete(table_of(SupersessionRow)).where(among(SupersessionRow.told_by, others))
    connection.execute(gone)
    rows = [
        _row(TELLER, post, post, NAMING if names else "", Standing.TELLING) for post, names in telling.items()
    ]
    upsert(connection, SupersessionRow, rows)


def _keep(connection: Connection, tellers: Collection[str], found: Sequence[Found]) -> None:
    connection.execute(
        delete(table_of(SupersessionRow)).where(
            among(SupersessionRow.told_by, tellers), SupersessionRow.state == Standing.FOUND
        )
    )
    rows = [_row(one.older, one.newer, one.told_by, one.why, Standing.FOUND) for one in found]
    upsert(connection, SupersessionRow, rows)


def _row(older: str, newer: str, told_by: str, why: str, state: Standing) -> dict[str, Any]:
    return {
        "older": older, "newer": newer, "told_by": told_by, "why": str(why), "state": str(state),
        "person": None, "decided": None,
    }  # fmt: skip
