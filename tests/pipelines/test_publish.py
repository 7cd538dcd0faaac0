"""Publishing brings the index up to the store, and only as far as the store."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts import EVERYONE, TEXTS, Parts, post

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.records import Channel, Deletion
from models.scope import Scope
from pipelines import annotating, publish
from pipelines.publish import Publisher
from pipelines.succession import following
from pipelines.verify import verify

LATER = datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_a_pending_post_is_found_once_published(parts: Parts) -> None:
    parts.write(post(1, "출장비 정산은 그룹웨어에서 합니다"))
    assert parts.found("정산") == set()
    tally = parts.publisher.publish()
    assert (tally.put, tally.withdrawn) == (1, 0)
    assert parts.found("정산") == {"sns:1"}
    assert parts.store.status().pending == 0


def test_publishing_twice_puts_nothing_the_second_time(parts: Parts) -> None:
    parts.write(post(1, "연차 신청 방법"))
    parts.publisher.publish()
    assert parts.publisher.publish().put == 0


def test_an_edit_replaces_and_a_deletion_withdraws(parts: Parts) -> None:
    parts.write(post(1, "회의실 예약"), post(2, "주차장 예약"))
    parts.publisher.publish()
    parts.write(post(1, "셔틀버스 시간표", edited=LATER), Deletion(post="sns:2"))
    tally = parts.publisher.publish()
    assert (tally.put, tally.withdrawn) == (1, 1)
    assert parts.found("예약") == set()
    assert parts.found("셔틀버스") | parts.found("셔틀") == {"sns:1"}
    assert verify(parts.store, parts.engine).agrees


def test_a_channel_turned_private_takes_its_posts_from_everyone(parts: Parts) -> None:
    parts.write(post(1, "신제품 단가표"))
    parts.publisher.publish()
    parts.write(Channel(id="sns:town", network="sns", name="광장", private=True))
    parts.publisher.publish()
    assert parts.found("단가표") | parts.found("단가") == set()
    member = Scope(frozenset({"channel:sns:town"}))
    assert parts.found("단가표", member) | parts.found("단가", member) == {"sns:1"}


def test_what_arrives_while_publishing_is_published_in_the_same_run(parts: Parts) -> None:
    def arriving() -> object:
        for number in range(3):
            parts.write(post(number, f"{number}호기 점검"))
            yield number

    assert parts.publisher.publish(arriving=arriving()).put == 3  # type: ignore[arg-type]
    assert parts.found("점검") == {"sns:0", "sns:1", "sns:2"}


def test_progress_adds_up_to_all_posts(parts: Parts) -> None:
    parts.write(*(post(number, f"{number}번째 공지") for number in range(1200)))
    amounts: list[int] = []
    parts.publisher.publish(amounts.append)
    assert sum(amounts) == 1200
    assert len(amounts) > 1


def test_a_wiped_index_is_filled_again(parts: Parts, tmp_path: Path, annotator: Annotator) -> None:
    parts.write(post(1, "백업 정책"))
    parts.publisher.publish()
    fresh = EmbeddedEngine.open(
        tmp_path / "other", Fingerprint(analyzer=annotator.revision.analyzer), writable=True
    )
    assert Publisher(parts.store, fresh, annotator, AnnotatorSpec()).publish().put == 1
    assert verify(parts.store, fresh).agrees
    fresh.close()


def test_an_index_taken_up_again_drops_what_was_deleted_meanwhile(
    parts: Parts, tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = Fingerprint(analyzer=annotator.revision.analyzer)
    other = EmbeddedEngine.open(tmp_path / "other", fingerprint, writable=True)
    elsewhere = Publisher(parts.store, other, annotator, AnnotatorSpec())
    parts.write(post(1, "극비 합병 검토"))
    parts.publisher.publish()
    elsewhere.publish()
    parts.write(Deletion(post="sns:1"))
    elsewhere.publish()
    parts.write(*(post(number, f"{number}번 창고 재고") for number in range(100, 120)))
    monkeypatch.setattr(publish, "PAGE", 10)
    seen: list[int] = []
    parts.publisher.publish(lambda amount: seen.append(len(parts.engine.suggest("극비", EVERYONE, 10))))
    assert seen == [0, 0, 0], "what was deleted goes first"
    assert parts.found("합병") == set()
    assert parts.engine.suggest("극비", EVERYONE, 10) == ()
    assert verify(parts.store, parts.engine).agrees
    other.close()


def test_a_rebuild_keeps_edits_and_deletions_that_arrive_meanwhile(parts: Parts) -> None:
    parts.write(*(post(number, f"{number}번 창고 재고") for number in range(1200)))
    parts.publisher.publish()
    arrivals = [
        lambda: parts.write(post(3, "냉동 탑차 배차", edited=LATER)),
        lambda: parts.write(Deletion(post="sns:4"), post(5000, "반품 접수")),
    ]

    def meanwhile() -> None:
        assert parts.found("재고"), "the old index serves until the swap"
        if arrivals:
            arrivals.pop()()
        parts.publisher.publish()

    before = parts.engine.identity
    parts.publisher.rebuild(meanwhile=meanwhile)
    assert parts.engine.identity != before
    assert parts.store.status().pending == 0
    assert verify(parts.store, parts.engine).agrees
    assert parts.found("배차") == {"sns:3"}
    assert parts.found("반품") == {"sns:5000"}
    assert "sns:4" not in parts.found("재고")


def test_a_rebuild_reads_nothing_again(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    parts.write(post(1, "보안 점검"))
    parts.publisher.publish()
    post_texts: list[object] = []
    original: Callable[..., list[object]] = annotating.Annotator.annotate  # type: ignore[assignment]
    monkeypatch.setattr(
        annotating.Annotator,
        "annotate",
        lambda self, given: (post_texts.extend(given), original(self, given))[1],
    )
    parts.publisher.rebuild()
    assert post_texts == []
    assert parts.found("보안") == {"sns:1"}


def test_a_failed_rebuild_leaves_the_old_index_serving(parts: Parts) -> None:
    parts.write(post(1, "결재 지연"))
    parts.publisher.publish()
    before = parts.engine.identity

    def failing() -> None:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        parts.publisher.rebuild(meanwhile=failing)
    assert parts.engine.identity == before
    assert parts.found("결재") == {"sns:1"}


def test_workers_give_the_same_annotations_as_this_process(
    parts: Parts, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.write(*(post(number, f"{number}번 라인 불량률 보고 #품질") for number in range(1500)))
    monkeypatch.setattr(annotating, "WORTH_WORKERS", 500)
    Publisher(parts.store, parts.engine, annotator, AnnotatorSpec(), workers=2).publish()
    text = "1400번 라인 불량률 보고 #품질"
    there = parts.store.annotations(["sns:1400"], EVERYONE)["sns:1400"]
    here = annotator.annotate([PostText(title=None, text=text)])[0]
    assert there.tags == here.tags
    assert there.passages[0].forms == here.passages[0].forms
    assert there.passages[0].spans.tolist() == here.passages[0].spans.tolist()


def test_what_is_written_while_old_posts_are_looked_through_is_published_meanwhile(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOKED_THROUGH", 2)
    parts.write(*(post(number, text) for number, text in enumerate(TEXTS)))
    found_after: list[set[str]] = []

    def advance(amount: int) -> None:
        if amount:
            return
        found_after.append(parts.found("서버"))
        if len(found_after) == 1:
            parts.write(post(9, "서버 점검은 밤에 합니다"))

    parts.publisher.publish(advance)
    assert "sns:9" not in found_after[0]
    assert "sns:9" in found_after[1]
