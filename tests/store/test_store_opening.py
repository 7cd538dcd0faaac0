"""Opening a database, its migrations, API tokens, state, and several processes and threads at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from models.errors import BadInput, BadSetting, NotFound, StoreUnavailable, Unauthenticated
from models.moments import now
from models.records import Channel, Employment, Person, Post
from models.scope import Scope
from models.store import Store, directory_tables, opening
from models.store.directory_tables import ApiTokenRow
from models.stored import TokenRole

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
METADATA = directory_tables.Table.metadata


@pytest.fixture
def second(store: Store, store_url: str) -> Iterator[Store]:
    """The same database, opened as another process would."""
    opened = Store.open(store_url)
    yield opened
    opened.close()


def posts(writer: str, count: int) -> list[Post]:
    return [
        Post(id=f"{writer}:{number}", channel="s:일반", text="같이 씁니다", created=NOON)
        for number in range(count)
    ]


def test_opening_makes_the_folder_and_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/home/dure.db"
    for _ in range(2):
        store = Store.open(url)
        store.write([Channel(id="s:일반", network="s", name="일반")])
        assert store.status().channels == 1
        store.close()


def test_opening_to_read_waits_for_no_writer(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT", 0)
    with store._writes.transaction():
        opened = Store.open(store_url)
        assert opened.status().posts == 0
        opened.close()


def test_the_migrations_give_exactly_the_tables(store: Store) -> None:
    with store._reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_database_of_a_newer_version_is_left_alone(store: Store, store_url: str) -> None:
    with store._writes.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="version"):
        Store.open(store_url)


def test_a_file_that_is_no_database_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "dure.db"
    path.write_text("이것은 데이터베이스가 아닙니다. " * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        Store.open(f"sqlite:///{path}")
    assert path.read_text().startswith("이것은")


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        Store.open(f"sqlite:///{tmp_path}/file/dure.db")


@pytest.mark.parametrize("url", ["어딘가", "nosuch://x", "mysql+nothing://x", "mysql://x"])
def test_an_address_that_cannot_be_understood_is_a_bad_setting(url: str) -> None:
    with pytest.raises(BadSetting):
        Store.open(url)


def test_writers_in_two_processes_and_readers_in_threads_get_along(store: Store, second: Store) -> None:
    def write(target: Store, writer: str) -> None:
        for post in posts(writer, 40):
            target.write([post])

    def read(target: Store) -> int:
        return sum(len(target.pending(0, 1000)) for _ in range(20))

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(write, store if number % 2 else second, f"w{number}") for number in range(4)]
        jobs += [pool.submit(read, store) for _ in range(4)]
        for job in jobs:
            job.result()
    revisions = [one.revision for one in store.replay(0, 1000)]
    assert revisions == list(range(1, 161))
    assert store.last_revision() == 160


def test_a_reader_sees_all_of_a_batch_or_nothing(store: Store, second: Store) -> None:
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(lambda: [store.write(posts(f"w{number}", 100)) for number in range(10)])
        seen = set()
        while not job.done():
            seen.add(second.status().posts)
        job.result()
    assert {count % 100 for count in seen} == {0}
    assert second.status().posts == 1000


def test_characters_that_cannot_be_stored_are_found_nowhere(store: Store) -> None:
    scope = Scope(frozenset({"everyone", "channel:\udfff"}))
    assert store.posts(["\ud800", "가\x00나"], scope) == {}
    with pytest.raises(BadInput):
        store.scope_of("\ud800")
    with pytest.raises(Unauthenticated):
        store.authenticate("\ud800")


def test_state_is_kept_and_replaced(store: Store, second: Store) -> None:
    assert store.get_state("cursor:slack") is None
    store.set_state("cursor:slack", "1714650000.000100")
    store.set_state("cursor:slack", "1714650000.000200")
    assert second.get_state("cursor:slack") == "1714650000.000200"


# -- API tokens


def make(store: Store, **given: object) -> str:
    values = {
        "name": "검색창",
        "role": TokenRole.EMPLOYEE,
        "person": "p1",
        "permissions": ["read"],
        "expires": None,
        **given,
    }
    return store.create_token(**values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def person(store: Store) -> None:
    store.write([Person(id="p1", name="두리")])


def test_a_token_says_who_asks_and_only_its_hash_is_kept(store: Store) -> None:
    secret = make(store, permissions=["write", "read"])
    assert secret.startswith("dure_")
    assert len(secret) > 40
    viewer = store.authenticate(secret)
    assert (viewer.person, viewer.role, viewer.permissions) == ("p1", TokenRole.EMPLOYEE, {"read", "write"})
    assert viewer.scope == store.scope_of("p1")
    with store._reading() as connection:
        assert secret not in str(connection.execute(select(ApiTokenRow)).all())


def test_a_token_of_a_service_sees_nothing(store: Store) -> None:
    viewer = store.authenticate(
        make(store, person=None, role=TokenRole.ADMIN, permissions=["import", "write"])
    )
    assert (viewer.person, viewer.scope) == (None, Scope())


def test_a_token_of_someone_who_has_left_sees_nothing(store: Store) -> None:
    secret = make(store)
    store.write([Employment(person="p1", company="A", until=date(2020, 1, 1))])
    assert store.authenticate(secret).scope == Scope()


def test_unknown_revoked_and_expired_tokens_are_refused_in_the_same_words(store: Store) -> None:
    revoked = make(store)
    store.revoke_token("검색창")
    expiring = make(store, expires=now() + timedelta(hours=1))
    store.authenticate(expiring)
    messages = set()
    for secret, moment in (
        (revoked, now()),
        (expiring, now() + timedelta(hours=1)),
        ("dure_x", now()),
        ("", now()),
    ):
        with pytest.raises(Unauthenticated) as refused:
            store.authenticate(secret, moment)
        messages.add(str(refused.value))
    assert len(messages) == 1


def test_a_name_is_free_again_after_revoking(store: Store) -> None:
    make(store)
    with pytest.raises(BadInput, match="already"):
        make(store)
    store.revoke_token("검색창")
    assert store.authenticate(make(store)).person == "p1"
    with pytest.raises(NotFound):
        store.revoke_token("없는 것")


@pytest.mark.parametrize(
    "given",
    [
        {"name": " "},
        {"role": "king"},
        {"permissions": ["read", "fly"]},
        {"permissions": "read"},
        {"person": "p404"},
        {"person": None},
        {"name": "검색\x1b[31m창"},
        {"expires": NOON},
    ],
)
def test_a_token_with_wrong_particulars_is_not_made(store: Store, given: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        make(store, **given)
