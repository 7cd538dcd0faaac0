"""What pages read beside posts, and what is known of a person as a writer, on each database."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from models.language.annotation import Annotation, AnnotationRevision, Passage, Tag
from models.language.packing import pack
from models.records import (
    Acceptance,
    Account,
    Channel,
    Company,
    Deletion,
    Denial,
    Employment,
    Follow,
    Membership,
    Person,
    Post,
    PostKind,
    Reaction,
)
from models.scope import Scope
from models.store import Store
from models.stored import Place

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
EVERYONE = Scope(frozenset({"everyone"}))
INSIDER = Scope(frozenset({"everyone", "channel:s:비밀", "person:p1"}))


def post(id: str, account: str | None = "s:u1", **given: object) -> Post:  # noqa: A002
    values = {"channel": "s:일반", "text": "검색이 느립니다", "created": NOON, **given}
    return Post(id=id, account=account, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def group(store: Store) -> None:
    store.write(
        [
            Company(id="A", name="가온전자"),
            Person(id="p1", name="두리"),
            Person(id="p2", name="세아"),
            Account(id="s:u1", network="s", handle="duri", person="p1"),
            Account(id="s:u2", network="s", handle="sea", person="p2"),
            Channel(id="s:일반", network="s", name="일반"),
            Channel(id="s:사내", network="s", name="사내", company="A"),
            Channel(id="s:비밀", network="s", name="비밀", private=True),
            Channel(id="s:옛날", network="s", name="옛날", archived=True),
        ]
    )


def annotate(store: Store, id_: str, *topics: Tag) -> None:
    [revision] = [one.revision for one in store.pending(0, 99) if one.id == id_]
    passage = Passage(start=0, end=2, forms=("검색",), spans=np.array([[0, 2]], np.uint32))
    made = AnnotationRevision(analyzer="a", dictionary="d", tagger="t", embedder=None)
    annotation = Annotation(passages=(passage,), tags=(), topics=topics, language="ko", revision=made)
    store.kept_annotations.keep({id_: (revision, pack(annotation))})


def test_topics_are_those_of_visible_posts_as_they_are_now(store: Store) -> None:
    tag = Tag(key="vpn", name="VPN", kind="vocabulary", weight=0.7)
    store.write([post("1"), post("2", channel="s:비밀"), post("3")])
    for id_ in ("1", "2", "3"):
        annotate(store, id_, tag)
    store.write([post("3", text="고쳤습니다", edited=NOON)])
    assert store.browsing.topics(["1", "2", "3"], EVERYONE) == {"1": (tag,)}
    assert store.browsing.topics(["1", "2", "3"], INSIDER).keys() == {"1", "2"}
    assert store.browsing.topics(["1"], Scope()) == {}


def test_a_question_is_answered_by_an_answer_that_is_seen(store: Store) -> None:
    store.write(
        [
            *(post(id_, kind=PostKind.QUESTION) for id_ in ("1", "2", "3", "4")),
            post("1a", parent="1", kind=PostKind.ANSWER),
            post("2a", parent="2", kind=PostKind.COMMENT),
            post("3a", parent="3", kind=PostKind.ANSWER, audience=("person:p1",)),
            post("4a", parent="4", kind=PostKind.REPLY),
            Acceptance(question="4", answer="4a"),
        ]
    )
    assert store.browsing.answered(["1", "2", "3", "4"], EVERYONE) == {"1", "4"}
    assert store.browsing.answered(["1", "2", "3", "4"], INSIDER) == {"1", "3", "4"}
    store.write([Acceptance(question="3", answer="3a")])
    assert store.browsing.solved(["1", "2", "3", "4"], EVERYONE) == {"4"}
    assert store.browsing.solved(["1", "2", "3", "4"], INSIDER) == {"3", "4"}
    store.write([Deletion(post="1a", deleted=NOON), Acceptance(question="4", answer="4a", accepted=False)])
    assert store.browsing.answered(["1", "4"], EVERYONE) == store.browsing.solved(["4"], EVERYONE) == set()


def test_solutions_come_by_the_time_of_acceptance_as_far_as_they_are_seen(store: Store) -> None:
    store.write(
        [
            *(post(f"{n}", kind=PostKind.QUESTION) for n in range(4)),
            *(post(f"{n}a", parent=f"{n}", created=NOON + timedelta(days=n)) for n in range(3)),
            Acceptance(question="0", answer="0a", created=NOON + timedelta(days=9)),
            Acceptance(question="1", answer="1a"),
            Acceptance(question="2", answer="2a", accepted=False),
            post("3a", parent="3", audience=("person:p1",)),
            Acceptance(question="3", answer="3a", created=NOON + timedelta(days=5)),
        ]
    )
    assert [one.question for one in store.browsing.solved_lately(EVERYONE, 9)] == ["0", "1"]
    assert [one.question for one in store.browsing.solved_lately(INSIDER, 2)] == ["0", "3"]


def test_a_career_is_told_in_order(store: Store) -> None:
    store.write(
        [
            Employment(person="p1", company="A", since=date(2020, 1, 1), until=date(2022, 1, 1)),
            Employment(person="p1", company="A", title="책임", since=date(2022, 1, 1)),
            Employment(person="p1", company="B", until=date(2019, 1, 1)),
        ]
    )
    career = store.profiles(["p1"], EVERYONE)["p1"].career
    assert [(place.company, place.title) for place in career] == [("A", "책임"), ("A", None), ("B", None)]
    assert store.profiles(["p1"], Scope(frozenset({"person:p1"})))["p1"].career == ()


def test_a_person_owns_what_any_account_of_theirs_wrote_also_before_it_was_known(store: Store) -> None:
    store.write(
        [post("1"), post("2", "s:u2"), post("3", anonymous=True), post("4", "dure:p1", anonymous=True)]
    )
    assert store.participation.account("p1") is None
    assert store.participation.own("p1", ["1", "2", "3", "4"]).written == {"1", "3", "4"}
    store.write([Account(id="dure:p1", network="dure", handle="duri", person="p1")])
    assert store.participation.account("p1") == "dure:p1"
    # Linked to somebody else, an account and its posts are theirs.
    store.account_links.link("dure:p1", "p2")
    assert store.participation.account("p1") is None
    assert store.participation.own("p1", ["1", "2", "3", "4"]).written == {"1", "3"}
    assert store.participation.own("p2", ["1", "2", "3", "4"]).written == {"2", "4"}


def test_reactions_and_follows_are_of_all_accounts_and_of_now(store: Store) -> None:
    store.write(
        [
            post("1", "s:u2"),
            Reaction(post="1", kind="like", account="s:u1"),
            Reaction(post="1", kind="haha", account="s:u1", count=0),
            Reaction(post="1", kind="sad", account="s:u2"),
            Follow(follower="s:u1", followed="s:u2", since=NOON),
        ]
    )
    assert store.participation.own("p1", ["1"]).reactions == {("1", "like", "s:u1")}
    assert store.participation.follows("p1", "p2", NOON) == [("s:u1", "s:u2", NOON)]
    assert store.participation.follows("p1", "p2", NOON - timedelta(seconds=1)) == []
    assert store.participation.follows("p2", "p1", NOON) == []
    store.write([Follow(follower="s:u1", followed="s:u2", since=NOON, until=NOON + timedelta(days=1))])
    assert store.participation.follows("p1", "p2", NOON + timedelta(days=1)) == []


def test_places_are_the_channels_that_a_scope_reads(store: Store) -> None:
    def names(scope: Scope) -> list[str]:
        return [place.name for place in store.participation.places(scope)]

    assert names(EVERYONE) == ["옛날", "일반"]
    assert names(INSIDER) == ["비밀", "옛날", "일반"]
    assert names(Scope(frozenset({"everyone", "company:A"}))) == ["사내", "옛날", "일반"]
    assert names(Scope(frozenset({"channel:s:비밀"}))) == ["비밀"]
    assert names(Scope(frozenset({"everyone"}), frozenset({"channel:s:일반"}))) == ["옛날"]
    assert names(Scope()) == []
    assert store.participation.place("s:비밀", EVERYONE) is None
    assert store.participation.place("s:옛날", EVERYONE) == Place(
        id="s:옛날", name="옛날", network="s", kind="group", company=None, private=False, archived=True,
        description=None,
    )  # fmt: skip


def test_membership_opens_a_place_and_a_denial_closes_it(store: Store) -> None:
    store.write([Membership(channel="s:비밀", account="s:u1")])
    assert store.participation.place("s:비밀", store.scope_of("p1"))
    store.write([Denial(container="channel:s:비밀", person="p1")])
    assert store.participation.place("s:비밀", store.scope_of("p1")) is None


def test_the_audience_of_a_post_is_told_where_it_was_given(store: Store) -> None:
    store.write([post("1"), post("2", audience=("person:p1", "person:p2"))])
    assert store.participation.audience("1", INSIDER) is None
    assert store.participation.audience("2", INSIDER) == ("person:p1", "person:p2")
    assert store.participation.audience("2", EVERYONE) is None
