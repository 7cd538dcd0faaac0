"""A process killed at any moment of ingest, publish or rebuild leaves what the next run completes."""

import json
import multiprocessing
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.language.annotator import AnnotatorSpec
from models.store import Store
from pipelines import ingest, publish
from pipelines.problems import ProblemReport
from pipelines.sources import SOURCES
from pipelines.verify import Comparison, verify

POSTS = 2_000
MOMENTS = 20

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["models.language.annotator", "indexer.embedded", "models.store", "pipelines.sources"]
)

Work = Callable[[publish.Publisher, Store, Path], object]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts, an edit of every tenth and a deletion of every fiftieth."""
    path = tmp_path_factory.mktemp("export") / "posts.jsonl"
    records: list[dict[str, object]] = [
        {"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"},
        {"type": "account", "id": "sns:kim", "network": "sns", "handle": "kim"},
    ]
    for number in range(POSTS):
        post = {"type": "post", "id": f"sns:{number}", "channel": "sns:town", "account": "sns:kim"}
        post |= {"text": f"{number}번 설비 점검 결과를 공유합니다", "created": "2026-03-02T09:00:00Z"}
        records.append(post)
        if number % 10 == 0:
            records.append(
                post | {"text": f"{number}번 설비 점검 일정이 바뀌었습니다", "edited": "2026-03-03T09:00:00Z"}
            )
        if number % 50 == 0:
            records.append({"type": "deletion", "post": f"sns:{number}"})
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


def load(publisher: publish.Publisher, store: Store, export: Path) -> None:
    """Ingest and publish, as `dure ingest` does."""
    publisher.publish(arriving=ingest.Ingest(store, SOURCES["jsonl"](export), ProblemReport(strict=True)))


def load_and_rebuild(publisher: publish.Publisher, store: Store, export: Path) -> None:
    """Publish what is pending, then rebuild, as `dure rebuild` does."""
    load(publisher, store, export)
    publisher.rebuild()


def at_home(home: Path, export: Path, work: Work, begun: Event) -> None:
    """Do the work on a home in small transactions, so that a kill falls between many of them."""
    ingest.BATCH, publish.PAGE, publish.COMMIT_EVERY = 200, 100, 300
    spec = AnnotatorSpec()
    annotator = spec.build()
    store = Store.open(f"sqlite:///{home / 'dure.db'}")
    revision = annotator.revision
    fingerprint = Fingerprint(analyzer=revision.analyzer, embedder=revision.embedder)
    engine = EmbeddedEngine.open(home / "index", fingerprint, writable=True)
    begun.set()
    work(publish.Publisher(store, engine, annotator, spec), store, export)
    engine.close()
    store.close()


def run(home: Path, export: Path, work: Work, *, killed_after: float | None = None) -> float:
    """Work in a process of its own; returns the seconds that it took, or kills it that long after its begin."""
    home.mkdir(exist_ok=True)
    begun = CONTEXT.Event()
    process = CONTEXT.Process(target=at_home, args=(home, export, work, begun))
    process.start()
    assert begun.wait(60)
    started = time.monotonic()
    process.join(killed_after)
    process.kill()
    process.join()
    assert process.exitcode == 0 if killed_after is None else process.exitcode in (0, -9)
    return time.monotonic() - started


def compared(home: Path) -> Comparison:
    with ExitStack() as opened:
        store = Store.open(f"sqlite:///{home / 'dure.db'}")
        opened.callback(store.close)
        revision = AnnotatorSpec().build().revision
        fingerprint = Fingerprint(analyzer=revision.analyzer, embedder=revision.embedder)
        engine = EmbeddedEngine.open(home / "index", fingerprint, writable=False)
        opened.callback(engine.close)
        return verify(store, engine)


def test_store_and_index_agree_after_a_kill_at_twenty_moments_of_ingest_and_publish(
    tmp_path: Path, export: Path
) -> None:
    seconds = run(tmp_path / "whole", export, load)
    for moment in range(MOMENTS):
        home = tmp_path / f"killed-{moment}"
        run(home, export, load, killed_after=seconds * (moment + 0.5) / MOMENTS)
        run(home, export, load)
        comparison = compared(home)
        assert comparison.agrees, (moment, comparison)
        assert comparison.pending == 0
        assert comparison.index_posts == POSTS - POSTS // 50


def test_store_and_index_agree_after_a_kill_at_any_moment_of_a_rebuild(tmp_path: Path, export: Path) -> None:
    run(tmp_path / "home", export, load)
    seconds = run(tmp_path / "home", export, load_and_rebuild)
    for moment in range(MOMENTS // 2):
        run(
            tmp_path / "home",
            export,
            load_and_rebuild,
            killed_after=seconds * (moment + 0.5) / (MOMENTS // 2),
        )
        run(tmp_path / "home", export, load)
        comparison = compared(tmp_path / "home")
        assert comparison.agrees, (moment, comparison)
        assert comparison.index_posts == POSTS - POSTS // 50
