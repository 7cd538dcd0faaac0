"""A server takes another encoder up while it serves: it is asked all the time, and is near all the time."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_once import copied
from shuffled_encoder import shuffled_encoder

from models.language.adapted import AdaptedEncoders
from models.language.encoder_revision import prompt_revision
from models.language.encoders import SHIPPED
from models.records import Account, Channel, Post, PostKind
from pipelines.background import REBUILD_STATE, BackgroundPublisher
from pipelines.publisher_lock import SERVE
from search_api.query.analyzed import analyze
from search_api.retrieval.retrieve import retrieve
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.settings import load_settings

pytestmark = pytest.mark.slow

ASKED = "서버가 죽었어요"
WANTED = "sns:0"
TEXTS = (
    "서버 장애가 나면 당직자에게 전화하세요",
    "연차는 근태 시스템에서 신청합니다",
    "주차권은 총무팀에 있어요",
)
PATIENCE = 60
"""Seconds; nothing here measures time."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home published with the encoder that ships."""
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DURE_ENCODER", raising=False)
        settings = load_settings(home=folder, workers=1)
    with open_dure(settings, publishing="ingest") as dure:
        dure.store.write(
            [
                Channel(id="sns:town", network="sns", name="광장"),
                Account(id="sns:kim", network="sns", handle="kim"),
            ]
        )
        dure.store.write(
            [
                Post(
                    id=f"sns:{number}",
                    channel="sns:town",
                    account="sns:kim",
                    text=TEXTS[number] if number < len(TEXTS) else f"{number}호 창고 재고 조사를 마쳤습니다",
                    created=datetime(2026, 3, 2, 9, tzinfo=UTC),
                    kind=PostKind.POST,
                )
                for number in range(1_500)
            ]
        )
        dure.publisher.publish()
    return folder


@pytest.fixture
def home(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy for each test."""
    monkeypatch.delenv("DURE_ENCODER", raising=False)
    return copied(published, tmp_path / "home")


@pytest.fixture
def adapted(home: Path) -> Path:
    """Another encoder in the home, whose vectors have nothing to do with those of the shipped one."""
    encoders = AdaptedEncoders(home)
    with encoders.draft() as draft:
        shuffled_encoder(draft)
        return encoders.add(draft)


@pytest.fixture
def serving(home: Path) -> Iterator[Dure]:
    with open_dure(load_settings(home=home, workers=1), publishing=SERVE) as dure:
        background = BackgroundPublisher(dure.publisher, dure.store, dure.annotator.analyzer, None)
        background.start()
        yield dure
        background.stop()


def nearest(dure: Dure) -> str | None:
    query = analyze(dure.services.annotator, ASKED)
    found = retrieve(dure.services, query, dure.store.scope_of(None)).candidates
    near = max(found, key=lambda one: one.features.cosine, default=None)
    return near.post if near and near.features.cosine else None


def test_a_running_server_is_near_through_the_whole_change(serving: Dure, home: Path, adapted: Path) -> None:
    before = serving.engine.embedder
    AdaptedEncoders(home).use(adapted)
    assert nearest(serving) == WANTED
    serving.store.set_state(REBUILD_STATE, "requested")
    asked: list[str | None] = []
    deadline = time.monotonic() + PATIENCE
    while serving.store.get_state(REBUILD_STATE) != "done":
        assert time.monotonic() < deadline
        asked.append(nearest(serving))
    asked += [nearest(serving) for _ in range(20)]
    assert set(asked) == {WANTED}
    assert serving.engine.embedder != before
    assert prompt_revision(serving.engine.embedder or "") == f"morphemes-{adapted.name}"
    assert str(adapted) in serving.annotator.vector_lane


def test_the_old_encoder_answers_in_every_process_until_the_rebuild(home: Path, adapted: Path) -> None:
    AdaptedEncoders(home).use(adapted)
    for publishing in ("", "publish"):
        settings = load_settings(home=home, workers=1)
        assert settings.encoder_directory == adapted
        with open_dure(settings, publishing=publishing) as dure:
            assert dure.engine.vectors_current
            assert dure.engine.embedder == dure.annotator.embedder
            assert dure.annotator.revision.embedder != f"morphemes-{adapted.name}"
            assert nearest(dure) == WANTED
    with open_dure(load_settings(home=home, workers=1), publishing="rebuild", rebuilding=True) as dure:
        dure.publisher.rebuild()
        assert dure.engine.embedder == dure.annotator.embedder
        assert dure.annotator.revision.embedder == f"morphemes-{adapted.name}"
        assert nearest(dure) == WANTED
    with open_dure(load_settings(home=home, workers=1)) as dure:
        assert nearest(dure) == WANTED


def test_a_setting_wins_over_an_adapted_encoder(
    home: Path, adapted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    AdaptedEncoders(home).use(adapted)
    monkeypatch.setenv("DURE_ENCODER", "none")
    with open_dure(load_settings(home=home)) as dure:
        assert dure.annotator.dimensions is None
        assert nearest(dure) is None
    monkeypatch.setenv("DURE_ENCODER", str(SHIPPED))
    assert load_settings(home=home).encoder_directory == SHIPPED
    assert not load_settings(home=home).paired
    monkeypatch.setenv("DURE_ENCODER", "static")
    assert load_settings(home=home).encoder_directory == adapted
    assert not load_settings(home=home).paired


def test_encoders_that_are_not_used_are_swept(home: Path, adapted: Path) -> None:
    encoders = AdaptedEncoders(home)
    encoders.use(adapted)
    encoders.sweep()
    assert encoders.current() == adapted
    assert adapted.is_dir()
    encoders.use(None)
    encoders.sweep()
    assert encoders.current() is None
    assert not list(encoders.folder.iterdir())


def test_an_adapted_encoder_that_is_gone_leaves_the_shipped_one(home: Path, adapted: Path) -> None:
    AdaptedEncoders(home).use(adapted)
    shutil.rmtree(adapted)
    assert load_settings(home=home).encoder_directory == SHIPPED
    with open_dure(load_settings(home=home, workers=1)) as dure:
        assert nearest(dure) == WANTED
