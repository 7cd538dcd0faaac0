"""Days are the company's: who comes, leaves or moves does so at its midnight, wherever the server stands."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.moments import day_begins, timezone_named
from models.records import Account, Channel, Company, Employment, Person, Post
from models.scope import Scope
from models.store import Store

DAY = date(2024, 5, 2)
SECOND = timedelta(seconds=1)
EVERYONE = Scope(frozenset({"everyone"}))


@pytest.fixture(params=["Asia/Seoul", "America/New_York", "UTC", "Pacific/Kiritimati"])
def midnight(request: pytest.FixtureRequest, store: Store) -> datetime:
    """The first moment of the day in a time zone, which is the store's."""
    zone = timezone_named(request.param)
    store.timezone = store.account_links._timezone = zone
    store.write(
        [
            Company(id="A", name="가온전자"),
            Company(id="B", name="나래물산"),
            Person(id="p1", name="두리"),
            Account(id="s:u1", network="s", handle="duri", person="p1"),
            Channel(id="s:일반", network="s", name="일반"),
        ]
    )
    return day_begins(DAY, zone)


def test_who_leaves_reads_until_midnight_and_not_a_second_longer(store: Store, midnight: datetime) -> None:
    store.write([Employment(person="p1", company="A", since=date(2020, 1, 1), until=DAY)])
    assert "company:A" in store.scope_of("p1", midnight - SECOND).tokens
    assert store.scope_of("p1", midnight) == Scope()


def test_who_joins_reads_from_midnight_on(store: Store, midnight: datetime) -> None:
    store.write([Employment(person="p1", company="A", since=DAY)])
    assert store.scope_of("p1", midnight - SECOND) == Scope()
    assert "company:A" in store.scope_of("p1", midnight).tokens


def test_posts_around_a_transfer_have_the_company_of_their_day(store: Store, midnight: datetime) -> None:
    store.write(
        [
            Employment(person="p1", company="A", unit="A1", since=date(2020, 1, 1), until=DAY),
            Employment(person="p1", company="B", unit="B1", since=DAY),
        ]
    )
    for id_, created in (("s:before", midnight - SECOND), ("s:after", midnight)):
        store.write([Post(id=id_, channel="s:일반", account="s:u1", text="글", created=created)])
    found = store.posts(["s:before", "s:after"], EVERYONE)
    assert [(found[id_].company, found[id_].unit) for id_ in ("s:before", "s:after")] == [
        ("A", "A1"),
        ("B", "B1"),
    ]
    late = Post(id="s:late", channel="s:일반", account="t:u1", text="글", created=midnight - SECOND)
    store.write([late, Account(id="t:u1", network="t", handle="d")])
    store.account_links.link("t:u1", "p1")
    assert store.posts(["s:late"], EVERYONE)["s:late"].company == "A"


def test_a_token_reads_what_its_person_reads_on_the_day(store: Store, midnight: datetime) -> None:
    store.write([Employment(person="p1", company="A", since=DAY)])
    secret = store.create_token(name="t", role="employee", person="p1", permissions=["read"], expires=None)
    assert store.authenticate(secret, midnight - SECOND).scope == Scope()
    assert store.authenticate(secret, midnight.replace(tzinfo=None)).scope != Scope()


def test_todays_company_is_that_of_the_companys_today(store: Store, midnight: datetime) -> None:
    today = datetime.now(store.timezone).date()
    store.write([Employment(person="p1", company="B", unit="B1", since=today)])
    store.write(
        [
            Post(
                id="s:1",
                channel="s:일반",
                account="s:u1",
                text="글",
                created=datetime(2024, 1, 1, tzinfo=UTC),
            )
        ]
    )
    author = store.posts(["s:1"], EVERYONE)["s:1"].author
    assert author is not None
    assert author.company == "B"
    assert store.profiles(["p1"], EVERYONE)["p1"].companies == ("B",)
