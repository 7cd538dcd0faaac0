"""Posts that put right, replace or revoke others: found as posts come and go, decided on, and told to whom."""

from datetime import UTC, datetime, timedelta

import pytest

from models.errors import BadInput
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
from models.store import Store, succession_context
from models.stored import Change
from models.succession import Standing, Why
from pipelines.succession import following
from pipelines.succession.following import SuccessionFollower

START = datetime(2026, 2, 2, 9, tzinfo=UTC)
PEOPLE: tuple[Record, ...] = (
    Company(id="c:1", name="정공"),
    *(Person(id=f"p:{name}", name=shown) for name, shown in (("ki", "홍기태"), ("su", "변광수"), ("so", "정소연"))),
    Person(id="p:guest", name="고은채", guest=True),
    *(Employment(person=f"p:{name}", company="c:1") for name in ("ki", "su", "so")),
    *(Account(id=f"sns:{name}", network="sns", handle=name, person=f"p:{name}") for name in ("ki", "su", "so", "guest")),
    Channel(id="ch:docs", network="sns", name="지식문서"),
    Channel(id="ch:talk", network="sns", name="물류·고객"),
    Channel(id="ch:secret", network="sns", name="운영진", private=True),
    Membership(channel="ch:secret", account="sns:su"),
    Membership(channel="ch:docs", account="sns:guest"),
)  # fmt: skip


def post(
    id_: str, text: str, *, by: str = "ki", day: int = 0, channel: str = "ch:docs", **fields: object
) -> Post:
    return Post(
        id=id_, channel=channel, account=f"sns:{by}", text=text, created=START + timedelta(days=day), **fields
    )  # type: ignore[arg-type]


OLD = post(
    "kms:1",
    "하절기 냉동 식품은 상자 크기와 관계없이 드라이아이스 500g과 젤형 아이스팩 두 장을 바닥에 깐다.",
    kind=PostKind.DOCUMENT,
    title="신선식품 보냉 포장 기준 v1.3",
)
COMMENT = post(
    "kms:2", "이 문서 2항은 올여름부터 틀린 내용입니다. 위에 얹으세요.", by="su", day=150,
    kind=PostKind.COMMENT, parent="kms:1",
)  # fmt: skip
NOTICE = post(
    "sns:1",
    "지식문서에 있는 v1.3(드라이아이스 500g)은 이제 쓰지 마세요. 냉동 상자는 1.2kg을 위에 얹습니다.",
    by="su",
    day=140,
    channel="ch:talk",
    title="여름 보냉 포장 기준 바꿉니다",
)


def write(store: Store, *records: Record) -> None:
    for outcome in store.write(records):
        assert outcome.change is not Change.REJECTED, outcome
    follow(store)


def follow(store: Store) -> int:
    """Look through all that has changed; how often more was left."""
    follower = SuccessionFollower(store)
    return sum(1 for _ in iter(follower.follow, False))


def seen(store: Store, person: str = "p:so") -> dict[str, list[str]]:
    """By post its successors, as a person is told."""
    found = store.successions.of(["kms:1", "kms:2", "sns:1", "q:2"], store.scope_of(person))
    return {older: sorted(one.post for one in successors) for older, successors in found.items()}


def test_a_comment_and_a_notice_supersede_a_document_however_often_they_come(store: Store) -> None:
    write(store, *PEOPLE, OLD, COMMENT, NOTICE)
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}
    write(store, *PEOPLE, OLD, COMMENT, NOTICE)
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}


@pytest.mark.parametrize("last", [OLD, COMMENT, NOTICE], ids=lambda record: record.id)
def test_whatever_comes_last_the_same_is_found(store: Store, last: Post) -> None:
    first = [record for record in (OLD, COMMENT, NOTICE) if record is not last]
    write(store, *PEOPLE, *first)
    write(store, last)
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}


def test_a_comment_that_names_place_and_day_of_a_notice_tells_of_that_one(store: Store) -> None:
    notice = post(
        "sns:1", "냉동 상자는 1.2kg을 위에 얹는 것으로 합니다.", by="so", day=140, channel="ch:talk"
    )
    naming = post(
        "kms:2", "이 문서는 이제 쓰지 마세요. 물류·고객 방 6월 22일 공지를 따라 주세요.", by="su", day=150,
        kind=PostKind.COMMENT, parent="kms:1",
    )  # fmt: skip
    write(store, *PEOPLE, OLD, notice, naming)
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}


