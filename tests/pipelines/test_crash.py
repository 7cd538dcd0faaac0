"""A process killed at any moment of ingest or publish leaves what the next run completes."""

import json
import multiprocessing
import time
from pathlib import Path

import pytest

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.language.annotator import AnnotatorSpec
from models.store import Store
from pipelines.ingest import Ingest
from pipelines.problems import ProblemReport
from pipelines.publish import Publisher
from pipelines.sources import SOURCES
from pipelines.verify import verify

POSTS = 3_000
MOMENTS = 20

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["models.language.annotator", "indexer.embedded", "models.store", "pipelines.sources"]
)


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


def load(home: Path, export: Path) -> None:
    """Ingest and publish, as `dure ingest` does."""
    spec = AnnotatorSpec()
    annotator = spec.build()
    store = Store.open(f"sqlite:///{home / 'dure.db'}")
    fingerprint = Fingerprint(analyzer=annotator.revision.analyzer)
    engine = EmbeddedEngine.open(home / "index", fingerprint, writable=True)
    arriving = Ingest(store, SOURCES["jsonl"](export), ProblemReport(strict=True))
    Publisher(store, engine, annotator, spec).publish(arriving=arriving)
    engine.close()
    store.close()


def run(home: Path, export: Path, *, killed_after: float | None = None) -> float:
    """Load in a process of its own; returns the seconds it took, or kills it."""
    process = CONTEXT.Process(target=load, args=(home, export))
    started = time.monotonic()
    process.start()
    process.join(killed_after)
    if process.is_alive():
        process.kill()
        process.join()
        assert process.exitcode == -9
    else:
        assert process.exitcode == 0
    return time.monotonic() - started


def test_store_and_index_agree_after_a_kill_at_twenty_moments(tmp_path: Path, export: Path) -> None:
    (tmp_path / "whole").mkdir()
    run(tmp_path / "whole", export)  # starts the fork server
    (tmp_path / "timed").mkdir()
    seconds = run(tmp_path / "timed", export)
    for moment in range(MOMENTS):
        home = tmp_path / f"killed-{moment}"
        home.mkdir()
        run(home, export, killed_after=seconds * (moment + 0.5) / MOMENTS)
        run(home, export)
        spec = AnnotatorSpec()
        store = Store.open(f"sqlite:///{home / 'dure.db'}")
        fingerprint = Fingerprint(analyzer=spec.build().revision.analyzer)
        engine = EmbeddedEngine.open(home / "index", fingerprint, writable=False)
        comparison = verify(store, engine)
        engine.close()
        store.close()
        assert comparison.agrees, (moment, comparison)
        assert comparison.pending == 0
        assert comparison.index_posts == POSTS - POSTS // 50
