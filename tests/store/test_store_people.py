"""Authors, profiles, merged accounts, names and signals, as different readers see them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.errors import BadInput, NotFound
from models.moments import now
from models.records import (
    Acceptance,
    Account,
    Channel,
    Company,
    Deletion,
    Employment,
    Follow,
    Membership,
    Person,
    Post,
    Reaction,
    Unit,
    Verification,
    Views,
)
from models.scope import Scope
from models.store import Store
from models.stored import Change

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
EVERYONE = Scope(frozenset({"everyone"}))
INSIDER = Scope(frozenset({"everyone", "channel:s:비밀"}))


def post(id: str, account: str | None = "s:u1", **given: object) -> Post:  # noqa: A002
    values = {"channel": "s:일반", "text": "검색이 느립니다", "created": NOON, **given}
    return Post(id=id, account=account, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def group(store: Store) -> None:
    store.write(
        [
            Company(id="A", name="가온전자", name_en="Gaon"),
            Unit(id="A1", company="A", name="검색팀"),
            Person(id="p1", name="두리", title="책임", leader=True),
            Person(id="p2", name="세아"),
            Employment(person="p1", company="A", unit="A1", since=date(2020, 1, 1)),
            Account(id="s:u1", network="s", handle="duri", person="p1"),
            Account(id="t:u1", network="t", handle="duri2", person="p1"),
            Account(id="s:u2", network="s", handle="sea", person="p2"),
            Account(id="s:bot", network="s", handle="bot", person="p2", bot=True),
            Account(id="s:u3", network="s", handle="haneul", name="하늘"),
            Channel(id="s:일반", network="s", name="일반"),
            Channel(id="s:비밀", network="s", name="비밀", private=True),
        ]
    )


# -- authors and profiles


def test_an_author_is_the_person_of_the_account_as_they_are_now(store: Store) -> None:
    store.write([post("s:1"), post("s:2", "s:u3"), post("s:3", None)])
    stored = store.posts(["s:1", "s:2", "s:3"], EVERYONE)
    author = stored["s:1"].author
    assert author is not None
    assert (author.name, author.title, author.company, author.unit) == ("두리", "책임", "A", "A1")
    assert (author.person, author.leader, author.bot) == ("p1", True, False)
    other = stored["s:2"].author
    assert other is not None
    assert (other.name, other.person, other.company) == ("하늘", None, None)
    assert stored["s:3"].author is None


def test_an_anonymous_post_has_no_author_and_counts_for_nobody(store: Store) -> None:
    store.write([post("s:1", anonymous=True), post("s:2")])
    stored = store.posts(["s:1", "s:2"], EVERYONE)
    assert (stored["s:2"].company, stored["s:2"].unit) == ("A", "A1")
    assert (stored["s:1"].author, stored["s:1"].company, stored["s:1"].unit) == (None, None, None)
    assert [one.id for one in store.posts_by("p1", EVERYONE)] == ["s:2"]
    assert store.profiles(["p1"], EVERYONE)["p1"].posts == 1


def test_a_profile_counts_only_what_its_reader_sees(store: Store) -> None:
    store.write(
        [
            post("s:1"),
            post("t:1", "t:u1"),
            post("s:2", channel="s:비밀"),
            post("s:3"),
            Deletion(post="s:3"),
            post("s:4", "s:bot"),
        ]
    )
    profile = store.profiles(["p1", "p404"], EVERYONE)["p1"]
    assert (profile.posts, profile.accounts, profile.companies, profile.units) == (
        2,
        ("s:u1", "t:u1"),
        ("A",),
        ("A1",),
    )
    assert store.profiles(["p1"], INSIDER)["p1"].posts == 3
    assert store.profiles(["p2"], INSIDER)["p2"].posts == 0
    assert set(store.profiles(["p1", "p404"], EVERYONE)) == {"p1"}


def test_who_has_left_is_said_to_have_left(store: Store) -> None:
    store.write(
        [Employment(person="p1", company="A", unit="A1", since=date(2020, 1, 1), until=date(2021, 1, 1))]
    )
    profile = store.profiles(["p1"], EVERYONE)["p1"]
    assert (profile.left, profile.companies, profile.title) == (True, (), "책임")
    assert store.profiles(["p2"], EVERYONE)["p2"].left is False


def test_a_follower_counts_once_and_never_themselves(store: Store) -> None:
    store.write(
        [
            Follow(follower="s:u2", followed="s:u1"),
            Follow(follower="s:bot", followed="t:u1"),
            Follow(follower="t:u1", followed="s:u1"),
            Follow(follower="s:u3", followed="s:u1", until=NOON),
            Follow(follower="s:u9", followed="s:u1"),
        ]
    )
    assert store.profiles(["p1"], EVERYONE)["p1"].followers == 2


def test_merging_accounts_moves_posts_at_read_and_can_be_undone(store: Store) -> None:
    store.write([post("s:1", "s:u3"), post("s:2", "s:u1")])
    store.account_links.link("s:u3", "p1")
    assert store.profiles(["p1"], EVERYONE)["p1"].posts == 2
    assert [one.id for one in store.posts_by("p1", EVERYONE)] == ["s:1", "s:2"]
    author = store.posts(["s:1"], EVERYONE)["s:1"].author
    assert author is not None
    assert (author.person, author.name) == ("p1", "두리")
    store.account_links.link("t:u1", "p2")
    assert store.profiles(["p1"], EVERYONE)["p1"].accounts == ("s:u1", "s:u3")
    store.account_links.unlink("s:u3")
    store.account_links.unlink("t:u1")
    assert [one.id for one in store.posts_by("p1", EVERYONE)] == ["s:2"]
    assert store.profiles(["p1"], EVERYONE)["p1"].accounts == ("s:u1", "t:u1")


def test_a_linked_account_opens_its_channels_to_the_person_until_it_is_unlinked(store: Store) -> None:
    store.write([Membership(channel="s:비밀", account="s:u3")])
    store.account_links.link("s:u3", "p1")
    assert "channel:s:비밀" in store.scope_of("p1").tokens
    store.account_links.unlink("s:u3")
    assert "channel:s:비밀" not in store.scope_of("p1").tokens


def companies(store: Store) -> dict[str, str | None]:
    return {one.id: one.company for one in store.replay(0, 100)}


def test_posts_without_a_company_take_that_of_the_linked_person_and_give_it_back(store: Store) -> None:
    store.write([Company(id="B", name="나래물산"), Employment(person="p2", company="B")])
    store.write([post("s:1", "s:u3"), post("s:2", "s:u1"), post("s:3", "s:u3", anonymous=True)])
    store.acknowledge_through(store.last_revision())
    store.account_links.link("s:u3", "p1")
    assert [(one.id, one.company) for one in store.pending(0, 10)] == [("s:1", "A")]
    store.account_links.link("s:u3", "p2")
    assert companies(store) == {"s:1": "B", "s:2": "A", "s:3": None}
    store.account_links.link("s:u1", "p2")
    assert companies(store)["s:2"] == "A"
    store.account_links.unlink("s:u3")
    store.account_links.unlink("s:u1")
    assert companies(store) == {"s:1": None, "s:2": "A", "s:3": None}
    assert [one.id for one in store.pending(0, 10)] == ["s:1"]


def test_the_same_link_twice_changes_nothing(store: Store) -> None:
    store.write([post("s:1", "s:u3")])
    store.account_links.link("s:u3", "p1")
    revision = store.last_revision()
    store.account_links.link("s:u3", "p1")
    assert store.last_revision() == revision


def test_links_of_what_is_not_known_are_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="account"):
        store.account_links.link("s:u404", "p1")
    with pytest.raises(NotFound, match="person"):
        store.account_links.link("s:u3", "p404")
    with pytest.raises(NotFound, match="not linked"):
        store.account_links.unlink("s:u3")


def test_a_source_that_does_not_know_the_person_forgets_none(store: Store) -> None:
    (outcome,) = store.write([Account(id="s:u1", network="s", handle="duri")])
    assert outcome.change is Change.UNCHANGED
    assert store.profiles(["p1"], EVERYONE)["p1"].accounts == ("s:u1", "t:u1")


def test_posts_by_a_person_are_the_newest_first(store: Store) -> None:
    store.write([post(f"s:{hour}", created=NOON + timedelta(hours=hour)) for hour in range(5)])
    store.write([post("s:9", channel="s:비밀", created=NOON + timedelta(days=1))])
    assert [one.id for one in store.posts_by("p1", EVERYONE, limit=3)] == ["s:4", "s:3", "s:2"]
    assert store.posts_by("p2", EVERYONE) == store.posts_by("p404", EVERYONE) == []


# -- names


def test_facet_values_have_names_and_hidden_channels_do_not(store: Store) -> None:
    assert store.names({"company": ["A", "없음"]}, EVERYONE)["company"] == {"A": "가온전자"}
    assert store.names({"unit": ["A1"]}, EVERYONE)["unit"] == {"A1": "검색팀"}
    assert store.names({"channel": ["s:일반", "s:비밀"]}, EVERYONE)["channel"] == {"s:일반": "일반"}
    assert store.names({"channel": ["s:비밀"]}, INSIDER)["channel"] == {"s:비밀": "비밀"}
    closed = Scope(INSIDER.tokens, frozenset({"channel:s:비밀"}))
    assert store.names({"channel": ["s:비밀"]}, closed)["channel"] == {}
    with pytest.raises(BadInput):
        store.names({"planet": ["지구"]}, EVERYONE)["planet"]


# -- signals


def test_the_author_is_no_reactor_through_any_account(store: Store) -> None:
    store.write(
        [
            post("s:1"),
            Reaction(post="s:1", account="s:u1"),
            Reaction(post="s:1", account="t:u1", kind="heart"),
            Reaction(post="s:1", account="s:u2"),
            Reaction(post="s:1", account="s:u9"),
            Reaction(post="s:1", kind="retweet", count=5),
        ]
    )
    signals = store.signals(["s:1"], EVERYONE)["s:1"]
    assert signals.reactions == {"like": 3, "heart": 1, "retweet": 5}
    assert signals.reactors == 7


def test_reactions_do_not_tell_who_an_anonymous_author_is(store: Store) -> None:
    store.write([post("s:1", anonymous=True)])
    store.write([Reaction(post="s:1", account="s:u1"), Reaction(post="s:1", account="s:u2")])
    assert store.signals(["s:1"], EVERYONE)["s:1"].reactors == 2


def test_a_reaction_taken_back_is_gone_in_either_order(store: Store) -> None:
    given = Reaction(post="s:1", account="s:u2", created=NOON)
    taken = Reaction(post="s:1", account="s:u2", count=0, created=NOON + timedelta(hours=1))
    store.write([post("s:1"), post("s:2")])
    store.write([given])
    store.write([taken])
    assert [outcome.change for outcome in store.write([given, taken])] == [Change.OLDER, Change.UNCHANGED]
    assert store.signals(["s:1"], EVERYONE)["s:1"].reactions == {}


def test_only_visible_replies_count(store: Store) -> None:
    store.write(
        [
            post("s:1"),
            post("s:2", parent="s:1"),
            post("s:3", parent="s:1", audience=("person:p2",)),
            post("s:4", parent="s:1"),
            post("s:5", parent="s:2"),
            Deletion(post="s:4"),
        ]
    )
    signals = store.signals(["s:1", "s:2", "s:3"], EVERYONE)
    assert {key: one.replies for key, one in signals.items()} == {"s:1": 1, "s:2": 1}


def test_an_acceptance_stands_until_it_is_taken_back(store: Store) -> None:
    store.write(
        [post("s:1"), post("s:2", parent="s:1"), Acceptance(question="s:1", answer="s:2", created=NOON)]
    )
    assert store.signals(["s:2"], EVERYONE)["s:2"].accepted
    later = NOON + timedelta(hours=1)
    store.write([Acceptance(question="s:1", answer="s:2", accepted=False, created=later)])
    store.write([Acceptance(question="s:1", answer="s:2", created=NOON)])
    assert not store.signals(["s:2"], EVERYONE)["s:2"].accepted


@pytest.mark.parametrize("dated", [False, True])
def test_a_question_has_the_one_answer_that_was_accepted_last(store: Store, dated: bool) -> None:
    times = [NOON + timedelta(hours=hour) if dated else None for hour in range(3)]
    store.write([post("s:1"), post("s:2", parent="s:1"), post("s:3", parent="s:1")])

    def accepted() -> set[str]:
        return {id_ for id_, one in store.signals(["s:1", "s:2", "s:3"], EVERYONE).items() if one.accepted}

    store.write([Acceptance(question="s:1", answer="s:2", created=times[0])])
    store.write([Acceptance(question="s:1", answer="s:3", created=times[1])])
    assert accepted() == {"s:3"}
    store.write([Acceptance(question="s:1", answer="s:2", accepted=False, created=times[2])])
    assert accepted() == {"s:3"}
    store.write([Acceptance(question="s:1", answer="s:3", accepted=False, created=times[2])])
    assert accepted() == set()


def test_an_earlier_acceptance_that_arrives_late_replaces_none(store: Store) -> None:
    store.write([post("s:2", parent="s:1"), post("s:3", parent="s:1")])
    store.write([Acceptance(question="s:1", answer="s:3", created=NOON)])
    (outcome,) = store.write([Acceptance(question="s:1", answer="s:2", created=NOON - timedelta(hours=1))])
    assert outcome.change is Change.OLDER
    signals = store.signals(["s:2", "s:3"], EVERYONE)
    assert (signals["s:2"].accepted, signals["s:3"].accepted) == (False, True)


def test_a_verification_expires_and_can_be_withdrawn(store: Store) -> None:
    tomorrow, yesterday = now() + timedelta(days=1), now() - timedelta(days=1)
    store.write(
        [
            post("s:1"),
            post("s:2"),
            post("s:3"),
            Verification(post="s:1", person="p1", until=tomorrow),
            Verification(post="s:2", person="p1", until=yesterday),
            Verification(post="s:3", person="p1"),
            Verification(post="s:3", person="p1", verified=False),
        ]
    )
    verified = {key for key, one in store.signals(["s:1", "s:2", "s:3"], EVERYONE).items() if one.verified}
    assert verified == {"s:1"}


def test_views_never_go_down(store: Store) -> None:
    store.write([post("s:1"), Views(post="s:1", count=70)])
    assert store.write([Views(post="s:1", count=7)])[0].change is Change.OLDER
    assert store.signals(["s:1"], EVERYONE)["s:1"].views == 70


def test_signals_may_come_before_their_post(store: Store) -> None:
    store.write([Reaction(post="s:1", account="s:u2"), Views(post="s:1", count=3)])
    store.write([post("s:1")])
    signals = store.signals(["s:1"], EVERYONE)["s:1"]
    assert (signals.reactors, signals.views) == (1, 3)


def test_a_post_tells_whom_it_mentions_as_they_are_now(store: Store) -> None:
    mentioned = ("s:u2", "s:404", "s:u1")
    store.write(
        [post("s:1", mentions=mentioned, links=("https://b.example", "https://a.example")), post("s:2")]
    )
    found = store.posts(["s:1", "s:2"], EVERYONE)
    assert tuple(author.account for author in found["s:1"].mentions) == mentioned
    assert {author.account: author.person for author in found["s:1"].mentions}["s:u1"] == "p1"
    assert found["s:1"].links == ("https://b.example", "https://a.example")
    assert found["s:2"].mentions == ()
    store.write([post("s:1", text="고침", mentions=("s:u2",), edited=NOON)])
    assert [author.account for author in store.posts(["s:1"], EVERYONE)["s:1"].mentions] == ["s:u2"]
