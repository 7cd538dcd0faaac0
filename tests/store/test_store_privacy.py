"""What a viewer learns beside the text: names of hidden channels, who people are, who reacted."""

from datetime import UTC, datetime

import pytest

from models.records import (
    Account,
    Channel,
    Company,
    Denial,
    Employment,
    Follow,
    Membership,
    Person,
    Post,
    Reaction,
    Unit,
    Verification,
)
from models.scope import Scope
from models.store import Store

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
EVERYONE = Scope(frozenset({"everyone"}))


def post(id_: str, channel: str = "s:일반", **given: object) -> Post:
    values = {"text": "분기 보고서", "created": NOON, "account": "s:u1", **given}
    return Post(id=id_, channel=channel, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def group(store: Store) -> None:
    store.write(
        [
            Company(id="A", name="가온전자"),
            Unit(id="A1", company="A", name="전략팀"),
            Person(id="p1", name="두리", title="팀장", leader=True),
            Person(id="p2", name="세아", title="비서실장"),
            Person(id="guest", name="손님", guest=True),
            Employment(person="p1", company="A", unit="A1"),
            Employment(person="p2", company="A", unit="A1"),
            Account(id="s:u1", network="s", handle="duri", person="p1"),
            Account(id="t:u1", network="t", handle="duri.secret", person="p1"),
            Account(id="s:u2", network="s", handle="sea", person="p2"),
            Account(id="s:g", network="s", handle="guest", person="guest"),
            Channel(id="s:일반", network="s", name="일반"),
            Channel(id="s:협력사", network="s", name="협력사", private=True),
            Channel(id="s:인수-하랑", network="s", name="하랑 인수", private=True, description="극비"),
            Membership(channel="s:협력사", account="s:g"),
        ]
    )


# -- hidden channels


@pytest.mark.parametrize("channel", ["s:인수-하랑", "s:아직모름"])
def test_who_reads_a_post_by_its_own_audience_learns_nothing_of_a_hidden_channel(
    store: Store, channel: str
) -> None:
    store.write([post("s:1", channel, audience=("everyone",)), post("s:2")])
    found = store.posts(["s:1", "s:2"], EVERYONE)
    shown = found["s:1"]
    assert (shown.channel, shown.channel_name, shown.network) == ("", "s", "s")
    assert "인수" not in str(shown)
    assert "아직" not in str(shown)
    assert (found["s:2"].channel, found["s:2"].channel_name) == ("s:일반", "일반")
    insider = Scope(frozenset({"everyone", f"channel:{channel}"}))
    assert store.posts(["s:1"], insider)["s:1"].channel == channel


def test_a_channel_of_another_company_is_hidden_as_well(store: Store) -> None:
    store.write([Channel(id="s:사내", network="s", name="사내", company="A")])
    store.write([post("s:1", "s:사내", audience=("person:p9",))])
    assert store.posts(["s:1"], Scope(frozenset({"person:p9"})))["s:1"].channel == ""
    assert store.posts(["s:1"], Scope(frozenset({"person:p9", "company:A"})))["s:1"].channel == "s:사내"


# -- guests


def test_a_guest_knows_nobody_with_whom_they_share_no_channel(store: Store) -> None:
    store.write([post("s:1"), Membership(channel="s:인수-하랑", account="s:u1")])
    guest = store.scope_of("guest")
    assert store.profiles(["p1", "p2"], guest) == {}
    assert (
        store.names({"company": ["A"]}, guest)["company"]
        == store.names({"unit": ["A1"]}, guest)["unit"]
        == {}
    )
    assert store.names({"channel": ["s:협력사", "s:일반"]}, guest)["channel"] == {"s:협력사": "협력사"}


def test_a_guest_sees_of_those_they_share_a_channel_with_what_the_channel_shows(store: Store) -> None:
    store.write(
        [
            post("s:1", "s:협력사"),
            Membership(channel="s:협력사", account="s:u2"),
            Follow(follower="s:u2", followed="s:u1"),
        ]
    )
    guest = store.scope_of("guest")
    profiles = store.profiles(["p1", "p2", "guest"], guest)
    assert {person: (one.name, one.accounts, one.posts) for person, one in profiles.items()} == {
        "p1": ("두리", ("s:u1",), 1),
        "p2": ("세아", ("s:u2",), 0),
        "guest": ("손님", ("s:g",), 0),
    }
    for profile in profiles.values():
        told = (profile.title, profile.leader, profile.companies, profile.units, profile.followers)
        assert told == (None, False, (), (), 0)
    shown = store.posts(["s:1"], guest)["s:1"]
    assert (shown.company, shown.unit) == (None, None)
    assert shown.author is not None
    assert (shown.author.name, shown.author.handle, shown.author.person) == ("두리", "duri", "p1")
    told = (shown.author.title, shown.author.company, shown.author.unit, shown.author.leader)
    assert told == (None, None, None, False)


def test_an_employee_still_sees_who_a_colleague_is(store: Store) -> None:
    store.write([post("s:1", "s:협력사"), Membership(channel="s:협력사", account="s:u2")])
    profile = store.profiles(["p1"], store.scope_of("p2"))["p1"]
    assert (profile.title, profile.companies, profile.accounts) == ("팀장", ("A",), ("s:u1", "t:u1"))
    author = store.posts(["s:1"], store.scope_of("p2"))["s:1"].author
    assert author is not None
    assert (author.title, author.unit, author.leader) == ("팀장", "A1", True)


def test_a_guest_who_has_left_the_channel_knows_nobody_there_any_more(store: Store) -> None:
    store.write([post("s:1", "s:협력사"), Membership(channel="s:협력사", account="s:g", until=NOON)])
    assert store.profiles(["p1"], store.scope_of("guest")) == {}


# -- reactors


def reactors(store: Store, *records: object) -> tuple[int, dict[str, int]]:
    store.write([post("s:1"), *records])  # type: ignore[list-item]
    signals = store.signals(["s:1"], EVERYONE)["s:1"]
    return signals.reactors, dict(signals.reactions)


def test_one_person_is_one_reactor_however_many_kinds_and_accounts_they_use(store: Store) -> None:
    store.write([Account(id="t:u2", network="t", handle="sea", person="p2")])
    kinds = [
        Reaction(post="s:1", kind=f"e{number}", account=by) for number in range(35) for by in ("s:u2", "t:u2")
    ]
    number, reactions = reactors(store, *kinds)
    assert number == 1
    assert set(reactions.values()) == {1}


def test_a_named_reaction_counts_once_whatever_number_it_claims(store: Store) -> None:
    assert reactors(store, Reaction(post="s:1", account="s:u2", count=1_000_000)) == (1, {"like": 1})


def test_unnamed_reactions_of_several_kinds_may_be_of_the_same_people(store: Store) -> None:
    records = [
        Reaction(post="s:1", kind="like", count=5),
        Reaction(post="s:1", kind="heart", count=3),
        Reaction(post="s:1", kind="heart", account="s:u2"),
        Reaction(post="s:1", kind="sad", account="s:g"),
    ]
    assert reactors(store, *records) == (7, {"like": 5, "heart": 4, "sad": 1})


def test_the_author_is_no_reactor_unless_anonymous(store: Store) -> None:
    own = [Reaction(post="s:1", kind=kind, account=by) for kind in ("a", "b") for by in ("s:u1", "t:u1")]
    assert reactors(store, *own) == (0, {"a": 1, "b": 1})
    assert reactors(store, post("s:1", anonymous=True, edited=NOON)) == (1, {"a": 1, "b": 1})


# -- verifications and keys


def test_who_vouches_for_a_post_is_told_while_it_lasts(store: Store) -> None:
    store.write(
        [
            Verification(post="s:1", person="p1"),
            Verification(post="s:1", person="p2", until=NOON),
            Verification(post="s:1", person="p3", verified=False),
        ]
    )
    assert store.participation.verifications("s:1", NOON) == {"p1": None}


def test_that_a_post_was_written_is_known_whoever_may_see_it(store: Store) -> None:
    store.write([post("s:1", "s:인수-하랑"), Denial(container="channel:s:인수-하랑")])
    assert store.participation.is_written("s:1")
    assert not store.participation.is_written("s:404")
