"""What only PostgreSQL has to be told: its address, a server that is away, and that writers take turns."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import postgresql_fixture
import pytest
from sqlalchemy import text

from models.errors import BadSetting, StoreUnavailable
from models.records import Channel, Post
from models.store import Store, opening
from models.store.postgresql import PLANNING

pytestmark = pytest.mark.postgresql

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)


@pytest.fixture
def store_url(request: pytest.FixtureRequest) -> str:
    return postgresql_fixture.store_in_postgresql(request)


@pytest.fixture
def second(store: Store, store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url)
    yield opened
    opened.close()


def posts(count: int) -> list[Post]:
    return [
        Post(id=f"s:{number}", channel="s:일반", text=f"{number}번 글", created=NOON)
        for number in range(count)
    ]


def test_processes_that_start_at_once_on_an_empty_database_all_find_it_ready(
    request: pytest.FixtureRequest,
) -> None:
    url = postgresql_fixture.empty_postgresql(request)
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(Store.open, [url] * 6))
    stores[0].write(posts(1))
    assert {opened.status().posts for opened in stores} == {1}
    for opened in stores:
        opened.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_an_address_without_a_driver_takes_the_one_that_dure_brings(store_url: str, scheme: str) -> None:
    opened = Store.open(store_url.replace("postgresql+psycopg", scheme))
    assert opened.status().posts == 0
    opened.close()


def test_without_the_driver_the_remedy_names_the_extra(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadSetting) as refused:
        Store.open(store_url)
    assert "dure[postgresql]" in refused.value.remedy


def test_every_connection_plans_for_flash_and_keeps_its_plans(store_url: str) -> None:
    engine = opening.open_engine(store_url)
    with opening.reader(engine).connect() as one, opening.writer(engine).connect() as other:
        for connection in (one, other):
            connection.rollback()
            told = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in PLANNING}
            assert told == {"random_page_cost": "1.1", "plan_cache_mode": "force_generic_plan"}
    engine.dispose()


def test_a_server_that_is_away_is_said_to_be_away_without_its_password() -> None:
    with pytest.raises(StoreUnavailable) as refused:
        Store.open("postgresql+psycopg://dure:secret@127.0.0.1:9/dure")
    assert "127.0.0.1:9" in refused.value.message
    assert "secret" not in str(refused.value)
    assert "server runs" in refused.value.remedy


def test_a_connection_that_the_server_has_ended_is_replaced(store: Store, second: Store) -> None:
    store.write(posts(1))
    with second._reading() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{others} AND datname = current_database()"))
    assert store.status().posts == 1


def test_a_reading_transaction_sees_one_moment(store: Store, second: Store) -> None:
    count = text("SELECT count(*) FROM post")
    with store._reading() as connection:
        assert connection.execute(count).scalar() == 0
        second.write(posts(3))
        assert connection.execute(count).scalar() == 0
    assert store.status().posts == 3


def test_writers_that_meet_the_same_posts_in_another_order_take_turns(store: Store, second: Store) -> None:
    """Were they to lock the rows as they come, one of the two would be ended as the cause of a deadlock."""
    store.write(posts(2))
    first, last = store.pending(0, 2)
    touch = text("UPDATE post SET url = 'https://sns.example.com/' WHERE id = :post")
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with store._writes.transaction() as connection:
            connection.execute(touch, {"post": last.id})
            job = pool.submit(second.acknowledge, [first.revision, last.revision])
            while not connection.execute(waiting).scalar():
                assert not job.done()
            connection.execute(touch, {"post": first.id})
        job.result()
    assert store.pending(0, 2) == []


def test_a_writer_that_waits_too_long_for_its_turn_says_so(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT", 100)
    impatient = Store.open(store_url)
    with store._writes.transaction(), pytest.raises(StoreUnavailable, match="lock timeout"):
        impatient.write([Channel(id="s:일반", network="s", name="일반")])
    impatient.write([Channel(id="s:일반", network="s", name="일반")])
    assert store.status().channels == 1
    impatient.close()
