"""Threads that curators merge into others: what leads where, what undoes it, and who may know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.errors import CannotMerge
from models.records import (
    Account,
    Channel,
    Company,
    Deletion,
    Denial,
    Employment,
    Membership,
    Person,
    Post,
    PostKind,
    Record,
)
from models.scope import Scope
from models.store import Store
from models.stored import Change

START = datetime(2026, 2, 2, 9, tzinfo=UTC)
NAMES = ("ki", "su", "so", "guest")
PEOPLE: tuple[Record, ...] = (
    Company(id="c:1", name="정공"),
    *(Person(id=f"p:{name}", name=f"김{name}", guest=name == "guest") for name in NAMES),
    *(Employment(person=f"p:{name}", company="c:1") for name in NAMES if name != "guest"),
    *(Account(id=f"sns:{name}", network="sns", handle=name, person=f"p:{name}") for name in NAMES),
    Channel(id="ch:open", network="sns", name="질문방"),
    Channel(id="ch:plant", network="sns", name="공장", private=True),
    Membership(channel="ch:plant", account="sns:su"),
    Membership(channel="ch:open", account="sns:guest"),
)


def post(id_: str, text: str = "휴가는 어떻게 이월하나요?", *, day: int = 0, **fields: object) -> Post:
    created = START + timedelta(days=day)
    values = {"channel": "ch:open", "account": "sns:ki", "kind": PostKind.QUESTION} | fields
    return Post(id=id_, text=text, created=created, **values)  # type: ignore[arg-type]


A = post("a", "연차가 남았는데 내년으로 넘어가나요?", day=4)
B = post("b", "휴가 이월 신청은 어디서 하나요?", day=2)
C = post("c", "연차 이월 절차를 알려 주세요.", title="연차 이월 절차")
REPLY = post("b-reply", "인사 시스템에서 합니다.", kind=PostKind.ANSWER, parent="b", day=3)
D = post("d", "안 쓴 연차는 사라지나요?", day=5)
HIDDEN = post("h", "공장 연차 이월 기준", day=1, channel="ch:plant", account="sns:su")


@pytest.fixture
def store(store: Store) -> Store:
    write(store, *PEOPLE, A, B, C, REPLY, D, HIDDEN)
    return store


def write(store: Store, *records: Record) -> None:
    for outcome in store.write(records):
        assert outcome.change is not Change.REJECTED, outcome


def merge(store: Store, thread: str, kept: str | None, by: str = "so") -> Change:
    return store.merges.decide(thread, kept, f"p:{by}", store.scope_of(f"p:{by}"))


def leads(store: Store, person: str | None = "so") -> dict[str, str]:
    """Where each thread leads, as a person is told: by its own page, and alike when it could answer."""
    scope = store.scope_of(person and f"p:{person}")
    by_page = {id_: kept.thread for id_ in "abcdh" if (kept := store.merges.of(id_, scope).kept)}
    of_c = store.merges.of("c", scope)
    ranked = store.ranking_features(dict.fromkeys(("a", "b", "b-reply", "c", "d", "h"), 0), scope)
    merged = {one.thread for one in ranked.values() if one.merged}
    with store.one_moment():
        assert store.merges.leading(merged, scope, beside="c") == by_page
        assert store.merges.of("c", scope) == of_c
    return by_page


def lists(store: Store, thread: str, person: str = "so") -> list[str]:
    """The threads that are told to be merged into one."""
    return [one.thread for one in store.merges.of(thread, store.scope_of(f"p:{person}")).merged]


def test_a_merged_thread_leads_to_the_one_that_is_kept_and_is_named_there(store: Store) -> None:
    assert merge(store, "a", "c") is Change.CREATED
    assert merge(store, "a", "c") is Change.UNCHANGED
    assert leads(store) == {"a": "c"}
    kept = store.merges.of("a", store.scope_of("p:so")).kept
    assert kept == ("c", "연차 이월 절차", START)
    [merged] = store.merges.of("c", store.scope_of("p:so")).merged
    assert merged == ("a", "연차가 남았는데 내년으로 넘어가나요?", START + timedelta(days=4))


def test_it_can_be_undone_and_done_again(store: Store) -> None:
    merge(store, "a", "c")
    assert merge(store, "a", None) is Change.UPDATED
    assert leads(store) == {}
    assert lists(store, "c") == []
    assert merge(store, "a", None) is Change.UNCHANGED
    merge(store, "a", "c")
    assert leads(store) == {"a": "c"}


def test_the_last_word_stands(store: Store) -> None:
    merge(store, "a", "c")
    assert merge(store, "a", "b", "ki") is Change.UPDATED
    assert (lists(store, "c"), lists(store, "b")) == ([], ["a"])
    assert leads(store) == {"a": "b"}
    merge(store, "a", None)
    assert leads(store) == {}, "what was said before does not come back"


@pytest.mark.parametrize("first", [True, False])
def test_chains_lead_to_their_end_whichever_part_came_first(store: Store, first: bool) -> None:
    links = [("a", "b"), ("b", "c"), ("d", "a")]
    for thread, kept in links if first else links[::-1]:
        merge(store, thread, kept)
    assert leads(store) == {"a": "c", "b": "c", "d": "c"}
    assert lists(store, "c") == ["b", "a", "d"], "the earliest first"
    assert lists(store, "b") == ["a", "d"]
    merge(store, "b", None)
    assert leads(store) == {"a": "b", "d": "b"}


def test_circles_are_refused(store: Store) -> None:
    merge(store, "a", "b")
    merge(store, "b", "c")
    for thread, kept in (("b", "a"), ("c", "a"), ("c", "b"), ("a", "a")):
        with pytest.raises(CannotMerge):
            merge(store, thread, kept)
    assert leads(store) == {"a": "c", "b": "c"}


@pytest.mark.parametrize("named", ["b-reply", "none", "h"])
def test_only_whole_threads_that_the_curator_sees_are_merged(store: Store, named: str) -> None:
    for thread, kept in ((named, "a"), ("a", named)):
        with pytest.raises(CannotMerge) as refused:
            merge(store, thread, kept)
        assert refused.value.message == "Only whole threads are merged."


@pytest.mark.parametrize("gone", ["a", "b"])
def test_where_either_is_deleted_the_other_stands_for_itself(store: Store, gone: str) -> None:
    merge(store, "a", "b")
    merge(store, "b", "c")
    write(store, Deletion(post=gone, deleted=START + timedelta(days=9)))
    assert leads(store) == ({"b": "c"} if gone == "a" else {})
    assert lists(store, "c") == (["b"] if gone == "a" else [])
    again = {"a": A, "b": B}[gone]
    write(store, replace(again, edited=START + timedelta(days=10)))
    assert leads(store) == {"a": "c", "b": "c"}


def test_it_stays_when_the_same_posts_come_again_or_are_edited(store: Store) -> None:
    merge(store, "a", "c")
    write(store, *PEOPLE, A, B, C, REPLY, post("a", "고쳐 씁니다.", day=4, edited=START + timedelta(days=6)))
    assert leads(store) == {"a": "c"}


@pytest.mark.parametrize("moved", [A, C], ids=lambda post: post.id)
def test_what_comes_to_stand_in_another_thread_is_no_thread_and_leads_nowhere(
    store: Store, moved: Post
) -> None:
    merge(store, "a", "c")
    write(store, replace(moved, parent="b", edited=START + timedelta(days=6)))
    assert leads(store) == {}
    assert lists(store, "c") == []


# -- who is told


def test_who_does_not_see_one_of_the_two_is_told_nothing(store: Store) -> None:
    merge(store, "a", "h", "su")
    merge(store, "d", "a", "su")
    assert leads(store, "su") == {"a": "h", "d": "h"}
    assert leads(store) == {"d": "a"}
    assert lists(store, "h") == []
    assert leads(store, None) == {"d": "a"}
    merge(store, "h", "c", "su")
    assert leads(store, "su") == {"a": "c", "d": "c", "h": "c"}
    assert leads(store) == {"d": "a"}, "what leads through a hidden thread ends before it"
    assert lists(store, "c") == []
    assert lists(store, "c", "su") == ["h", "a", "d"]


def test_a_guest_and_nobody_are_told_of_what_they_see_alone(store: Store) -> None:
    merge(store, "a", "c")
    merge(store, "b", "h", "su")
    assert leads(store, "guest") == {"a": "c"}
    empty = Scope()
    assert store.merges.of("a", empty) == (None, ())
    write(store, Membership(channel="ch:open", account="sns:guest", until=START))
    assert leads(store, "guest") == {}


@pytest.mark.parametrize("container", ["thread:a", "thread:c", "channel:ch:open"])
def test_what_is_denied_leads_nowhere_and_is_led_to_by_nothing(store: Store, container: str) -> None:
    merge(store, "a", "c")
    write(store, Denial(container=container, person="p:so"))
    assert leads(store) == {}
    assert lists(store, "c") == []
    assert leads(store, "ki") == {"a": "c"}


def test_a_curator_neither_undoes_nor_learns_of_what_they_do_not_see(store: Store) -> None:
    merge(store, "a", "h", "su")
    assert merge(store, "a", None) is Change.UNCHANGED
    assert merge(store, "a", "c") is Change.CREATED
    assert leads(store) == {"a": "c"}
    assert leads(store, "su") == {"a": "c"}, "of two the one decided last"
    assert merge(store, "a", None) is Change.UPDATED
    assert leads(store, "su") == {"a": "h"}


def test_a_circle_through_what_the_curator_does_not_see_is_none_to_them_and_leads_somewhere_for_all(
    store: Store,
) -> None:
    merge(store, "b", "h", "su")
    merge(store, "h", "a", "su")
    assert merge(store, "a", "b") is Change.CREATED, "to refuse it would tell"
    assert leads(store) == {"a": "b"}
    assert leads(store, "su") == {"a": "b", "h": "b"}, "the oldest part of the circle gives way"
