"""Vectors of two parts: one comes with the words, the other follows, over restarts, changes and deletions."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from asking import near
from parts import ASKED, EVERYONE, TEXTS, TOWN, WANTED, Parts, post
from sqlite_fixture import store_in_sqlite

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine, Question
from models.language import sentence_encoder
from models.language.annotator import Annotator, AnnotatorSpec
from models.language.encoder_revision import is_paired
from models.language.encoders import SHIPPED
from models.records import Deletion
from models.store import Store
from pipelines import publish
from pipelines.completing import BackgroundCompleter
from pipelines.entries import fingerprint
from pipelines.publish import Publisher

SPEC = AnnotatorSpec(encoder=SHIPPED, paired=True)
PROMPT_DIMENSIONS = 256
LATER = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def reading(annotator: Annotator) -> Annotator:
    return annotator.with_encoder(SHIPPED, paired=True)


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def following(request: pytest.FixtureRequest, tmp_path: Path, reading: Annotator) -> Iterator[Parts]:
    """Published to each engine in turn."""
    engine: Engine
    if request.param == "opensearch":
        # Imported here: the embedded engine is tested also where OpenSearch's client is not.
        from opensearch_fixture import open_opensearch_engine

        engine = open_opensearch_engine(request, fingerprint(reading))
    else:
        engine = EmbeddedEngine.open(tmp_path / "index", fingerprint(reading), writable=True)
    with published(Store.open(store_in_sqlite(request, tmp_path)), engine, reading, SPEC) as opened:
        yield opened


@pytest.fixture
def embedded(request: pytest.FixtureRequest, tmp_path: Path, reading: Annotator) -> Iterator[Parts]:
    """What does not depend on the engine is tried on one."""
    engine = EmbeddedEngine.open(tmp_path / "index", fingerprint(reading), writable=True)
    with published(Store.open(store_in_sqlite(request, tmp_path)), engine, reading, SPEC) as opened:
        yield opened


@contextmanager
def published(
    store: Store,
    engine: Engine,
    annotator: Annotator,
    spec: AnnotatorSpec,
    next_spec: Callable[[], AnnotatorSpec] | None = None,
) -> Iterator[Parts]:
    """The texts, written and published, with nothing completed yet."""
    opened = Parts(store, engine, annotator, Publisher(store, engine, annotator, spec, next_spec=next_spec))
    opened.write(*TOWN)
    opened.write(*(post(number, text) for number, text in enumerate(TEXTS)))
    opened.publisher.publish()
    yield opened
    engine.close()
    store.close()


def nearest(parts: Parts, text: str = ASKED) -> str:
    return near(parts.engine, Question(vector=parts.annotator.vector(text)), EVERYONE, 1)[0].post


def score(parts: Parts, text: str) -> float:
    return near(parts.engine, Question(vector=parts.annotator.vector(text)), EVERYONE, 1)[0].score


def complete(parts: Parts) -> dict[str, bool]:
    """Of each post that has been read, whether its vectors have both parts."""
    return {
        kept.id: is_paired(kept.annotation.embedder or "")
        for kept in parts.store.replay(0, 100)
        if kept.annotation
    }


def test_the_prompt_part_finds_a_post_until_the_other_follows(following: Parts) -> None:
    assert set(complete(following).values()) == {False}
    assert nearest(following) == WANTED
    before = score(following, TEXTS[1])
    assert before == pytest.approx(0.5**0.5, abs=0.01)
    assert following.publisher.complete() == len(TEXTS)
    assert set(complete(following).values()) == {True}
    assert nearest(following) == WANTED
    assert score(following, TEXTS[1]) == pytest.approx(1, abs=0.01)
    assert following.store.status().pending == 0
    assert dict(following.engine.revisions()) == dict(following.store.published())


def test_what_follows_is_what_a_text_says_to_both(embedded: Parts, reading: Annotator) -> None:
    embedded.publisher.complete()
    for id_, kept in embedded.store.annotations([f"sns:{n}" for n in range(len(TEXTS))], EVERYONE).items():
        wanted = next(iter(reading.vector(TEXTS[int(id_[-1])]).values()))
        np.testing.assert_allclose(kept.passages[0].vector, wanted, atol=2e-3)
        assert wanted[PROMPT_DIMENSIONS:].any()


def test_nothing_is_completed_twice(embedded: Parts) -> None:
    assert embedded.publisher.complete() == len(TEXTS)
    last = embedded.store.last_revision()
    assert embedded.publisher.complete() == 0
    assert embedded.publisher.publish().put == 0
    assert embedded.store.last_revision() == last


def test_what_changes_or_goes_meanwhile_is_left_to_who_reads_it_anew(
    embedded: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = publish.Reader.read

    def meanwhile(self: publish.Reader, pages: Iterator[object]) -> Iterator[object]:
        for page in original(self, pages):
            if self._complete:
                embedded.write(
                    post(0, "연차는 이제 모바일에서 신청합니다", edited=LATER),
                    Deletion(post="sns:2", deleted=LATER),
                )
            yield page

    monkeypatch.setattr(publish.Reader, "read", meanwhile)
    assert embedded.publisher.complete() == 2
    assert complete(embedded) == {"sns:0": False, "sns:1": True, "sns:3": True}
    assert "sns:2" not in {hit for hit, _ in embedded.engine.revisions()}
    monkeypatch.undo()
    assert nearest(embedded, "연차는 이제 모바일에서 신청합니다") == "sns:0"
    assert embedded.publisher.complete() == 1
    assert set(complete(embedded).values()) == {True}


def test_stopped_halfway_it_goes_on_when_called_again(
    embedded: Parts, reading: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "PAGE", 1)

    def stop(amount: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedded.publisher.complete(stop)
    assert sorted(complete(embedded).values()) == [False, False, False, True]
    # As another process would after a kill.
    again = Publisher(embedded.store, embedded.engine, reading, SPEC)
    again.publish()
    assert nearest(embedded) == WANTED
    assert again.complete() == len(TEXTS) - 1
    assert set(complete(embedded).values()) == {True}
    assert dict(embedded.engine.revisions()) == dict(embedded.store.published())


def test_an_edit_starts_with_the_prompt_part_again(embedded: Parts) -> None:
    embedded.publisher.complete()
    embedded.write(post(3, "법인카드 영수증은 경비 시스템에 올립니다", edited=LATER))
    embedded.publisher.publish()
    assert complete(embedded)["sns:3"] is False
    assert nearest(embedded, "법인카드 영수증 어디에 올려요") == "sns:3"
    assert embedded.publisher.complete() == 1


def test_a_rebuild_keeps_what_is_complete_and_what_is_not(following: Parts) -> None:
    following.publisher.complete()
    following.write(post(9, "구내식당 점심 메뉴는 매주 월요일에 올라옵니다"))
    following.publisher.publish()
    before = complete(following)
    assert following.publisher.rebuild().put == len(TEXTS) + 1
    assert complete(following) == before
    assert [nearest(following), nearest(following, "오늘 밥 뭐 나와요")] == [WANTED, "sns:9"]
    assert following.publisher.complete() == 1


def test_vectors_of_the_static_encoder_alone_become_the_prompt_part(
    request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator, reading: Annotator
) -> None:
    alone, spec = annotator.with_encoder(SHIPPED), AnnotatorSpec(encoder=SHIPPED)
    store = Store.open(store_in_sqlite(request, tmp_path))
    engine = EmbeddedEngine.open(tmp_path / "index", fingerprint(alone), writable=True)
    with published(store, engine, alone, spec, lambda: SPEC) as parts:
        assert parts.publisher.complete() == 0
        kept = {one.id: one.annotation for one in store.replay(0, 100)}
        parts.publisher.rebuild()
        # Neither analysed nor embedded again: what is kept serves.
        assert {one.id: one.annotation for one in store.replay(0, 100)} == kept
        assert engine.embedder == alone.embedder == reading.embedder
        assert nearest(parts) == WANTED
        assert parts.publisher.complete() == len(TEXTS)
        assert nearest(parts) == WANTED


def test_without_the_package_the_prompt_part_serves_and_nothing_counts_as_complete(
    embedded: Parts, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sentence_encoder.DIGESTS, "weights.npz", sentence_encoder.DIGESTS["weights.npz"])
    monkeypatch.setitem(sentence_encoder.DIGESTS, "gone.npz", "0" * 64)
    lame = annotator.with_encoder(SHIPPED, paired=True)
    publisher = Publisher(embedded.store, embedded.engine, lame, SPEC)
    assert "gone.npz" in lame.vector_lane
    assert lame.embedder == embedded.engine.embedder
    assert publisher.complete() == 0
    embedded.write(post(7, "회의실은 그룹웨어에서 예약합니다"))
    publisher.publish()
    asked = Question(vector=lame.vector("미팅룸 잡는 법"))
    assert near(embedded.engine, asked, EVERYONE, 1)[0].post == "sns:7"
    assert set(complete(embedded).values()) == {False}
    # Once it is there again, nothing is lost.
    assert embedded.publisher.complete() == len(TEXTS) + 1


def test_a_server_completes_in_the_background(embedded: Parts, reading: Annotator) -> None:
    done = threading.Event()

    def wake() -> None:
        embedded.publisher.publish()
        if all(complete(embedded).values()):
            done.set()

    with BackgroundCompleter(embedded.store, reading, SPEC, wake):
        assert done.wait(20)
    assert nearest(embedded) == WANTED
    assert embedded.store.status().pending == 0


def test_a_full_page_is_followed_by_the_next_at_once_and_what_is_left_waits(
    embedded: Parts, reading: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.completing.AT_ONCE", len(TEXTS) - 1)
    woken: list[bool] = []
    completer = BackgroundCompleter(embedded.store, reading, SPEC, lambda: woken.append(True))
    assert completer.step()
    assert not completer.step()
    embedded.publisher.publish()
    assert all(complete(embedded).values())
    assert len(woken) == 2


def test_two_servers_complete_every_post_once(embedded: Parts, reading: Annotator) -> None:
    woken: list[str] = []

    def completer(name: str) -> Callable[[], bool]:
        return BackgroundCompleter(embedded.store, reading, SPEC, lambda: woken.append(name)).step

    first, second = completer("first"), completer("second")
    before = embedded.store.last_revision()
    first()
    second()
    assert woken == ["first"]
    assert embedded.store.last_revision() == before + len(TEXTS)


def test_a_failure_in_the_background_is_told_and_tried_again(
    embedded: Parts, reading: Annotator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pipelines.completing.RETRY_SECONDS", 0.01)
    original = embedded.store.kept_annotations.lacking_vectors
    failures = iter([RuntimeError("the disk is full")])

    def fails_once(*given: object) -> object:
        if failure := next(failures, None):
            raise failure
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(embedded.store.kept_annotations, "lacking_vectors", fails_once)
    done = threading.Event()
    with BackgroundCompleter(embedded.store, reading, SPEC, done.set):
        assert done.wait(20)
    assert "Vectors cannot be completed" in caplog.text
