"""Posts and deletions: which version stands, threads, tombstones, and every order of arrival."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from sqlalchemy import select

from models.language.annotation import Annotation, AnnotationRevision, Passage
from models.language.packing import pack
from models.records import (
    Account,
    Attachment,
    Channel,
    Company,
    Deletion,
    Employment,
    Person,
    Post,
    PostKind,
    Reaction,
    Record,
    Views,
)
from models.scope import Scope
from models.store import Store
from models.store.tables import (
    AnnotationRow,
    AttachmentRow,
    LinkRow,
    MentionRow,
    PostRow,
)
from models.stored import Change

METADATA = PostRow.metadata

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
EVERYONE = Scope(frozenset({"everyone"}))
CHANNEL = Channel(id="s:일반", network="s", name="일반")
ACCOUNT = Account(id="s:u1", network="s", handle="duri", person="p1")


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def post(id: str = "s:1", text: str = "배포는 언제 하나요?", **given: object) -> Post:  # noqa: A002
    values = {"channel": "s:일반", "account": "s:u1", "created": NOON, **given}
    return Post(id=id, text=text, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def known_places(store: Store) -> None:
    store.write([CHANNEL, ACCOUNT])


def keep(store: Store, id_: str, form: str) -> None:
    """Keep an annotation of a post, as publishing does."""
    [revision] = [one.revision for one in store.pending(0, 99) if one.id == id_]
    passage = Passage(start=0, end=2, forms=(form,), spans=np.array([[0, 2]], np.uint32))
    made = AnnotationRevision(analyzer="a", dictionary="d", tagger="t", embedder=None)
    annotation = Annotation(passages=(passage,), tags=(), topics=(), language="ko", revision=made)
    store.kept_annotations.keep({id_: (revision, pack(annotation))})


def text_of(store: Store, post_id: str = "s:1") -> str | None:
    found = store.posts([post_id], EVERYONE)
    return found[post_id].text if found else None


def publish_all(store: Store) -> None:
    while batch := store.pending(0, 100):
        store.acknowledge([one.revision for one in batch])


def test_a_post_comes_back_as_it_was_given(store: Store) -> None:
    given = post(
        title="배포 일정",
        tags=("배포", "일정"),
        links=("https://example.com/일정",),
        attachments=(
            Attachment(name="일정.pdf", size=2048),
            Attachment(name="그림.png", url="https://e.com/1"),
        ),
        mentions=("s:u2",),
        url="https://sns.example.com/1",
        edited=at(3),
    )
    assert [outcome.change for outcome in store.write([given])] == [Change.CREATED]
    stored = store.posts(["s:1"], EVERYONE)["s:1"]
    assert (stored.text, stored.title, stored.tags, stored.links) == (
        given.text,
        given.title,
        given.tags,
        given.links,
    )
    assert stored.attachments == given.attachments
    assert (stored.created, stored.edited, stored.url) == (NOON, at(3), given.url)
    assert (stored.channel_name, stored.network, stored.thread, stored.parent) == ("일반", "s", "s:1", None)
    assert stored.author is not None
    assert stored.author.handle == "duri"


def test_the_same_post_twice_changes_nothing_and_spends_no_revision(store: Store) -> None:
    store.write([post()])
    revision = store.last_revision()
    assert [outcome.change for outcome in store.write([post(), post()])] == [Change.UNCHANGED] * 2
    assert store.last_revision() == revision


def test_an_older_revision_never_overwrites_a_newer_one(store: Store) -> None:
    store.write([post(text="둘째", source_revision=2)])
    (outcome,) = store.write([post(text="첫째", source_revision=1, edited=at(9))])
    assert (outcome.change, outcome.problem) == (Change.OLDER, "older_revision")
    assert text_of(store) == "둘째"


def test_without_revisions_the_time_of_the_edit_decides(store: Store) -> None:
    store.write([post(text="고침", edited=at(5))])
    assert store.write([post(text="처음")])[0].change is Change.OLDER
    assert store.write([post(text="다시 고침", edited=at(6))])[0].change is Change.UPDATED
    assert text_of(store) == "다시 고침"


def test_a_source_may_correct_itself_within_one_version(store: Store) -> None:
    store.write([post(text="오타ㅏ")])
    assert store.write([post(text="오타")])[0].change is Change.UPDATED
    assert text_of(store) == "오타"


def test_a_newer_version_with_the_same_text_still_keeps_older_ones_out(store: Store) -> None:
    store.write([post(text="같음", source_revision=1)])
    assert store.write([post(text="같음", source_revision=3)])[0].change is Change.UNCHANGED
    assert store.write([post(text="사이", source_revision=2)])[0].change is Change.OLDER


def test_duplicates_within_a_batch_behave_as_if_written_one_after_another(store: Store) -> None:
    batch: list[Record] = [
        post(text="첫째", source_revision=1),
        post(text="셋째", source_revision=3),
        post(text="둘째", source_revision=2),
        post(text="셋째", source_revision=3),
        Deletion(post="s:1", source_revision=3),
        post(text="셋째", source_revision=3),
        post(text="넷째", source_revision=4),
    ]
    changes = [outcome.change for outcome in store.write(batch)]
    assert changes == [
        Change.CREATED,
        Change.UPDATED,
        Change.OLDER,
        Change.UNCHANGED,
        Change.UPDATED,
        Change.OLDER,
        Change.UPDATED,
    ]
    assert text_of(store) == "넷째"


def test_what_an_edit_takes_out_is_kept_nowhere(store: Store) -> None:
    store.write([post(text="비밀번호는 나비야", source_revision=1)])
    keep(store, "s:1", "나비야")
    store.write([post(text="비밀번호는 지웠습니다", source_revision=2)])
    with store._reading() as connection:
        for table in METADATA.sorted_tables:
            assert "나비야" not in str(connection.execute(select(table)).all()), table.name


def test_every_change_takes_the_next_revision_in_the_order_of_writing(store: Store) -> None:
    store.write([post("s:1"), post("s:2"), post("s:3")])
    store.write([post("s:2", "고침", edited=at(1))])
    assert [(one.id, one.revision) for one in store.pending(0, 10)] == [("s:1", 1), ("s:3", 3), ("s:2", 4)]


# -- deletions


def test_deleting_removes_everything_that_was_written(store: Store) -> None:
    store.write([post(text="비밀 하나", links=("https://e.com",), mentions=("s:u2",), tags=("비밀",))])
    store.write(
        [post(text="비밀 둘", edited=at(1), attachments=(Attachment(name="비밀.txt"),), title="비밀")]
    )
    store.write([Deletion(post="s:1")])
    assert store.posts(["s:1"], EVERYONE) == {}
    with store._reading() as connection:
        for row in (AnnotationRow, AttachmentRow, LinkRow, MentionRow):
            assert connection.execute(select(row)).all() == []
        kept = connection.execute(select(PostRow)).mappings().one()
        assert "비밀" not in str(dict(kept))
        assert kept["account"] is None


def test_a_deletion_without_version_beats_everything_and_lets_nothing_back(store: Store) -> None:
    store.write([post(source_revision=7)])
    store.write([Deletion(post="s:1")])
    (outcome,) = store.write([post(source_revision=99, edited=at(999))])
    assert (outcome.change, outcome.problem) == (Change.OLDER, "deleted_before")
    assert text_of(store) is None


def test_a_deletion_of_an_unknown_post_keeps_a_later_import_out(store: Store) -> None:
    assert store.write([Deletion(post="s:1", deleted=at(5))])[0].change is Change.CREATED
    assert store.pending(0, 10) == []
    assert store.write([post(edited=at(5))])[0].change is Change.OLDER
    assert store.write([post(created=at(50))])[0].change is Change.OLDER
    assert text_of(store) is None


def test_only_a_version_newer_than_the_deletion_brings_a_post_back(store: Store) -> None:
    store.write([post(source_revision=1), Deletion(post="s:1", source_revision=2)])
    publish_all(store)
    assert store.write([post(text="되살림", source_revision=3)])[0].change is Change.UPDATED
    assert text_of(store) == "되살림"
    assert [one.deleted for one in store.pending(0, 10)] == [False]


def test_an_old_deletion_does_not_delete_what_was_edited_since(store: Store) -> None:
    store.write([post(edited=at(9))])
    assert store.write([Deletion(post="s:1", deleted=at(5))])[0].change is Change.OLDER
    assert text_of(store) is not None


def test_two_deletions_keep_out_what_either_would(store: Store) -> None:
    store.write([Deletion(post="s:1", deleted=at(9)), Deletion(post="s:1", deleted=at(3))])
    assert store.write([post(edited=at(6))])[0].change is Change.OLDER
    store.write([Deletion(post="s:1")])
    assert store.write([post(edited=at(60))])[0].change is Change.OLDER


# -- threads


def threads(store: Store) -> dict[str, str]:
    return {one.id: one.thread for one in store.replay(0, 1000)}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_replies_find_their_thread_in_every_order(store: Store, order: tuple[int, ...]) -> None:
    chain = [
        post("s:a"),
        post("s:b", parent="s:a", created=at(1)),
        post("s:c", parent="s:b", created=at(2)),
        post("s:d", parent="s:c", created=at(3)),
    ]
    for place in order:
        (outcome,) = store.write([chain[place]])
        assert outcome.problem is None
    assert threads(store) == dict.fromkeys(["s:a", "s:b", "s:c", "s:d"], "s:a")
    assert [one.id for one in store.thread("s:a", EVERYONE)] == ["s:a", "s:b", "s:c", "s:d"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_circle_of_replies_is_broken_at_its_earliest_post_in_every_order(
    store: Store, order: tuple[int, ...]
) -> None:
    circle = [
        post("s:a", parent="s:c", created=at(1)),
        post("s:b", parent="s:a", created=at(0)),
        post("s:c", parent="s:b", created=at(2)),
        post("s:d", parent="s:c", created=at(3)),
    ]
    problems = [store.write([circle[place]])[0].problem for place in order]
    assert problems.count("cyclic_reply") == 1
    assert threads(store) == dict.fromkeys(["s:a", "s:b", "s:c", "s:d"], "s:b")
    stored = store.posts(["s:a", "s:b"], EVERYONE)
    assert (stored["s:b"].parent, stored["s:a"].parent) == (None, "s:c")


def test_a_circle_within_one_batch_and_a_reply_to_itself_are_kept(store: Store) -> None:
    outcomes = store.write([post("s:a", parent="s:b"), post("s:b", parent="s:a"), post("s:x", parent="s:x")])
    assert [(outcome.change, outcome.problem) for outcome in outcomes] == [
        (Change.CREATED, "cyclic_reply")
    ] * 3
    assert threads(store) == {"s:a": "s:a", "s:b": "s:a", "s:x": "s:x"}


def test_a_reply_that_moves_takes_its_own_replies_along(store: Store) -> None:
    store.write([post("s:a"), post("s:z"), post("s:b", parent="s:a"), post("s:c", parent="s:b")])
    publish_all(store)
    store.write([post("s:b", parent="s:z", edited=at(1))])
    assert threads(store) == {"s:a": "s:a", "s:z": "s:z", "s:b": "s:z", "s:c": "s:z"}
    assert {one.id for one in store.pending(0, 10)} == {"s:b", "s:c"}
    assert "thread:s:z" in next(one for one in store.pending(0, 10) if one.id == "s:c").containers


def test_a_circle_ends_when_an_edit_takes_it_apart(store: Store) -> None:
    store.write([post("s:a", parent="s:b"), post("s:b", parent="s:a", created=at(1))])
    store.write([post("s:a", parent=None, edited=at(2))])
    assert threads(store) == {"s:a": "s:a", "s:b": "s:a"}
    assert store.posts(["s:b"], EVERYONE)["s:b"].parent == "s:a"


def test_a_thread_leaves_out_what_the_scope_does_not_see(store: Store) -> None:
    store.write([post("s:a"), post("s:b", parent="s:a", audience=("person:p9",)), post("s:c", parent="s:a")])
    assert [one.id for one in store.thread("s:a", EVERYONE)] == ["s:a", "s:c"]
    assert [one.id for one in store.thread("s:a", EVERYONE, limit=1)] == ["s:a"]


def test_a_post_names_no_post_that_its_reader_may_not_see(store: Store) -> None:
    store.write(
        [
            post("s:a", audience=("person:p9",)),
            post("s:b", parent="s:a", created=at(1), audience=("person:p9",)),
            post("s:d", parent="s:b", created=at(3)),
            post("s:c", parent="s:a", created=at(2)),
            post("s:e", parent="s:c", created=at(4)),
            post("s:x", parent="s:w"),
            post("s:z"),
            post("s:y", parent="s:z", created=at(1)),
            Deletion(post="s:z"),
        ]
    )
    seen = store.posts(["s:c", "s:d", "s:e", "s:x", "s:y"], EVERYONE)
    assert {one.id: (one.thread, one.parent) for one in seen.values()} == {
        "s:c": ("s:c", None),
        "s:d": ("s:c", None),
        "s:e": ("s:c", "s:c"),
        "s:x": ("s:x", None),
        "s:y": ("s:y", None),
    }
    insider = Scope(frozenset({"everyone", "person:p9"}))
    assert {one.thread for one in store.posts(["s:b", "s:d", "s:e"], insider).values()} == {"s:a"}


def test_a_thread_is_found_by_any_post_of_it_that_its_reader_sees(store: Store) -> None:
    store.write([post("s:a", audience=("person:p9",)), post("s:b", parent="s:a"), post("s:c", parent="s:a")])
    assert [one.id for one in store.thread("s:b", EVERYONE)] == ["s:b", "s:c"]
    assert [one.id for one in store.thread("s:c", EVERYONE)] == ["s:b", "s:c"]
    assert store.thread("s:a", EVERYONE) == []


def test_a_later_root_arriving_for_waiting_replies_makes_them_pending_again(store: Store) -> None:
    store.write([post("s:c", parent="s:b")])
    publish_all(store)
    store.write([post("s:b", parent="s:a")])
    assert {one.id: one.thread for one in store.pending(0, 10)} == {"s:b": "s:a", "s:c": "s:a"}


# -- odd input


def test_what_sql_cannot_hold_is_replaced_and_reported(store: Store) -> None:
    (outcome,) = store.write([post(text="가\ud800나\x00다", title="\udfff", tags=("태\x00그",))])
    assert (outcome.change, outcome.problem) == (Change.CREATED, "unstorable_character")
    stored = store.posts(["s:1"], EVERYONE)["s:1"]
    assert (stored.text, stored.title, stored.tags) == ("가\ufffd나다", "\ufffd", ("태그",))
    assert store.write([post(text="가\ud800나\x00다", title="\udfff", tags=("태\x00그",))])[0].change is (
        Change.UNCHANGED
    )


def test_odd_names_of_people_and_reactions_are_stored_too(store: Store) -> None:
    outcomes = store.write(
        [Person(id="p1", name="두\x00리"), Reaction(post="s:1", kind="\ud83d", account="s:u1")]
    )
    assert [outcome.problem for outcome in outcomes] == ["unstorable_character"] * 2


def test_a_number_beyond_64_bits_is_rejected_and_the_rest_is_kept(store: Store) -> None:
    outcomes = store.write([Views(post="s:1", count=2**70), post(source_revision=2**63), post("s:2")])
    assert [(outcome.change, outcome.problem) for outcome in outcomes] == [
        (Change.REJECTED, "unstorable_number"),
        (Change.REJECTED, "unstorable_number"),
        (Change.CREATED, None),
    ]


def test_a_date_in_the_future_is_kept_and_reported(store: Store) -> None:
    future = datetime(2999, 1, 1, tzinfo=UTC)
    (outcome,) = store.write([post(created=future)])
    assert (outcome.change, outcome.problem) == (Change.CREATED, "future_date")
    assert store.posts(["s:1"], EVERYONE)["s:1"].created == future


def test_dates_before_1970_and_posts_of_a_megabyte_come_back_whole(store: Store) -> None:
    old = datetime(1962, 7, 31, 1, 2, 3, 456789, tzinfo=UTC)
    long = "지식 " * 350_000
    store.write([post(created=old), post("s:2", long)])
    assert store.posts(["s:1"], EVERYONE)["s:1"].created == old
    assert text_of(store, "s:2") == long


def test_an_unknown_channel_or_author_is_reported_and_the_post_kept(store: Store) -> None:
    outcomes = store.write(
        [post("s:1", channel="s:모름"), post("s:2", account="s:u77"), post("s:3", account=None)]
    )
    assert [outcome.problem for outcome in outcomes] == ["unknown_channel", "unknown_account", None]
    author = store.posts(["s:2"], EVERYONE)["s:2"].author
    assert author is not None
    assert (author.account, author.person) == ("s:u77", None)


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    revision = store.last_revision()
    broken = Reaction(post="s:1", kind="좋아요", created="어제")  # type: ignore[arg-type]
    with pytest.raises(Exception, match="str"):
        store.write([post("s:1"), broken])
    assert (store.status().posts, store.last_revision(), store.pending(0, 10)) == (0, revision, [])


# -- every order


def story() -> list[Record]:
    """A company's records, each of which bears on how another one is stored."""
    return [
        Channel(id="s:비밀", network="slack", name="비밀", private=True),
        Account(id="s:u5", network="slack", handle="haneul", person="p5"),
        Employment(person="p5", company="A", unit="A1"),
        post("s:r", "질문", channel="s:비밀", account="s:u5", kind=PostKind.QUESTION),
        post("s:t", "답", channel="s:비밀", parent="s:r", created=at(1), source_revision=1),
        post("s:t", "고친 답", channel="s:비밀", parent="s:r", created=at(1), source_revision=2),
        Deletion(post="s:r", deleted=at(3)),
    ]


