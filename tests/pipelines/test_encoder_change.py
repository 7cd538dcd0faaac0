"""While one encoder takes over from another, the old vectors answer until the new ones are swapped in."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from asking import near
from parts import ASKED, EVERYONE, TEXTS, TOWN, WANTED, Parts, post
from sqlite_fixture import store_in_sqlite

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine, Question
from models.language.annotator import Annotator, AnnotatorSpec
from models.language.encoders import SHIPPED
from models.store import Store
from pipelines import annotating
from pipelines.entries import fingerprint
from pipelines.publish import Publisher


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def changing(
    request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator, other: Path
) -> Iterator[Parts]:
    """Published with the shipped encoder, to each engine in turn; the next rebuild takes the other one."""
    spec = AnnotatorSpec(encoder=SHIPPED)
    reading = annotator.with_encoder(SHIPPED)
    store = Store.open(store_in_sqlite(request, tmp_path))
    engine: Engine
    if request.param == "opensearch":
        # Imported here: the embedded engine is tested also where OpenSearch's client is not.
        from opensearch_fixture import open_opensearch_engine

        engine = open_opensearch_engine(request, fingerprint(reading))
    else:
        engine = EmbeddedEngine.open(tmp_path / "index", fingerprint(reading), writable=True)
    publisher = Publisher(store, engine, reading, spec, next_spec=lambda: AnnotatorSpec(encoder=other))
    opened = Parts(store, engine, reading, publisher)
    opened.write(*TOWN)
    opened.write(*(post(number, text) for number, text in enumerate(TEXTS)))
    publisher.publish()
    yield opened
    engine.close()
    store.close()


def nearest(parts: Parts, text: str = ASKED) -> str:
    return near(parts.engine, Question(vector=parts.annotator.vector(text)), EVERYONE, 1)[0].post


def embedders(parts: Parts) -> set[str | None]:
    return {post.annotation.embedder for post in parts.store.replay(0, 100) if post.annotation}


def test_the_old_vectors_answer_until_the_swap_and_the_new_ones_after_it(changing: Parts) -> None:
    before = changing.annotator.revision.embedder
    seen: list[str] = []

    def meanwhile() -> None:
        changing.write(post(9, "구내식당 점심 메뉴는 매주 월요일에 올라옵니다"))
        changing.publisher.publish()
        assert changing.engine.embedder == changing.annotator.revision.embedder == before
        assert len(changing.annotator.vector(ASKED)) == 2
        seen.extend([nearest(changing), nearest(changing, "오늘 밥 뭐 나와요")])

    changing.publisher.rebuild(meanwhile=meanwhile)
    after = changing.annotator.revision.embedder
    assert seen[:2] == [WANTED, "sns:9"]
    assert changing.engine.embedder == after != before
    assert list(changing.annotator.vector(ASKED)) == [after]
    assert [nearest(changing), nearest(changing, "오늘 밥 뭐 나와요")] == [WANTED, "sns:9"]
    assert embedders(changing) == {after}


def test_a_question_that_was_read_before_the_swap_still_finds_its_neighbours_after_it(
    changing: Parts,
) -> None:
    questions: list[Question] = []
    changing.publisher.rebuild(
        meanwhile=lambda: questions.append(Question(vector=changing.annotator.vector(ASKED)))
    )
    assert near(changing.engine, questions[0], EVERYONE, 1)[0].post == WANTED


def test_a_vector_of_the_old_encoder_alone_is_never_compared_with_new_ones(changing: Parts) -> None:
    question = Question(vector=changing.annotator.vector(ASKED))
    changing.publisher.rebuild()
    assert near(changing.engine, question, EVERYONE, 9) == ()


def test_a_new_encoder_reads_the_terms_that_are_kept_and_analyses_nothing(
    changing: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_texts: list[object] = []
    original = annotating.Annotator.annotate
    monkeypatch.setattr(
        annotating.Annotator,
        "annotate",
        lambda self, given: (post_texts.extend(given), original(self, given))[1],
    )
    changing.publisher.rebuild()
    assert post_texts == []
    assert nearest(changing) == WANTED


def test_vectors_made_again_are_those_of_a_first_reading(changing: Parts, other: Path) -> None:
    changing.publisher.rebuild()
    fresh = changing.annotator.with_encoder(other)
    for stored in changing.store.replay(0, 100):
        assert stored.annotation is not None
        (first,) = fresh.annotate([annotating.PostText(title=stored.title, text=stored.text)])
        again = changing.store.annotations([stored.id], EVERYONE)[stored.id]
        np.testing.assert_allclose(again.passages[0].vector, first.passages[0].vector, atol=1e-3)
        np.testing.assert_array_equal(again.passages[0].spans, first.passages[0].spans)


def test_a_rebuild_that_fails_leaves_the_old_encoder_in_use(changing: Parts) -> None:
    before = changing.annotator.revision.embedder

    def fails() -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        changing.publisher.rebuild(meanwhile=fails)
    assert changing.annotator.revision.embedder == changing.engine.embedder == before
    assert list(changing.annotator.vector(ASKED)) == [before]
    assert nearest(changing) == WANTED
    changing.write(post(7, "회의실은 그룹웨어에서 예약합니다"))
    changing.publisher.publish()
    assert nearest(changing, "미팅룸 잡는 법") == "sns:7"
    changing.publisher.rebuild()
    assert nearest(changing, "미팅룸 잡는 법") == "sns:7"
    assert embedders(changing) == {changing.annotator.revision.embedder}


def test_what_fails_after_the_swap_does_not_part_the_index_from_its_encoder(
    changing: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(changing.store, "acknowledge_through", fails)
    with pytest.raises(RuntimeError):
        changing.publisher.rebuild()
    assert changing.engine.embedder == changing.annotator.revision.embedder
    assert nearest(changing) == WANTED
