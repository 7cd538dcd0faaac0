"""What is pending, what an acknowledgement settles, rebuilds, and annotations as they are kept."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.language.annotation import Annotation, AnnotationRevision, Passage, Tag
from models.language.dictionary import says_one_of
from models.language.packing import pack
from models.ranking_features import PassageText
from models.records import (
    Acceptance,
    Account,
    Attachment,
    Channel,
    Deletion,
    Employment,
    Person,
    Post,
    Reaction,
    Verification,
    Views,
)
from models.scope import Scope
from models.store import Store, publication
from models.stored import PendingPost, Refusal

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
EVERYONE = Scope(frozenset({"everyone"}))


def post(id: str = "s:1", text: str = "색인을 다시 만들었습니다", **given: object) -> Post:  # noqa: A002
    values = {"channel": "s:일반", "created": NOON, **given}
    return Post(id=id, text=text, **values)  # type: ignore[arg-type]


def publish_all(store: Store) -> None:
    while batch := store.pending(0, 100):
        store.acknowledge([one.revision for one in batch])


def read_all(store: Store) -> None:
    store.kept_annotations.keep({one.id: (one.revision, pack(annotation())) for one in store.replay(0, 100)})


def annotation(form: str = "색인") -> Annotation:
    vector = np.array([0.6, -0.8, 0.0], np.float32)
    return Annotation(
        passages=(
            Passage(
                start=0,
                end=8,
                forms=(form, "만들"),
                spans=np.array([[0, 2], [7, 9]], np.uint32),
                vector=vector,
            ),
            Passage(start=8, end=13, forms=(), spans=np.zeros((0, 2), np.uint32)),
            Passage(
                start=13, end=70_000, forms=("끝",), spans=np.array([[13, 70_000]], np.uint32), vector=-vector
            ),
        ),
        tags=(Tag(key="색인", name="색인", kind="phrase", weight=0.75),),
        language="ko",
        revision=AnnotationRevision(analyzer="mecab-1", dictionary="d1", tagger="t1", embedder=None),
    )


PACKED = pack(annotation())


def same(one: Annotation | None, other: Annotation) -> bool:
    assert one is not None
    assert (one.tags, one.language, one.revision) == (other.tags, other.language, other.revision)
    for left, right in zip(one.passages, other.passages, strict=True):
        assert (left.start, left.end, left.forms) == (right.start, right.end, right.forms)
        assert left.spans.dtype == np.uint32
        np.testing.assert_array_equal(left.spans, right.spans)
        if right.vector is None:
            assert left.vector is None
        else:
            assert left.vector is not None
            assert left.vector.dtype == np.float32
            np.testing.assert_allclose(left.vector, right.vector, atol=5e-4)
    return True


@pytest.fixture(autouse=True)
def known_places(store: Store) -> None:
    store.write([Channel(id="s:일반", network="s", name="일반")])


def test_pending_gives_all_that_indexing_needs_and_ends_with_the_acknowledgement(store: Store) -> None:
    file = Attachment(name="안내.pdf")
    store.write([post(title="공지", tags=("배포",), attachments=(file,), account="s:u1", parent="s:0")])
    (pending,) = store.pending(0, 10)
    assert pending.labels == ("안내 pdf", "배포")
    assert (pending.title, pending.text, pending.source_tags) == (
        "공지",
        "색인을 다시 만들었습니다",
        ("배포",),
    )
    assert (pending.thread, pending.channel, pending.network, pending.kind) == ("s:0", "s:일반", "s", "post")
    assert pending.containers == ("channel:s:일반", "thread:s:0")
    assert pending.annotation is None
    store.acknowledge([pending.revision])
    assert store.pending(0, 10) == []


def test_pending_goes_on_after_a_revision(store: Store) -> None:
    store.write([post(f"s:{number}") for number in range(5)])
    first = store.pending(0, 2)
    assert [one.id for one in first] == ["s:0", "s:1"]
    assert [one.id for one in store.pending(first[-1].revision, 10)] == ["s:2", "s:3", "s:4"]


def test_an_anonymous_post_is_published_without_its_company_and_unit(store: Store) -> None:
    store.write([Account(id="s:u1", network="s", handle="duri", person="p1"), Person(id="p1", name="두리")])
    store.write([Employment(person="p1", company="A", unit="A1")])
    store.write([post("s:1", account="s:u1"), post("s:2", account="s:u1", anonymous=True)])
    assert [(one.company, one.unit) for one in store.pending(0, 10)] == [("A", "A1"), (None, None)]


def test_an_employer_that_is_learnt_late_publishes_no_anonymous_post_again(store: Store) -> None:
    store.write([Account(id="s:u1", network="s", handle="duri", person="p1"), Person(id="p1", name="두리")])
    store.write([post("s:1", account="s:u1"), post("s:2", account="s:u1", anonymous=True)])
    publish_all(store)
    store.write([Employment(person="p1", company="A", unit="A1")])
    assert [one.id for one in store.pending(0, 10)] == ["s:1"]


def test_signals_never_make_a_post_pending(store: Store) -> None:
    store.write([post()])
    publish_all(store)
    revision = store.last_revision()
    store.write(
        [
            Reaction(post="s:1", account="s:u2"),
            Views(post="s:1", count=9),
            Acceptance(question="s:0", answer="s:1"),
            Verification(post="s:1", person="p1"),
        ]
    )
    assert (store.pending(0, 10), store.last_revision()) == ([], revision)


def test_what_the_index_does_not_hold_need_not_be_published_again(store: Store) -> None:
    store.write([post()])
    publish_all(store)
    store.write([post(url="https://sns.example.com/neu", mentions=("s:u2",))])
    assert store.pending(0, 10) == []


def test_an_acknowledgement_of_an_older_state_leaves_the_post_pending(store: Store) -> None:
    store.write([post()])
    (before,) = store.pending(0, 10)
    store.write([post(text="고침", edited=NOON)])
    store.acknowledge([before.revision])
    assert [one.text for one in store.pending(0, 10)] == ["고침"]


def test_a_change_and_back_while_the_publisher_works_is_published_again(store: Store) -> None:
    store.write([post(text="처음")])
    publish_all(store)
    store.write([post(text="바뀜")])
    (between,) = store.pending(0, 10)
    store.write([post(text="처음")])
    assert [one.text for one in store.pending(0, 10)] == ["처음"]
    store.acknowledge([between.revision])
    assert [one.text for one in store.pending(0, 10)] == ["처음"]


def test_a_deleted_post_is_pending_without_text_until_it_is_taken_out(store: Store) -> None:
    store.write([post()])
    read_all(store)
    publish_all(store)
    store.write([Deletion(post="s:1")])
    (pending,) = store.pending(0, 10)
    assert (pending.deleted, pending.text, pending.title, pending.audience) == (True, "", None, ())
    assert pending.annotation is None
    assert list(store.published()) == [("s:1", 1)]
    store.acknowledge([pending.revision])
    assert (store.pending(0, 10), list(store.published())) == ([], [])


def test_an_acknowledgement_of_an_unknown_post_is_nothing(store: Store) -> None:
    store.acknowledge([10**9])
    assert list(store.published()) == []


# -- annotations


def test_annotations_come_back_as_they_were_kept(store: Store) -> None:
    store.write([post()])
    read_all(store)
    publish_all(store)
    assert same(store.annotations(["s:1", "s:2"], EVERYONE)["s:1"], annotation())
    assert store.replay(0, 10)[0].annotation == PACKED


def test_annotations_can_be_kept_without_publishing(store: Store) -> None:
    store.write([post("s:1"), post("s:2")])
    first, second = store.pending(0, 10)
    store.kept_annotations.keep({first.id: (first.revision, PACKED), second.id: (99, PACKED)})
    pending = {one.id: one.annotation for one in store.pending(0, 10)}
    assert pending["s:1"] == PACKED
    assert pending["s:2"] is None


def test_an_annotation_outlives_a_change_of_access_and_not_one_of_content(store: Store) -> None:
    store.write([post()])
    read_all(store)
    publish_all(store)
    store.write([Channel(id="s:일반", network="s", name="일반", private=True)])
    assert store.pending(0, 1)[0].annotation == PACKED
    store.write([post(text="고침", edited=NOON)])
    assert store.pending(0, 1)[0].annotation is None
    assert store.annotations(["s:1"], Scope(frozenset({"channel:s:일반"}))) == {}


def test_a_standing_holds_the_passage_that_is_asked_for(store: Store) -> None:
    store.write([post(text="새로 만들었습니다. 다음에는 손대지 않아도 됩니다", title="색인")])
    read_all(store)

    def passage(number: int, scope: Scope = EVERYONE) -> PassageText | None:
        standing = store.ranking_features({"s:1": number}, scope).get("s:1")
        return standing.passage if standing else None

    whole = "색인\n새로 만들었습니다. 다음에는 손대지 않아도 됩니다"
    assert passage(0) == PassageText(whole[:8], "색인 만들", "ko")
    assert passage(1) == PassageText(whole[8:13], "", "ko")
    assert passage(2) == PassageText(whole[13:], "끝", "ko")
    assert passage(3) is None, "the post had more passages when the index was made"
    assert passage(0, Scope()) is None
    store.write([post(text="고침", edited=NOON)])
    assert store.ranking_features({"s:1": 0}, EVERYONE)["s:1"].passage is None, "not read again yet"


def test_a_changed_dictionary_concerns_only_posts_with_its_words(store: Store) -> None:
    store.write(
        [
            post("s:1", "쿠버네티스 배포"),
            post("s:2", "점심 메뉴"),
            post("s:3", "메뉴", title="ＡＰＩ 안내"),
            post("s:4", "쿠버\u200b네티스"),
            post("s:5", "쿠버네티스"),
            Deletion(post="s:5"),
            post("s:6", "첨부합니다", attachments=(Attachment(name="쿠버네티스_안내.pdf"),)),
            post("s:7", "보세요", links=("https://wiki.example/api",)),
        ]
    )
    read_all(store)
    publish_all(store)
    revision = store.last_revision()
    assert store.reread(says_one_of(["쿠버네티스", "api", " "])) == 5
    pending = store.pending(0, 10)
    assert [one.id for one in pending] == ["s:1", "s:3", "s:4", "s:6", "s:7"]
    assert all(one.annotation is None and one.revision > revision for one in pending)
    assert store.reread(says_one_of([])) == 0
    assert store.reread(says_one_of(["(", "없는말"])) == 0


# -- rebuilds


def test_replay_gives_every_post_once_by_revision(store: Store) -> None:
    store.write([post(f"s:{number}") for number in range(7)])
    publish_all(store)
    store.write([Deletion(post="s:3"), post("s:1", "고침", edited=NOON)])
    found: list[PendingPost] = []
    after = 0
    while batch := store.replay(after, 3):
        found += batch
        after = batch[-1].revision
    assert [one.id for one in found] == ["s:0", "s:2", "s:4", "s:5", "s:6", "s:3", "s:1"]
    assert [one.id for one in found if one.deleted] == ["s:3"]
    assert store.replay(store.last_revision(), 10) == []


@pytest.mark.parametrize("span", [1, 3, 100])
def test_after_a_rebuild_everything_up_to_its_revision_is_published_as_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch, span: int
) -> None:
    monkeypatch.setattr(publication, "SPAN", span)
    store.write([post("s:1"), post("s:2"), Deletion(post="s:2"), post("s:3")])
    revision = store.last_revision()
    store.write([post("s:4"), post("s:3", "고침", edited=NOON)])
    publish_all(store)
    store.acknowledge_through(revision)
    assert [one.id for one in store.pending(0, 10)] == ["s:4", "s:3"]
    publish_all(store)
    assert list(store.published()) == [("s:1", 1), ("s:3", 6), ("s:4", 5)]


@pytest.mark.parametrize("span", [1, 3, 100])
def test_what_a_rebuild_refused_is_not_published_by_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, span: int
) -> None:
    monkeypatch.setattr(publication, "SPAN", span)
    store.write([post("s:1"), post("s:2"), post("s:3")])
    publish_all(store)
    refused = [Refusal(post="s:2", revision=2, reason="too long")]
    store.acknowledge_through(store.last_revision(), refused)
    assert list(store.published()) == [("s:1", 1), ("s:3", 3)]
    assert store.refusals.first(9) == refused
    assert (store.pending(0, 10), store.status().refused) == ([], 1)
    store.write([post("s:2", "고침", edited=NOON)])
    assert [one.id for one in store.pending(0, 10)] == ["s:2"]
    assert (store.refusals.first(9), store.status().refused) == ([], 0)


def test_another_index_is_given_what_this_one_refused(store: Store) -> None:
    store.write([post("s:1"), post("s:2")])
    store.refusals.remember([Refusal(post="s:2", revision=2, reason="too long")])
    assert [one.id for one in store.pending(0, 10)] == ["s:1"]
    publish_all(store)
    store.withdraw_all()
    assert [one.id for one in store.pending(0, 10)] == ["s:1", "s:2"]
    assert store.status().refused == 0


def test_a_rebuild_opens_a_narrowed_channel_again(store: Store) -> None:
    store.write([post(), Person(id="p1", name="두리")])
    publish_all(store)
    store.write([Channel(id="s:일반", network="s", name="일반", private=True)])
    assert store.scope_of("p1").denied
    store.acknowledge_through(store.last_revision())
    assert not store.scope_of("p1").denied


@pytest.mark.parametrize("span", [1, 100])
def test_when_the_index_is_gone_every_post_is_pending_and_deleted_ones_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, span: int
) -> None:
    # The index may come back, and still hold what was deleted while another one was in use.
    monkeypatch.setattr(publication, "SPAN", span)
    store.write([post("s:1"), post("s:2")])
    publish_all(store)
    store.write([Deletion(post="s:2")])
    publish_all(store)
    store.withdraw_all()
    assert [(one.id, one.deleted) for one in store.pending(0, 10)] == [("s:1", False), ("s:2", True)]
    assert list(store.published()) == []
    publish_all(store)
    assert list(store.published()) == [("s:1", 1)]


def test_published_lists_what_the_index_holds_with_its_revision(store: Store) -> None:
    store.write([post("s:1"), post("s:2"), post("s:3")])
    publish_all(store)
    store.write([post("s:2", "고침", edited=NOON), post("s:4")])
    assert list(store.published()) == [("s:1", 1), ("s:2", 2), ("s:3", 3)]
    publish_all(store)
    assert dict(store.published()) == {"s:1": 1, "s:2": 4, "s:3": 3, "s:4": 5}


def test_the_status_counts(store: Store) -> None:
    store.write([post("s:1"), post("s:2", created=NOON + timedelta(hours=1)), Deletion(post="s:1")])
    status = store.status()
    assert (status.posts, status.deleted, status.pending, status.channels) == (1, 1, 2, 1)
    assert status.revision == store.last_revision() == 3
