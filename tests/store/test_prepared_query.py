"""What goes straight to the driver reads, and fails, as what goes SQLAlchemy's own way."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, create_engine, func, literal_column, select
from sqlalchemy.exc import DBAPIError

from models.errors import StoreUnavailable
from models.records import Account, Channel, Post
from models.scope import Scope
from models.store import Store
from models.store.prepared_query import rows_of
from models.store.statements import among_given, listed
from models.store.table import Instant
from models.store.tables import PostRow

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
SCOPE = Scope(frozenset({"everyone"}))
OF_POSTS = (
    select(PostRow.id, PostRow.created, PostRow.edited, PostRow.anonymous, (PostRow.id + " 100%").label("of"))
    .where(among_given(PostRow.id, "ids"), PostRow.created < bindparam("until", type_=Instant()))
    .order_by(PostRow.id)
)
GIVEN = {"ids": listed(["s:a", "s:b", "s:c"]), "until": datetime(2024, 5, 3, tzinfo=UTC)}


@pytest.fixture
def filled(store: Store) -> Store:
    posts = [
        Post(
            id=f"s:{name}",
            channel="s:일반",
            account="s:u1",
            text="점심 메뉴",
            created=NOON,
            anonymous=name == "b",
        )
        for name in "ab"
    ]
    store.write(
        [
            Channel(id="s:일반", network="s", name="일반"),
            Account(id="s:u1", network="s", handle="duri"),
            *posts,
        ]
    )
    return store


def test_rows_are_those_of_sqlalchemy_by_name_and_place(filled: Store) -> None:
    with filled._reading() as connection:
        rows = rows_of(connection, OF_POSTS, GIVEN)
        assert rows == connection.execute(OF_POSTS, GIVEN).all()
    assert [(row.id, row.created, row.edited, row.of) for row in rows] == [
        ("s:a", NOON, None, "s:a 100%"),
        ("s:b", NOON, None, "s:b 100%"),
    ]
    assert [row.anonymous is True for row in rows] == [False, True]
    assert [row.anonymous is False for row in rows] == [True, False]


def test_it_fails_as_sqlalchemy_does(store: Store) -> None:
    with store._reading() as connection:
        for wrong in (select(literal_column("nothing_of_this_name")), select(func.no_such_function(1))):
            with pytest.raises(DBAPIError) as ours, connection.begin_nested():
                rows_of(connection, wrong, {})
            with pytest.raises(DBAPIError) as theirs, connection.begin_nested():
                connection.execute(wrong)
            assert type(ours.value) is type(theirs.value)
            assert str(ours.value.orig) == str(theirs.value.orig)


@pytest.mark.parametrize(
    "store_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_a_connection_that_was_lost_is_not_used_again(filled: Store, store_url: str) -> None:
    other = create_engine(store_url)

    def lose_it() -> None:
        with filled._reading() as connection:
            ours = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with other.begin() as ending:
                ending.exec_driver_sql(f"SELECT pg_terminate_backend({ours})")
            rows_of(connection, OF_POSTS, GIVEN)

    with pytest.raises(StoreUnavailable):
        lose_it()
    other.dispose()
    assert filled.posts(["s:a"], SCOPE).keys() == {"s:a"}
