"""Who may read what: employments, memberships, guests, denials, narrowed channels, and large scopes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.errors import NotFound
from models.records import (
    Account,
    Channel,
    ChannelKind,
    Company,
    Denial,
    Employment,
    Membership,
    Person,
    Post,
)
from models.scope import Scope
from models.store import Store
from models.store.intervals import holding
from models.stored import Change

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
EVERYONE = Scope(frozenset({"everyone"}))


def post(id: str, channel: str = "s:일반", **given: object) -> Post:  # noqa: A002
    values = {"text": "분기 보고서", "created": NOON, "account": "s:u1", **given}
    return Post(id=id, channel=channel, **values)  # type: ignore[arg-type]


def publish_all(store: Store) -> None:
    while batch := store.pending(0, 100):
        store.acknowledge([one.revision for one in batch])


@pytest.fixture(autouse=True)
def group(store: Store) -> None:
    """Two companies, one person, a channel of each kind."""
    store.write(
        [
            Company(id="A", name="가온전자"),
            Company(id="B", name="나래물산"),
            Person(id="p1", name="두리"),
            Account(id="s:u1", network="s", handle="duri", person="p1"),
            Channel(id="s:일반", network="s", name="일반"),
            Channel(id="s:가온", network="s", name="가온", company="A"),
            Channel(id="s:비밀", network="s", name="비밀", private=True),
            Channel(id="s:디엠", network="s", name="디엠", kind=ChannelKind.DIRECT, company="A"),
        ]
    )


def tokens(store: Store, at: datetime = NOON) -> set[str]:
    return set(store.scope_of("p1", at).tokens)


def test_an_unknown_person_has_no_scope(store: Store) -> None:
    with pytest.raises(NotFound):
        store.scope_of("p404")
    store.write([Account(id="s:u9", network="s", handle="x", person="p9")])
    with pytest.raises(NotFound):
        store.scope_of("p9")


def test_a_person_without_known_employment_reads_what_is_for_everyone(store: Store) -> None:
    assert tokens(store) == {"person:p1", "everyone"}


def test_concurrent_posts_open_both_companies(store: Store) -> None:
    store.write([Employment(person="p1", company="A"), Employment(person="p1", company="B", unit="B7")])
    assert tokens(store) == {"person:p1", "everyone", "company:A", "company:B"}


def test_a_transfer_moves_access_on_its_day(store: Store) -> None:
    day = date(2024, 5, 1)
    store.write(
        [
            Employment(person="p1", company="A", since=date(2020, 1, 1), until=day),
            Employment(person="p1", company="B", since=day),
        ]
    )
    assert "company:A" in tokens(store, NOON - timedelta(days=2))
    assert tokens(store) == {"person:p1", "everyone", "company:B"}


def test_who_has_left_sees_nothing_at_all(store: Store) -> None:
    store.write(
        [
            Employment(person="p1", company="A", since=date(2020, 1, 1), until=date(2024, 5, 1)),
            Membership(channel="s:비밀", account="s:u1"),
        ]
    )
    assert store.scope_of("p1", NOON) == Scope()
    assert "channel:s:비밀" in tokens(store, NOON - timedelta(days=9))


def test_who_has_not_come_yet_sees_nothing(store: Store) -> None:
    store.write([Employment(person="p1", company="A", since=date(2024, 6, 1))])
    assert store.scope_of("p1", NOON) == Scope()


def test_who_has_left_by_the_word_of_a_source_sees_nothing_until_it_is_taken_back(store: Store) -> None:
    career = [Employment(person="p1", company="A"), Membership(channel="s:비밀", account="s:u1")]
    store.write([Person(id="p1", name="두리", left=True), *career])
    assert store.scope_of("p1", NOON) == Scope()
    assert store.profiles(["p1"], store.scope_of(None))["p1"].left
    store.write([Person(id="p1", name="두리")])
    assert "person:p1" in tokens(store)


def test_a_guest_sees_only_their_channels(store: Store) -> None:
    store.write(
        [
            Person(id="p1", name="두리", guest=True),
            Employment(person="p1", company="A"),
            Membership(channel="s:비밀", account="s:u1"),
        ]
    )
    assert tokens(store) == {"person:p1", "channel:s:비밀"}


def test_a_guest_reads_a_public_channel_that_they_are_a_member_of_and_no_other(store: Store) -> None:
    store.write(
        [
            Person(id="p1", name="두리", guest=True),
            Membership(channel="s:일반", account="s:u1"),
            post("s:1"),
            post("s:2", "s:가온"),
        ]
    )
    assert set(store.posts(["s:1", "s:2"], store.scope_of("p1"))) == {"s:1"}


def test_memberships_of_all_accounts_count_while_they_last(store: Store) -> None:
    store.write(
        [
            Account(id="t:u1", network="t", handle="duri", person="p1"),
            Membership(channel="s:비밀", account="t:u1", since=NOON - timedelta(days=3), until=NOON),
            Membership(channel="s:디엠", account="s:u1", since=NOON),
        ]
    )
    assert "channel:s:비밀" not in tokens(store)
    assert "channel:s:비밀" in tokens(store, NOON - timedelta(seconds=1))
    assert "channel:s:디엠" in tokens(store)


@pytest.mark.parametrize("turned", [False, True])
def test_leaving_without_a_known_beginning_ends_every_earlier_stint(store: Store, turned: bool) -> None:
    intervals = [
        Membership(channel="s:비밀", account="s:u1", since=NOON - timedelta(days=9)),
        Membership(channel="s:비밀", account="s:u1", until=NOON - timedelta(days=1)),
    ]
    store.write(intervals[::-1] if turned else intervals)
    assert "channel:s:비밀" not in tokens(store)
    store.write([Membership(channel="s:비밀", account="s:u1", since=NOON)])
    assert "channel:s:비밀" in tokens(store)


def test_leaving_a_company_ends_the_places_in_its_units(store: Store) -> None:
    store.write(
        [
            Employment(person="p1", company="A", unit="A1", since=date(2020, 1, 1)),
            Employment(person="p1", company="A", unit="A2"),
            Employment(person="p1", company="A", until=date(2024, 5, 1)),
        ]
    )
    assert store.scope_of("p1", NOON) == Scope()


@pytest.mark.parametrize(
    ("intervals", "holds"),
    [
        ([], False),
        ([(None, None)], True),
        ([(None, 5)], False),
        ([(None, 15)], True),
        ([(5, None)], True),
        ([(10, 11)], True),
        ([(5, 10)], False),
        ([(11, None)], False),
        ([(None, None), (2, 5)], False),
        ([(None, 4), (5, None)], True),
        ([(None, 6), (5, None)], False),
        ([(None, 12), (5, None)], True),
        ([(1, 3), (4, 6), (7, None)], True),
    ],
)
def test_of_dated_and_undated_stints_the_careful_reading_holds_on_day_ten(
    intervals: list[tuple[int | None, int | None]], holds: bool
) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else date(2024, 5, number)

    days = [(day(since), day(until)) for since, until in intervals]
    assert (holding(days, date(2024, 5, 10)) is not None) is holds


# -- what posts carry


def audience(store: Store, post_id: str) -> tuple[str, ...]:
    return next(one.audience for one in store.replay(0, 1000) if one.id == post_id)


def test_the_channel_decides_who_reads_unless_the_post_says_so(store: Store) -> None:
    store.write(
        [
            post("s:1"),
            post("s:2", "s:가온"),
            post("s:3", "s:비밀"),
            post("s:4", "s:디엠"),
            post("s:5", "s:비밀", audience=("person:p1", "company:B")),
            post("s:6", audience=()),
        ]
    )
    assert [audience(store, f"s:{number}") for number in range(1, 7)] == [
        ("channel:s:일반", "everyone"),
        ("channel:s:가온", "company:A"),
        ("channel:s:비밀",),
        ("channel:s:디엠",),
        ("company:B", "person:p1"),
        (),
    ]
    assert set(store.posts([f"s:{number}" for number in range(1, 7)], EVERYONE)) == {"s:1"}


def test_posts_of_an_unknown_channel_are_closed_until_it_is_known(store: Store) -> None:
    store.write([post("n:1", "n:새방")])
    assert audience(store, "n:1") == ("channel:n:새방",)
    assert store.posts(["n:1"], EVERYONE) == {}
    publish_all(store)
    store.write([Channel(id="n:새방", network="notice", name="새방", company="A")])
    (pending,) = store.pending(0, 10)
    assert (pending.audience, pending.network) == (("channel:n:새방", "company:A"), "notice")
    assert pending.containers == ("channel:n:새방", "company:A", "thread:n:1")


def test_company_and_unit_are_those_at_posting_and_stay_after_a_transfer(store: Store) -> None:
    store.write([Employment(person="p1", company="A", unit="A1", since=date(2020, 1, 1))])
    store.write([post("s:1")])
    store.write(
        [
            Employment(person="p1", company="A", unit="A1", since=date(2020, 1, 1), until=date(2024, 5, 3)),
            Employment(person="p1", company="B", unit="B1", since=date(2024, 5, 3)),
        ]
    )
    store.write([post("s:2", created=NOON + timedelta(days=5)), post("s:1", text="고침", edited=NOON)])
    stored = store.posts(["s:1", "s:2"], EVERYONE)
    assert (stored["s:1"].company, stored["s:1"].unit) == ("A", "A1")
    assert (stored["s:2"].company, stored["s:2"].unit) == ("B", "B1")
    assert stored["s:1"].author is not None


def test_an_employment_that_is_learnt_late_fills_in_the_company_once(store: Store) -> None:
    store.write([post("s:1")])
    publish_all(store)
    store.write([Employment(person="p1", company="A", since=date(2020, 1, 1))])
    assert [one.company for one in store.pending(0, 10)] == ["A"]
    store.write([Employment(person="p1", company="B", since=date(2021, 1, 1))])
    assert store.posts(["s:1"], EVERYONE)["s:1"].company == "A"


# -- denials and narrowing


@pytest.mark.parametrize("container", ["thread:s:1", "channel:s:일반", "company:A"])
def test_a_denial_closes_a_container(store: Store, container: str) -> None:
    scope = Scope(frozenset({"everyone", "company:A"}))
    store.write([post("s:1"), post("s:2", parent="s:1"), post("s:3", "s:가온")])
    before = set(store.posts(["s:1", "s:2", "s:3"], scope))
    store.write([Denial(container=container)])
    denied = store.scope_of("p1", NOON).denied
    # Until its posts are published, the index may hold the channel as no company's.
    assert denied == {container} | ({"channel:s:가온"} if container == "company:A" else set())
    hidden = {"s:3"} if container == "company:A" else {"s:1", "s:2"}
    assert set(store.posts(["s:1", "s:2", "s:3"], Scope(scope.tokens, denied))) == before - hidden


def test_channels_that_are_new_are_in_no_scope_while_their_posts_wait(store: Store) -> None:
    store.write([post("s:3", "s:가온")])
    assert store.scope_of("p1", NOON).denied == frozenset(), "who never read it needs no closing"


def test_a_denial_is_for_its_person_and_its_time(store: Store) -> None:
    store.write(
        [
            Person(id="p2", name="세아"),
            Denial(container="channel:s:일반", person="p2", since=NOON, until=NOON + timedelta(hours=1)),
        ]
    )
    assert store.scope_of("p1", NOON).denied == frozenset()
    assert store.scope_of("p2", NOON).denied == {"channel:s:일반"}
    assert store.scope_of("p2", NOON + timedelta(hours=1)).denied == frozenset()
    store.write([Denial(container="channel:s:일반", person="p2", until=NOON)])
    assert store.scope_of("p2", NOON).denied == frozenset()


def test_a_channel_that_turns_private_is_denied_until_the_index_knows(store: Store) -> None:
    store.write([post("s:1"), post("s:2", parent="s:1"), Person(id="p2", name="세아")])
    store.write([Account(id="s:u2", network="s", handle="sea", person="p2")])
    store.write([Membership(channel="s:일반", account="s:u2")])
    publish_all(store)
    store.write([Channel(id="s:일반", network="s", name="일반", private=True)])
    assert store.scope_of("p1", NOON).denied == {"channel:s:일반"}
    assert store.scope_of("p2", NOON).denied == frozenset()
    assert store.posts(["s:1"], EVERYONE) == {}
    first, second = store.pending(0, 10)
    acknowledged = [first.revision]
    store.acknowledge(acknowledged)
    assert store.scope_of("p1", NOON).denied == {"channel:s:일반"}
    store.acknowledge([second.revision])
    assert store.scope_of("p1", NOON).denied == frozenset()
    store.write([post("s:9", "s:일반")])
    assert store.scope_of("p1", NOON).denied == frozenset()


def test_a_channel_that_moves_to_another_company_is_denied_to_the_old_one(store: Store) -> None:
    store.write([post("s:1", "s:가온"), Employment(person="p1", company="A")])
    publish_all(store)
    store.write([Channel(id="s:가온", network="s", name="가온", company="B")])
    assert store.scope_of("p1", NOON).denied == {"channel:s:가온"}


def test_a_channel_that_opens_is_denied_to_nobody(store: Store) -> None:
    store.write([post("s:1", "s:비밀")])
    publish_all(store)
    store.write([Channel(id="s:비밀", network="s", name="비밀")])
    assert store.scope_of("p1", NOON).denied == frozenset()
    assert [one.audience for one in store.pending(0, 10)] == [("channel:s:비밀", "everyone")]
    assert set(store.posts(["s:1"], EVERYONE)) == {"s:1"}


def test_a_channel_that_was_closed_and_opens_again_is_denied_only_to_whom_it_stays_closed(
    store: Store,
) -> None:
    store.write([post("s:1"), Person(id="p2", name="세아"), Employment(person="p1", company="A")])
    publish_all(store)
    store.write([Channel(id="s:일반", network="s", name="일반", private=True)])
    store.write([Channel(id="s:일반", network="s", name="일반", company="A")])
    assert store.scope_of("p1", NOON).denied == frozenset()
    assert store.scope_of("p2", NOON).denied == {"channel:s:일반"}
    store.write([Channel(id="s:일반", network="s", name="일반")])
    assert store.scope_of("p2", NOON).denied == frozenset()


def test_closing_and_opening_again_still_publishes_again(store: Store) -> None:
    # In between the publisher may have put the closed state: only an acknowledgement ends the waiting.
    store.write([post("s:1")])
    publish_all(store)
    store.write([Channel(id="s:일반", network="s", name="일반", private=True)])
    store.write([Channel(id="s:일반", network="s", name="일반")])
    assert [one.audience for one in store.pending(0, 10)] == [("channel:s:일반", "everyone")]


# -- sizes


def test_a_scope_with_thousands_of_tokens_and_denials_reads_thousands_of_posts(store: Store) -> None:
    channels = [Channel(id=f"s:방{number}", network="s", name="방", private=True) for number in range(2500)]
    store.write(channels)
    store.write([post(f"s:{number}", channel.id) for number, channel in enumerate(channels)])
    ids = [f"s:{number}" for number in range(2500)] + [f"없음:{number}" for number in range(40_000)]
    scope = Scope(
        frozenset(f"channel:s:방{number}" for number in range(0, 40_000, 2)),
        frozenset(f"channel:s:방{number}" for number in range(0, 40_000, 5)),
    )
    seen = {f"s:{number}" for number in range(2, 2500, 2) if number % 5}
    assert set(store.posts(ids, scope)) == seen
    assert set(store.signals(ids, scope)) == seen
    assert store.profiles(["p1"], scope)["p1"].posts == len(seen)


@pytest.mark.parametrize("scope", [Scope(), Scope(frozenset({"channel:s:비밀"}))])
def test_whoever_lacks_the_token_reads_nothing_by_any_way(store: Store, scope: Scope) -> None:
    store.write([post("s:1"), post("s:2", parent="s:1")])
    assert store.posts(["s:1", "s:2"], scope) == {}
    assert store.thread("s:1", scope) == []
    assert store.posts_by("p1", scope) == []
    assert store.signals(["s:1"], scope) == {}
    assert store.annotations(["s:1"], scope) == {}
    assert all(profile.posts == 0 for profile in store.profiles(["p1"], scope).values())


def test_an_empty_scope_knows_no_names_and_no_people(store: Store) -> None:
    assert store.profiles(["p1"], Scope()) == {}
    assert store.names({"company": ["A"]}, Scope())["company"] == {}


def test_without_a_person_a_scope_is_what_every_employee_may_read(store: Store) -> None:
    store.write([Denial(container="channel:s:일반"), Denial(container="channel:s:가온", person="p1")])
    assert store.scope_of(None) == Scope(frozenset({"everyone"}), frozenset({"channel:s:일반"}))


# -- denials of threads: the root may come late, move, or be named by a reply


def denied_to_all(store: Store, *ids: str) -> set[str]:
    """Those of the posts that nobody reads, whoever they are."""
    scope = store.scope_of("p1")
    return set(ids) - set(store.posts(ids, scope))


@pytest.mark.parametrize("named", ["s:1", "s:2", "s:3"])
def test_a_denial_of_a_thread_holds_whichever_of_its_posts_it_names(store: Store, named: str) -> None:
    store.write([post("s:1"), post("s:2", parent="s:1"), post("s:3", parent="s:2"), post("s:4")])
    store.write([Denial(container=f"thread:{named}")])
    assert denied_to_all(store, "s:1", "s:2", "s:3", "s:4") == {"s:1", "s:2", "s:3"}


def test_a_denial_of_a_thread_holds_before_and_after_its_root_arrives(store: Store) -> None:
    store.write([Denial(container="thread:s:1"), post("s:2", parent="s:1"), post("s:3", parent="s:2")])
    assert denied_to_all(store, "s:2", "s:3") == {"s:2", "s:3"}
    store.write([post("s:1", parent="s:0")])
    assert denied_to_all(store, "s:1", "s:2", "s:3") == {"s:1", "s:2", "s:3"}
    store.write([post("s:0"), post("s:9")])
    assert denied_to_all(store, "s:0", "s:1", "s:2", "s:3", "s:9") == {"s:0", "s:1", "s:2", "s:3"}


def test_a_denial_of_a_thread_goes_with_its_root_when_that_moves_below_another_post(store: Store) -> None:
    store.write([post("s:1"), post("s:2", parent="s:1"), post("s:5"), Denial(container="thread:s:1")])
    assert denied_to_all(store, "s:1", "s:2", "s:5") == {"s:1", "s:2"}
    store.write([post("s:1", parent="s:5", edited=NOON)])
    assert denied_to_all(store, "s:1", "s:2") == {"s:1", "s:2"}
    assert {"thread:s:1", "thread:s:5"} <= store.scope_of("p1").denied
    store.write([post("s:1", edited=NOON + timedelta(hours=1))])
    assert denied_to_all(store, "s:1", "s:2", "s:5") == {"s:1", "s:2"}


@pytest.mark.parametrize(
    ("denial", "missing"),
    [
        (Denial(container="thread:s:404"), "post 's:404'"),
        (Denial(container="channel:s:없음"), "channel 's:없음'"),
        (Denial(container="company:Z"), "company 'Z'"),
        (Denial(container="channel:s:일반", person="p404"), "person 'p404'"),
    ],
)
def test_a_denial_that_closes_nothing_yet_is_said_and_kept(
    store: Store, denial: Denial, missing: str
) -> None:
    (outcome,) = store.write([denial])
    assert (outcome.change, outcome.problem, outcome.note) == (Change.CREATED, "denial_unmatched", True)
    assert missing in str(outcome.detail)
    assert outcome.remedy
    store.write([Company(id="Z", name="하랑"), Person(id="p404", name="늦게")])
    store.write([post("s:404"), Channel(id="s:없음", network="s", name="이제 있음")])
    assert [one.problem for one in store.write([denial])] == [None]


def test_a_denial_is_matched_by_what_comes_with_it(store: Store) -> None:
    records = [Denial(container="thread:s:1"), Denial(container="thread:s:0"), post("s:1", parent="s:0")]
    assert [one.problem for one in store.write(records)] == [None, None, None]