STATE = (
    PostRow.kind, PostRow.channel, PostRow.account, PostRow.company, PostRow.unit, PostRow.parent,
    PostRow.thread, PostRow.audience_given, PostRow.created, PostRow.edited, PostRow.source_revision,
    PostRow.deleted, PostRow.deleted_at, PostRow.title, PostRow.text,
)  # fmt: skip


def state(store: Store, prefix: str) -> dict[str, tuple[object, ...]]:
    with store._reading() as connection:
        rows = connection.execute(
            select(PostRow.id, *STATE).where(PostRow.id.startswith(prefix)).order_by(PostRow.id)
        ).all()
    derived = {one.id: (one.audience, one.containers, one.network) for one in store.replay(0, 1000)}
    return {row.id: (*row[1:], *derived[row.id]) for row in rows}


def test_every_order_of_the_same_records_gives_the_same_state(store: Store) -> None:
    states = set()
    for number, order in enumerate(list(permutations(story()))[::83]):
        records = [renumbered(record, number) for record in order]
        if number % 2:
            store.write(records)
        for record in records:  # after a batch: all of them a second time
            store.write([record])
        prefix = f"{number}-"
        states.add(str(state(store, prefix)).replace(prefix, ""))
    assert len(states) == 1


def renumbered(record: Record, number: int) -> Record:
    """The same record in a world of its own: every id gets a prefix."""
    changes = {
        field.name: f"{number}-{value}"
        for field in fields(record)
        if field.name in ("id", "post", "channel", "account", "person", "parent", "company", "unit")
        and isinstance(value := getattr(record, field.name), str)
    }
    return replace(record, **changes)


def test_records_of_a_company_may_come_before_or_after_its_posts(store: Store) -> None:
    store.write([post("s:9", account="s:u9")])
    store.write([Company(id="A", name="가온"), Employment(person="p9", company="A", unit="A1")])
    assert store.posts(["s:9"], EVERYONE)["s:9"].company is None
    store.write([Account(id="s:u9", network="s", handle="nine", person="p9")])
    stored = store.posts(["s:9"], EVERYONE)["s:9"]
    assert (stored.company, stored.unit) == ("A", "A1")