def test_who_takes_back_what_they_said_was_put_right_by_what_they_answer(store: Store) -> None:
    asked = post("q:1", "VPN이 자꾸 끊기는데 어떻게 하나요?", kind=PostKind.QUESTION, channel="ch:talk")
    wrong = post(
        "q:2",
        "MTU를 1200으로 낮추면 됩니다.",
        by="su",
        day=1,
        kind=PostKind.ANSWER,
        parent="q:1",
        channel="ch:talk",
    )
    right = post(
        "q:3", "인증서를 갱신하세요.", by="so", day=2, kind=PostKind.ANSWER, parent="q:1", channel="ch:talk"
    )
    sorry = post(
        "q:4", "제가 잘못 짚었네요.", by="su", day=3, kind=PostKind.COMMENT, parent="q:3", channel="ch:talk"
    )
    write(store, *PEOPLE, asked, wrong, right)
    assert seen(store) == {}
    write(store, sorry)
    assert seen(store) == {"q:2": ["q:3"]}
    assert store.successions.of(["q:2"], store.scope_of("p:so"))["q:2"][0].why is Why.ADMISSION


def test_what_an_edit_no_longer_says_is_forgotten_and_what_a_curator_said_is_not(store: Store) -> None:
    write(store, *PEOPLE, OLD, COMMENT, NOTICE)
    store.successions.decide("kms:1", "sns:1", "p:so", holds=True)
    later = START + timedelta(days=160)
    harmless = post(
        "kms:2", "잘 읽었습니다.", by="su", day=150, kind=PostKind.COMMENT, parent="kms:1", edited=later
    )
    silent = post("sns:1", "수고하세요", by="su", day=140, channel="ch:talk", edited=later)
    write(store, harmless, silent)
    assert seen(store) == {"kms:1": ["sns:1"]}
    assert store.successions.of(["kms:1"], store.scope_of("p:so"))["kms:1"][0].confirmed


def test_what_a_curator_refused_stays_refused_when_it_is_found_again(store: Store) -> None:
    write(store, *PEOPLE, OLD, COMMENT, NOTICE)
    assert store.successions.decide("kms:1", "sns:1", "p:so", holds=False) is Change.CREATED
    assert store.successions.decide("kms:1", "sns:1", "p:so", holds=False) is Change.UNCHANGED
    write(
        store,
        post(OLD.id, OLD.text + " 끝.", kind=OLD.kind, title=OLD.title, edited=START + timedelta(days=1)),
    )
    assert seen(store) == {"kms:1": ["kms:2"]}
    assert store.successions.standing("kms:1", "sns:1") is Standing.REFUSED
    assert store.successions.decide("kms:1", "sns:1", "p:so", holds=True) is Change.UPDATED
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}


@pytest.mark.parametrize(
    ("gone", "left"),
    [("kms:1", {}), ("sns:1", {"kms:1": ["kms:2"]}), ("kms:2", {"kms:1": ["sns:1"]})],
)
def test_a_post_that_goes_supersedes_nothing_and_is_superseded_by_nothing(
    store: Store, gone: str, left: dict[str, list[str]]
) -> None:
    write(store, *PEOPLE, OLD, COMMENT, NOTICE)
    write(store, Deletion(post=gone))
    assert seen(store) == left


def test_nothing_runs_in_a_circle(store: Store) -> None:
    twin = post("kms:3", "같은 날의 문서입니다.", kind=PostKind.DOCUMENT)
    write(store, *PEOPLE, OLD, NOTICE, twin)
    with pytest.raises(BadInput):
        store.successions.decide("sns:1", "kms:1", "p:so", holds=True)
    with pytest.raises(BadInput):
        store.successions.decide("kms:1", "kms:1", "p:so", holds=True)
    with pytest.raises(BadInput):
        store.successions.decide("kms:3", "kms:1", "p:so", holds=True)
    assert store.successions.decide("kms:1", "kms:3", "p:so", holds=True) is Change.CREATED
    # A date that is put right turns none round.
    write(store, post(twin.id, twin.text, day=-9, kind=twin.kind, edited=START + timedelta(days=1)))
    assert seen(store) == {"kms:1": ["sns:1"]}


