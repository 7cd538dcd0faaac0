"""A post that the index refuses is never taken for published, told, and tried again once that may help."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts import Parts, post
from sqlite_fixture import store_in_sqlite

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine
from models.errors import PostsRefused
from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.language.encoders import SHIPPED
from models.language.packing import pack
from models.records import Account, Channel, Deletion
from models.store import Store
from pipelines.background import BackgroundPublisher
from pipelines.entries import fingerprint
from pipelines.publish import Publisher
from pipelines.verify import verify

LATER = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(
    params=["embedded", pytest.param("shared", marks=[pytest.mark.opensearch, pytest.mark.postgresql])]
)
def refusing(request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator) -> Iterator[Parts]:
    """SQLite and the embedded engine, then PostgreSQL and OpenSearch; three posts, of which one does not fit."""
    spec = AnnotatorSpec(encoder=SHIPPED)
    reading = annotator.with_encoder(SHIPPED)
    engine: Engine
    if request.param == "shared":
        # Imported here: the rest is tested also where these servers' clients are not.
        from opensearch_fixture import open_opensearch_engine
        from postgresql_fixture import store_in_postgresql

        store = Store.open(store_in_postgresql(request))
        engine = open_opensearch_engine(request, fingerprint(reading))
    else:
        store = Store.open(store_in_sqlite(request, tmp_path))
        engine = EmbeddedEngine.open(tmp_path / "index", fingerprint(reading), writable=True)
    opened = Parts(store, engine, reading, Publisher(store, engine, reading, spec))
    opened.write(
        Channel(id="sns:town", network="sns", name="광장"), Account(id="sns:kim", network="sns", handle="kim")
    )
    opened.write(*(post(number, f"{number}호기 점검 결과") for number in range(3)))
    keep_annotation(opened, "sns:1", fits=False)
    yield opened
    engine.close()
    store.close()


def keep_annotation(parts: Parts, id_: str, *, fits: bool) -> None:
    """Annotate a post, where it shall not fit with vectors of three dimensions."""
    [pending] = [one for one in parts.store.replay(0, 99) if one.id == id_]
    text = PostText(title=pending.title, text=pending.text, source_tags=pending.source_tags)
    [annotation] = parts.annotator.annotate([text])
    if not fits:
        passages = []
        for passage in annotation.passages:
            assert passage.vector is not None
            passages.append(replace(passage, vector=passage.vector[:3]))
        annotation = replace(annotation, passages=tuple(passages))
    parts.store.kept_annotations.keep({id_: (pending.revision, pack(annotation))})


def publish_refusing(parts: Parts) -> None:
    with pytest.raises(PostsRefused) as refusal:
        parts.publisher.publish()
    assert tuple(refusal.value.reasons) == ("sns:1",)


def numbers(parts: Parts) -> tuple[int, int]:
    """How many posts are pending, and how many refused."""
    status = parts.store.status()
    return status.pending, status.refused


def test_a_refused_post_is_told_and_not_handed_to_the_index_again(refusing: Parts) -> None:
    publish_refusing(refusing)
    assert refusing.found("점검") == {"sns:0", "sns:2"}
    assert numbers(refusing) == (0, 1)
    [refusal] = refusing.store.refusals.first(9)
    assert refusal.post == "sns:1"
    assert "dimension" in refusal.reason
    assert refusing.store.refusals.first(0) == []

    handed: list[int] = []
    assert refusing.publisher.publish(handed.append).put == 0
    assert handed == []
    refusing.write(post(3, "3호기 점검 결과"))
    assert refusing.publisher.publish(handed.append).put == 1
    assert handed == [1]
    assert verify(refusing.store, refusing.engine).agrees


def test_a_refused_post_is_taken_once_its_content_changes(refusing: Parts) -> None:
    publish_refusing(refusing)
    refusing.write(post(1, "1호기 점검 끝", edited=LATER))
    assert numbers(refusing) == (1, 0)
    assert refusing.publisher.publish().put == 1
    assert refusing.found("점검") == {"sns:0", "sns:1", "sns:2"}
    assert refusing.store.refusals.first(9) == []


def test_a_refused_post_that_is_deleted_is_withdrawn(refusing: Parts) -> None:
    publish_refusing(refusing)
    refusing.write(Deletion(post="sns:1"))
    assert refusing.publisher.publish().withdrawn == 1
    assert numbers(refusing) == (0, 0)


def test_a_rebuild_takes_no_refused_post_for_published(refusing: Parts) -> None:
    publish_refusing(refusing)
    before = refusing.engine.identity
    with pytest.raises(PostsRefused, match="sns:1"):
        refusing.publisher.rebuild()
    assert refusing.engine.identity != before
    assert [id_ for id_, _ in refusing.store.published()] == ["sns:0", "sns:2"]
    assert numbers(refusing) == (0, 1)
    assert verify(refusing.store, refusing.engine).agrees
    refusing.write(post(1, "1호기 점검 끝", edited=LATER))
    assert refusing.publisher.publish().put == 1
    assert refusing.found("점검") == {"sns:0", "sns:1", "sns:2"}


def test_what_a_rebuild_refuses_of_a_post_that_was_published_is_known_to_be_missing(refusing: Parts) -> None:
    keep_annotation(refusing, "sns:1", fits=True)
    assert refusing.publisher.publish().put == 3
    keep_annotation(refusing, "sns:1", fits=False)
    with pytest.raises(PostsRefused, match="sns:1"):
        refusing.publisher.rebuild()
    assert numbers(refusing) == (0, 1)
    assert refusing.found("점검") == {"sns:0", "sns:2"}
    assert verify(refusing.store, refusing.engine).agrees


def test_a_rebuild_tries_refused_posts_again(refusing: Parts) -> None:
    publish_refusing(refusing)
    keep_annotation(refusing, "sns:1", fits=True)
    assert refusing.publisher.publish().put == 0
    assert refusing.publisher.rebuild().put == 3
    assert refusing.found("점검") == {"sns:0", "sns:1", "sns:2"}
    assert numbers(refusing) == (0, 0)


def test_a_post_that_is_mended_while_a_rebuild_runs_is_not_told_as_refused(refusing: Parts) -> None:
    edits = [post(1, "1호기 점검 끝", edited=LATER)]

    def meanwhile() -> None:
        if edits:
            refusing.write(edits.pop())

    assert refusing.publisher.rebuild(meanwhile=meanwhile).put >= 3
    assert refusing.found("점검") == {"sns:0", "sns:1", "sns:2"}
    assert numbers(refusing) == (0, 0)


def test_a_post_refused_beside_a_rebuild_does_not_end_it(refusing: Parts) -> None:
    background = BackgroundPublisher(refusing.publisher, refusing.store, refusing.annotator.analyzer, None)
    before = refusing.engine.identity
    with pytest.raises(PostsRefused, match="sns:1"):
        refusing.publisher.rebuild(meanwhile=background._publish)
    assert refusing.engine.identity != before
    assert refusing.found("점검") == {"sns:0", "sns:2"}
    assert numbers(refusing) == (0, 1)
