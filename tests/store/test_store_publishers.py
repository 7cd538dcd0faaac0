"""Several publishers of one store: nobody gets what another one works on, and nothing stays locked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import postgresql_fixture
import psycopg
import pytest
from sqlalchemy import text

from models.errors import PublisherRunning, StoreUnavailable
from models.records import Post
from models.store import Store, publishers
from models.store.publishers import Claims

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def store_url(request: pytest.FixtureRequest) -> str:
    return postgresql_fixture.store_in_postgresql(request)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of ten revisions: 1 to 9, 10 to 19 and so on."""
    monkeypatch.setattr(publishers, "BLOCK", 10)


@pytest.fixture
def second(store: Store, store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url)
    yield opened
    opened.close()


def write(store: Store, count: int) -> None:
    store.write(
        [
            Post(id=f"s:{number}", channel="s:일반", text=f"{number}번 글", created=NOON)
            for number in range(1, count + 1)
        ]
    )


def revisions(claims: Claims, after: int = 0, limit: int = 10) -> list[int]:
    return [post.revision for post in claims.pending(after, limit)]


pytestmark = pytest.mark.postgresql


def test_two_publishers_share_the_pending_posts_by_whole_blocks(store: Store, second: Store) -> None:
    write(store, 45)
    with store.publishers.claims() as one, second.publishers.claims() as other:
        assert revisions(one) == list(range(1, 10))
        assert revisions(other) == list(range(10, 20))
        assert revisions(other, 19) == list(range(20, 30))
        assert revisions(one, 9) == list(range(30, 40))
        assert revisions(other, 29) == list(range(40, 46))
        assert revisions(one, 39) == revisions(other, 45) == []


def test_what_is_released_is_anybodys_and_what_is_in_work_is_not(store: Store, second: Store) -> None:
    write(store, 45)
    with store.publishers.claims() as one:
        revisions(one)
        revisions(one, 9)
        one.release(9)
        with second.publishers.claims() as other:
            assert revisions(other) == list(range(20, 30)), (
                "one transaction holds both blocks until both are done"
            )
        revisions(one, 19)
        one.release(19)
        with second.publishers.claims() as other:
            assert revisions(other) == list(range(1, 10))
            assert revisions(other, 9) == list(range(10, 20))
            assert revisions(other, 19) == list(range(30, 40))
    with second.publishers.claims() as other:
        assert revisions(other, 19) == list(range(20, 30))


def test_a_page_is_as_large_as_was_asked_for_and_ends_with_a_block(store: Store) -> None:
    write(store, 45)
    with store.publishers.claims() as one:
        assert revisions(one, 0, 25) == list(range(1, 20))
        assert revisions(one, 19, 25) == list(range(20, 40))
        assert revisions(one, 39, 25) == list(range(40, 46))


def test_what_a_publisher_has_published_is_not_given_to_the_next_one(store: Store, second: Store) -> None:
    write(store, 25)
    with store.publishers.claims() as one:
        assert revisions(one) == list(range(1, 10))
        store.acknowledge(range(1, 10))
    with second.publishers.claims() as other:
        assert revisions(other) == list(range(10, 20))


def test_the_posts_of_a_publisher_that_is_gone_are_free_at_once(store: Store, second: Store) -> None:
    write(store, 9)
    with store.publishers.claims() as one:
        revisions(one)
        gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        with second._writes.transaction() as connection:
            connection.execute(text(f"{gone} AND datname = current_database()"))
        with second.publishers.claims() as other:
            assert revisions(other) == list(range(1, 10))
        write(store, 30)
        with pytest.raises(StoreUnavailable):
            revisions(one, 9)


def test_an_edited_post_is_pending_under_its_new_revision_while_the_old_one_is_in_work(
    store: Store, second: Store
) -> None:
    write(store, 9)
    with store.publishers.claims() as one, second.publishers.claims() as other:
        revisions(one)
        store.write([Post(id="s:3", channel="s:일반", text="고침", created=NOON, edited=NOON)])
        assert revisions(other) == [10]


def test_who_pauses_the_others_waits_for_what_they_have_and_gives_them_no_more(
    store: Store, second: Store
) -> None:
    write(store, 30)
    order = []

    def pause() -> None:
        with second.publishers.paused():
            order.append("paused")
            with store.publishers.claims() as refused:
                order.append(revisions(refused))

    with ThreadPoolExecutor(1) as pool, store.publishers.claims() as one:
        revisions(one)
        job = pool.submit(pause)
        with second._reading() as connection:
            while not connection.execute(WAITING).scalar():
                assert not job.done()
        order.append("released")
        one.close()
        job.result()
    assert order == ["released", "paused", []]
    with store.publishers.claims() as one:
        assert revisions(one)


def test_an_embedded_index_has_one_publisher_and_a_shared_one_as_many_as_there_are(
    store: Store, second: Store
) -> None:
    with ExitStack() as inside:
        inside.enter_context(store.publishers.admitted(alone=True))
        with pytest.raises(PublisherRunning, match="OpenSearch"):
            inside.enter_context(second.publishers.admitted(alone=False))
    with ExitStack() as inside:
        inside.enter_context(store.publishers.admitted(alone=False))
        inside.enter_context(second.publishers.admitted(alone=False))
        with pytest.raises(PublisherRunning):
            inside.enter_context(second.publishers.admitted(alone=True))
    with second.publishers.admitted(alone=True):
        pass


def test_a_right_is_free_for_the_next_before_the_server_has_ended_the_session(
    store: Store, second: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending: list[psycopg.Connection] = []
    with monkeypatch.context() as slowly:
        slowly.setattr(psycopg.Connection, "close", lambda session: ending.append(session))
        for alone in (True, False):
            with store.publishers.admitted(alone=alone), store.publishers.rebuilding():
                pass
            with second.publishers.admitted(alone=True), second.publishers.rebuilding():
                pass
    assert len(ending) == 8
    for session in ending:
        session.close()


def test_a_right_that_is_held_for_days_keeps_no_transaction_open(store: Store, second: Store) -> None:
    states = text("SELECT state FROM pg_stat_activity WHERE datname = current_database() AND NOT pid = :own")
    own = text("SELECT pg_backend_pid()")
    with store.publishers.admitted(alone=False), second._reading() as connection:
        found = connection.execute(states, {"own": connection.execute(own).scalar()}).scalars()
        assert set(found) == {"idle"}


def test_one_publisher_rebuilds_at_a_time(store: Store, second: Store) -> None:
    with ExitStack() as inside:
        inside.enter_context(store.publishers.rebuilding())
        with pytest.raises(PublisherRunning, match="rebuilding"):
            inside.enter_context(second.publishers.rebuilding())
    with second.publishers.rebuilding():
        pass


def test_on_sqlite_a_publisher_has_everything_and_nothing_is_locked(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/dure.db")
    write(store, 25)
    rights = store.publishers
    with rights.admitted(alone=True), rights.rebuilding(), rights.paused(), rights.claims() as claims:
        assert revisions(claims) == list(range(1, 11))
        claims.release(10)
        assert revisions(claims, 10, 100) == list(range(11, 26))
    store.close()