# -- who is told


def test_who_may_not_see_the_newer_or_the_older_post_is_told_of_neither(store: Store) -> None:
    secret = post("sns:1", NOTICE.text, by="su", day=140, channel="ch:secret", title=NOTICE.title)
    write(store, *PEOPLE, OLD, secret)
    assert seen(store, "p:su") == {"kms:1": ["sns:1"]}
    assert seen(store, "p:so") == {}
    write(
        store,
        post(
            "sns:1",
            NOTICE.text,
            by="su",
            day=140,
            channel="ch:talk",
            title=NOTICE.title,
            edited=START + timedelta(days=170),
        ),
    )
    assert seen(store, "p:so") == {"kms:1": ["sns:1"]}
    assert seen(store, "p:guest") == {}, "the guest is no member of ch:talk"
    store.successions.decide("kms:1", "sns:1", "p:so", holds=True)
    assert seen(store, "p:guest") == {}


def test_a_hidden_post_marks_nothing_for_who_sees_the_other_two(store: Store) -> None:
    plain = post("sns:1", "냉동 상자는 1.2kg을 위에 얹는 것으로 합니다.", by="so", day=140, channel="ch:talk")
    telling = post(
        "kms:2", "이 문서는 이제 쓰지 마세요. 물류·고객 방 6월 22일 공지를 따라 주세요.", by="su", day=150,
        kind=PostKind.COMMENT, parent="kms:1", audience=("person:p:su",),
    )  # fmt: skip
    write(store, *PEOPLE, OLD, plain, telling)
    assert seen(store, "p:su") == {"kms:1": ["kms:2", "sns:1"]}
    assert seen(store, "p:so") == {}


@pytest.mark.parametrize("container", ["thread:sns:1", "channel:ch:talk", "thread:kms:1", "channel:ch:docs"])
def test_what_is_denied_marks_nothing_and_is_not_marked(store: Store, container: str) -> None:
    write(store, *PEOPLE, OLD, NOTICE, Denial(container=container, person="p:so"))
    assert seen(store, "p:ki") == {"kms:1": ["sns:1"]}
    assert seen(store, "p:so") == {}


def test_an_anonymous_post_is_nobodys_and_so_replaces_nothing_by_its_author(store: Store) -> None:
    first = post(
        "sns:5",
        "할인 쿠폰 상한은 25%이고 장바구니 쿠폰이 먼저 잘립니다. 상담팀은 이 글을 봐 주세요.",
        channel="ch:talk",
    )
    changed = "이제 안 맞는 설명입니다. 할인 쿠폰 상한은 18%이고 장바구니 쿠폰은 못 씁니다. 상담팀은 이 글을 봐 주세요."
    told = {"title": "[변경] 할인 쿠폰 상한 18%", "channel": "ch:talk", "day": 30}
    write(store, *PEOPLE, first, post("sns:6", changed, anonymous=True, **told))  # type: ignore[arg-type]
    scope = store.scope_of("p:so")
    assert store.successions.of(["sns:5"], scope) == {}
    write(store, post("sns:7", changed, **told))  # type: ignore[arg-type]
    assert [one.post for one in store.successions.of(["sns:5"], scope)["sns:5"]] == ["sns:7"]


def test_among_many_that_come_at_once_the_same_is_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, *PEOPLE, COMMENT, NOTICE)
    monkeypatch.setattr(succession_context, "FEW", 0)
    write(store, OLD)
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}
    write(store, Deletion(post="kms:2"))
    assert seen(store) == {"kms:1": ["sns:1"]}


@pytest.mark.parametrize("order", [(OLD, COMMENT, NOTICE), (NOTICE, COMMENT, OLD)], ids=["by time", "late"])
def test_what_is_looked_through_a_little_at_a_time_is_found_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch, order: tuple[Post, ...]
) -> None:
    monkeypatch.setattr(following, "LOOKED_THROUGH", 1)
    for outcome in store.write([*PEOPLE, *order]):
        assert outcome.change is not Change.REJECTED, outcome
    assert follow(store) == len(order) - 1
    assert seen(store) == {"kms:1": ["kms:2", "sns:1"]}
    assert follow(store) == 0
