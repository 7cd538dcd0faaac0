"""Dates that cannot be, and dates that have not come yet: neither breaks a reading nor wins by its date."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from pydantic import ValidationError
from sqlalchemy import text

from models.errors import BadInput
from models.moments import EARLIEST, LATEST, day_begins, day_of, timezone_named
from models.records import Channel, Deletion, Post
from models.scope import Scope
from models.snapshot import line_adapter
from models.store import Store
from models.store.migrating import migration_config
from models.stored import Change, TokenRole

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=400)
EVERYONE = Scope(frozenset({"everyone"}))
SEOUL = timezone_named("Asia/Seoul")

POST: dict[str, Any] = {
    "type": "post",
    "id": "s:1",
    "channel": "s:일반",
    "text": "글",
    "created": "2024-05-02",
}
EDGES: dict[str, dict[str, Any]] = {
    "employment": {"person": "p1", "company": "A"},
    "membership": {"account": "s:u1", "channel": "s:일반"},
    "denial": {"container": "channel:s:일반"},
    "follow": {"follower": "s:u1", "followed": "s:u2"},
}


def post(id_: str = "s:1", text: str = "글", **given: Any) -> Post:
    return Post(**{"id": id_, "channel": "s:일반", "account": "s:u1", "text": text, "created": NOW, **given})


@pytest.mark.parametrize(
    "moment", ["9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "1899-12-31", "3000-01-01T00:00:00Z"]
)
@pytest.mark.parametrize("field", ["created", "edited"])
def test_a_post_with_a_date_that_cannot_be_is_refused_with_the_bounds(field: str, moment: str) -> None:
    with pytest.raises(ValidationError, match="1900-01-01 to 2999-12-31, correct it"):
        line_adapter.validate_python({**POST, field: moment})


@pytest.mark.parametrize("moment", ["1900-01-01T00:00:00Z", "2999-12-31T23:59:59.999999Z"])
def test_the_first_and_the_last_date_that_there_are_is_taken(moment: str) -> None:
    assert line_adapter.validate_python({**POST, "created": moment})


@pytest.mark.parametrize("kind", EDGES)
def test_a_beginning_or_an_end_beyond_the_bounds_is_moved_to_them_so_that_it_still_opens_and_closes(
    kind: str,
) -> None:
    day = kind == "employment"
    given = (
        ("0001-01-01", "9999-12-31") if day else ("0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-09:00")
    )
    record: Any = line_adapter.validate_python(
        {"type": kind, **EDGES[kind], "since": given[0], "until": given[1]}
    )
    bounds = (EARLIEST.date(), LATEST.date()) if day else (EARLIEST, LATEST)
    assert (record.since, record.until) == bounds


def test_a_deletion_counts_whenever_it_is_said_to_have_been(store: Store) -> None:
    store.write([Channel(id="s:일반", network="s", name="일반"), post()])
    deletion = line_adapter.validate_python(
        {"type": "deletion", "post": "s:1", "deleted": "9999-12-31T23:59:59Z"}
    )
    assert [outcome.change for outcome in store.write([deletion])] == [Change.UPDATED]
    assert store.posts(["s:1"], EVERYONE) == {}


def test_a_version_dated_in_the_future_neither_outranks_others_nor_escapes_deletion(store: Store) -> None:
    store.write([Channel(id="s:일반", network="s", name="일반"), post(text="먼 훗날", created=LATER)])
    assert [one.change for one in store.write([post(text="고침")])] == [Change.UPDATED]
    assert [one.change for one in store.write([post(text="먼 훗날", created=LATER)])] == [Change.OLDER]
    store.write([post("s:2", edited=LATER), Deletion(post="s:2", deleted=NOW)])
    assert set(store.posts(["s:1", "s:2"], EVERYONE)) == {"s:1"}
    assert [one.change for one in store.write([post("s:2", "또", edited=LATER)])] == [Change.OLDER]


def test_the_latest_of_a_person_are_not_those_that_have_not_come_yet(store: Store) -> None:
    store.write(
        [
            line_adapter.validate_python(
                {"type": "account", "id": "s:u1", "network": "s", "handle": "duri", "person": "p1"}
            ),
            Channel(id="s:일반", network="s", name="일반"),
            post("s:1", created=LATER),
            post("s:2", created=NOW - timedelta(days=9)),
            post("s:3"),
        ]
    )
    assert [one.id for one in store.posts_by("p1", EVERYONE)] == ["s:3", "s:2", "s:1"]


def test_dates_from_before_the_bounds_were_kept_are_moved_to_them(store: Store, store_url: str) -> None:
    store.write([Channel(id="s:일반", network="s", name="일반"), post(), post("s:2")])
    with store._writes.transaction() as connection:
        command.downgrade(migration_config(connection), "0005")
        connection.execute(text("UPDATE post SET created = -62135596800000000 WHERE id = 's:1'"))
        connection.execute(text("UPDATE post SET created = 253402300799000000 WHERE id = 's:2'"))
    opened = Store.open(store_url)
    found = opened.posts(["s:1", "s:2"], EVERYONE)
    opened.close()
    assert [found[id_].created for id_ in ("s:1", "s:2")] == [EARLIEST, LATEST]


def test_a_day_begins_where_the_company_is_also_where_clocks_skip_its_midnight() -> None:
    assert day_of(datetime(2024, 2, 29, 15, 30, tzinfo=UTC), SEOUL) == date(2024, 3, 1)
    assert day_of(datetime(2024, 2, 29, 14, 59, tzinfo=UTC), SEOUL) == date(2024, 2, 29)
    assert day_begins(date(2024, 3, 1), SEOUL) == datetime(2024, 2, 29, 15, tzinfo=UTC)
    brazil = timezone_named("America/Sao_Paulo")
    skipped = day_begins(date(2018, 11, 4), brazil)
    assert skipped == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert day_of(skipped, brazil) == date(2018, 11, 4)
    assert day_of(skipped - timedelta(microseconds=1), brazil) == date(2018, 11, 3)


@pytest.mark.parametrize("expires", [NOW, datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_token_expires_in_a_time_to_come_that_there_is(store: Store, expires: datetime) -> None:
    with pytest.raises(BadInput, match="1900-01-01 to 2999-12-31"):
        store.create_token(
            name="t", role=TokenRole.AUDITOR, person=None, permissions=["read"], expires=expires
        )
