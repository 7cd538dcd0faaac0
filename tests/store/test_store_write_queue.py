"""Writes wait in one queue and share a commit; nothing that is read waits for them."""

from collections.abc import Iterator
from concurrent.futures import Future, wait
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, event, text

from models.errors import StoreBusy, StoreUnavailable
from models.records import Channel, Post
from models.scope import EVERYONE, Scope
from models.store import Store, opening, write_queue
from models.stored import Change, Outcome

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALL = Scope(frozenset({EVERYONE}))


@pytest.fixture
def other(store: Store, store_url: str) -> Iterator[Store]:
    """The same store as another process has it open; its transactions hold the writers' lock."""
    store.write([Channel(id="s:일반", network="s", name="일반")])
    opened = Store.open(store_url)
    yield opened
    opened.close()


def post(number: int) -> Post:
    return Post(id=f"s:{number}", channel="s:일반", text=f"{number}번 공지입니다", created=NOON)


def commits_of(store: Store) -> list[Connection]:
    counted: list[Connection] = []
    event.listen(store._writes._writer, "commit", counted.append)
    return counted


def filled(store: Store, other: Store, count: int) -> list["Future[list[Outcome]]"]:
    """Writes that all wait, for another process was at it when they came."""
    with other._writes.transaction():
        first = store.submit([post(0)])
        while not first.running():
            pass
        return [first, *(store.submit([post(number)]) for number in range(1, count))]


def test_writes_that_wait_share_one_commit_and_stand_in_their_order(store: Store, other: Store) -> None:
    commits = commits_of(store)
    written = filled(store, other, 20)
    assert [outcome.change for one in written for outcome in one.result()] == [Change.CREATED] * 20
    # The one that waited for the lock, and all that gathered behind it.
    assert len(commits) == 2
    assert [one.id for one in store.pending(0, 30)] == [f"s:{number}" for number in range(20)]


def test_a_write_that_fails_changes_nothing_and_fails_alone(store: Store, other: Store) -> None:
    def spoiled(connection: Connection) -> None:
        connection.execute(text("DELETE FROM channel"))
        raise ValueError("half way")

    with other._writes.transaction():
        written = [store.submit([post(0)])]
        failing = store._writes.submit(spoiled)
        written += [store.submit([post(number)]) for number in (1, 2)]
    with pytest.raises(ValueError, match="half way"):
        failing.result()
    assert [one.result()[0].change for one in written] == [Change.CREATED] * 3
    assert store.status().channels == 1


def test_a_database_that_stays_locked_fails_all_that_wait_at_once(
    store: Store, store_url: str, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT", 100)
    impatient = Store.open(store_url)
    tried: list[Connection] = []
    event.listen(impatient._writes._writer, "begin", tried.append)
    with other._writes.transaction():
        written = [impatient.submit([post(number)]) for number in range(5)]
        wait(written)
    assert all(isinstance(one.exception(), StoreUnavailable) for one in written)
    assert len(tried) <= 2
    impatient.close()


def test_where_too_much_waits_who_can_come_again_is_refused_and_who_waits_is_not(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "WAITING", 3)
    with other._writes.transaction():
        first = store.submit([post(0)])
        while not first.running():
            pass
        written = [first, *(store.submit([post(number)]) for number in (1, 2, 3))]
        with pytest.raises(StoreBusy) as refused:
            store.submit([post(4)])
        assert refused.value.retry_seconds > 0
        patient = store.submit([post(5)], patient=True)
    assert patient.result()[0].change is Change.CREATED
    assert [one.result()[0].change for one in written] == [Change.CREATED] * 4


def test_what_is_read_waits_for_no_write(store: Store, other: Store) -> None:
    store.write([post(0)])
    with other._writes.transaction():
        waiting = store.submit([post(1)])
        for _ in range(100):
            assert list(store.posts(["s:0", "s:1"], ALL)) == ["s:0"]
        assert not waiting.done()
    waiting.result()
    assert store.posts(["s:1"], ALL)


def test_a_write_that_nobody_waits_for_any_more_is_left_out(store: Store, other: Store) -> None:
    with other._writes.transaction():
        first = store.submit([post(0)])
        while not first.running():
            pass
        given_up = store.submit([post(1)])
        assert given_up.cancel()
    first.result()
    store.write([post(2)])
    assert [one.id for one in store.pending(0, 9)] == ["s:0", "s:2"]


def test_closing_writes_what_waits_and_then_takes_no_more(store: Store, store_url: str, other: Store) -> None:
    closing = Store.open(store_url)
    written = [closing.submit([post(number)]) for number in range(30)]
    closing.close()
    assert [one.result(0)[0].change for one in written] == [Change.CREATED] * 30
    with pytest.raises(StoreUnavailable):
        closing.write([post(99)])
