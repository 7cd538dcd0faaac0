"""Which thread asks the same as another one and was merged into it: as curators decide, and who may know.

A merge counts for whoever sees what opened both threads. Of one thread there may be several, by curators who
see different things: of those that a viewer sees the one decided last counts, save where it closes a circle.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, exists, func, or_, select

from models.errors import CannotMerge
from models.merge import Merges, ThreadTitle
from models.moments import now
from models.scope import Scope
from models.store.audiences import only_visible, seen_by
from models.store.moment import Moment
from models.store.prepared_query import rows_of
from models.store.statements import among_given, listed, upsert
from models.store.successions import LENGTH, called
from models.store.table import aliased
from models.store.tables import MergeRow, PostRow
from models.store.write_queue import WriteQueue
from models.stored import Change

MERGED = exists().where(MergeRow.thread == PostRow.thread, MergeRow.holds).label("merged")
"""Its thread was merged into another one."""


class MergedThreads:
    """Merged threads of one store. They go by the posts that opened them."""

    def __init__(self, moment: Callable[[], AbstractContextManager[Moment]], writes: WriteQueue) -> None:
        self._moment = moment
        self._writes = writes

    def of(self, thread: str, scope: Scope) -> Merges:
        """What of a thread was merged with others, as far as the scope sees what opened them."""
        with self._moment() as moment:
            known = moment.known(_told, scope)
            if thread not in known:
                known |= _told(_settled(_links(moment.connection, [], thread, scope)), thread)
            return known[thread]

    def leading(self, threads: Collection[str], scope: Scope, *, beside: str = "") -> dict[str, str]:
        """By merged thread, among these, the one that it leads to in the end, under a scope.

        What `of` tells of the thread `beside` them is read with it, and known after that.
        """
        with self._moment() as moment:
            settled = _settled(_links(moment.connection, threads, beside, scope))
            if beside:
                moment.known(_told, scope).update(_told(settled, beside))
        return {thread: way[-1] for thread in threads if (way := list(_way(settled, thread)))}

    def decide(self, thread: str, kept: str | None, person: str, scope: Scope) -> Change:
        """A curator merges a thread into another one, or, with None, into none any more.

        Only what their scope sees is changed, or makes a difference. Raises `CannotMerge` where the scope
        does not see what opened both threads, or the other one is merged into this one.
        """
        return self._writes.run(partial(_decide, thread=thread, kept=kept, person=person, scope=scope))


def _told(settled: Mapping[str, Any], thread: str) -> dict[str, Merges]:
    """Of one thread what is told on its page, by the links that count on the ways from it and to it."""
    way = list(_way(settled, thread))
    last = next((row for row in settled.values() if way and row.kept == way[-1]), None)
    merged = [
        ThreadTitle(other, called(row.title, row.text), row.created)
        for other, row in settled.items()
        if thread in _way(settled, other)
    ]
    kept = last and ThreadTitle(last.kept, called(last.its_title, last.its_text), last.its_created)
    return {thread: Merges(kept, tuple(sorted(merged, key=lambda one: (one.created, one.thread))))}


def _decide(connection: Connection, thread: str, kept: str | None, person: str, scope: Scope) -> Change:
    links = _links(connection, {thread, kept or thread}, "", scope)
    before = [link.kept for link in links if link.thread == thread]
    settled = _settled(links)
    if kept:
        if kept == thread:
            raise CannotMerge("A thread is not merged into itself.", remedy="Name another one.")
        if not _opened(connection, {thread, kept}, scope):
            raise CannotMerge(
                "Only whole threads are merged.", remedy="Name two of which you see what opened them."
            )
        if thread in _way(settled, kept):
            raise CannotMerge("That thread is merged into this one.", remedy="Undo that first.")
    if before == [kept] or not (before or kept):
        return Change.UNCHANGED
    at = now()
    rows = [_row(thread, other, False, person, at) for other in before if other != kept]
    if kept:
        rows.append(_row(thread, kept, True, person, at))
    upsert(connection, MergeRow, rows)
    return Change.UPDATED if before else Change.CREATED


def _row(thread: str, kept: str, holds: bool, person: str, decided: Any) -> dict[str, Any]:
    return {"thread": thread, "kept": kept, "holds": holds, "person": person, "decided": decided}


def _settled(links: Sequence[Any]) -> dict[str, Any]:
    """By thread the link that counts: links come the last decided first, and none closes a circle."""
    settled: dict[str, Any] = {}
    for link in links:
        if link.thread not in settled and link.thread not in (link.kept, *_way(settled, link.kept)):
            settled[link.thread] = link
    return settled


def _way(settled: Mapping[str, Any], thread: str) -> Iterator[str]:
    """The threads that a thread leads to, one after the other."""
    while link := settled.get(thread):
        thread = link.kept
        yield thread


def _links(connection: Connection, threads: Collection[str], page: str, scope: Scope) -> list[Any]:
    """The visible merges on the ways from threads, and from and to that of a page, the latest first."""
    given = {"ids": listed(threads), "page": page, **seen_by(scope)}
    return rows_of(connection, _around(bool(scope.denied)), given)


@cache
def _around(denials: bool) -> "Select[*tuple[Any, ...]]":
    page = bindparam("page", type_=Text())
    into = select(MergeRow.thread).where(MergeRow.kept == page).cte("into", recursive=True)
    into = into.union(select(MergeRow.thread).join(into, MergeRow.kept == into.c.thread))
    begins = or_(
        among_given(MergeRow.thread, "ids"),
        MergeRow.thread == page,
        MergeRow.thread.in_(select(into.c.thread)),
    )
    way = select(MergeRow.thread.label("id")).where(begins).cte("way", recursive=True)
    way = way.union(select(MergeRow.kept).join(way, MergeRow.thread == way.c.id))
    kept = aliased(PostRow)
    query = (
        select(
            MergeRow.thread,
            MergeRow.kept,
            *_called(PostRow),
            *(column.label(f"its_{column.key}") for column in _called(kept)),
        )
        .join(PostRow, PostRow.id == MergeRow.thread)
        .join(kept, kept.id == MergeRow.kept)
    )
    query = query.where(
        MergeRow.thread.in_(select(way.c.id)),
        MergeRow.holds,
        PostRow.thread == PostRow.id,
        kept.thread == kept.id,
    )
    seen = only_visible(only_visible(query, denials, PostRow), denials, kept)
    return seen.order_by(MergeRow.decided.desc(), MergeRow.thread, MergeRow.kept)


def _called(post: type[PostRow]) -> tuple[Any, ...]:
    return post.title, func.substr(post.text, 1, 2 * LENGTH).label("text"), post.created


def _opened(connection: Connection, threads: Collection[str], scope: Scope) -> bool:
    """Whether the scope sees what opened all of the threads."""
    given = {"ids": listed(threads), **seen_by(scope)}
    return len(rows_of(connection, _openers(bool(scope.denied)), given)) == len(threads)


@cache
def _openers(denials: bool) -> "Select[*tuple[Any, ...]]":
    query = select(PostRow.id).where(among_given(PostRow.id, "ids"), PostRow.thread == PostRow.id)
    return only_visible(query, denials, PostRow)
