"""The embedded engine's folder: one publisher, many readers, crashes and damage."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from asking import count, match, near
from engine_examples import ALL, FINGERPRINT, asks, entry, found, passage, publish, vector

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.errors import EngineUnavailable, PostsRefused, PublisherRunning, StaleIndex

ROOT = Path(__file__).parents[2]

PREAMBLE = """
import sys
from pathlib import Path
from asking import match, near
from engine_examples import *
from indexer.embedded import EmbeddedEngine
"""

WRITER = """
engine = EmbeddedEngine.open(Path(sys.argv[1]), FINGERPRINT, writable=True)
start = len(list(engine.revisions()))
for batch in range(1_000):
    posts = range(start + batch * 5, start + batch * 5 + 5)
    both = passage("규정", vector(1)), passage("부칙", vector(1, 1))
    engine.put(entry(f"p{n:06}", *both, revision=n + 1) for n in posts)
    engine.commit()
    print("committed", posts.stop, flush=True)
"""


def opened(folder: Path, *, writable: bool = True, **options: bool) -> EmbeddedEngine:
    return EmbeddedEngine.open(folder, FINGERPRINT, writable=writable, **options)


def python(program: str, folder: Path) -> subprocess.Popen[str]:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)))
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + program, str(folder)],
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "words" not in path.parts}


def test_a_second_publisher_is_refused_and_told_who_publishes(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    with pytest.raises(PublisherRunning, match=f"Process {os.getpid()} already publishes"):
        opened(tmp_path)
    assert found(match(opened(tmp_path, writable=False), asks("휴가"), ALL, 5)) == []
    engine.close()
    engine.close()
    opened(tmp_path).close()


def test_a_publisher_in_another_process_is_told_by_its_number(tmp_path: Path) -> None:
    with python(WRITER + "", tmp_path) as writer:
        assert writer.stdout
        writer.stdout.readline()
        with pytest.raises(PublisherRunning, match=str(writer.pid)):
            opened(tmp_path)
        writer.kill()
    opened(tmp_path).close()


def test_a_reader_in_another_process_sees_new_generations_and_rebuilds(tmp_path: Path) -> None:
    reads = """
engine = EmbeddedEngine.open(Path(sys.argv[1]), FINGERPRINT, writable=False)
for line in sys.stdin:
    question = asks("휴가", near=vector(1))
    print(*found(match(engine, question, ALL, 9)), "|", *found(near(engine, question, ALL, 9)), flush=True)
"""
    engine = opened(tmp_path)
    publish(engine, entry("p1", passage("휴가", vector(1))))
    with python(reads, tmp_path) as reader:
        assert reader.stdin
        assert reader.stdout

        def read() -> str:
            reader.stdin.write("\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert read() == "p1 | p1"
        publish(engine, entry("p2", passage("휴가", vector(1))))
        assert read() == "p1 p2 | p1 p2"
        rebuild = engine.begin_rebuild()
        rebuild.put([entry("p3", passage("휴가", vector(1)))])
        assert read() == "p1 p2 | p1 p2"
        rebuild.finish()
        assert read() == "p3 | p3"
        reader.stdin.close()
    engine.close()


def test_what_is_committed_survives_reopening(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    publish(engine, entry("p1", passage("휴가", vector(1))), entry("p2", passage("휴가", vector(1))))
    publish(engine, entry("p2", passage("출장", vector(0, 1)), revision=2))
    engine.put([entry("p3", passage("휴가", vector(1)))])
    identity, generation = engine.identity, engine.generation
    engine.close()
    again = opened(tmp_path)
    assert (again.identity, again.generation) == (identity, generation)
    assert found(match(again, asks("휴가"), ALL, 9)) == ["p1"]
    assert found(near(again, asks(near=vector(1)), ALL, 9)) == ["p1", "p2"]
    publish(again, entry("p2", passage("휴가", vector(1)), revision=1))  # still late
    assert count(again, asks("휴가"), ALL) == 1
    again.close()


@pytest.mark.parametrize("lines", [1, 4, 9, 23])
def test_a_killed_publisher_leaves_its_last_commit(tmp_path: Path, lines: int) -> None:
    with python(WRITER, tmp_path) as writer:
        assert writer.stdout
        committed = [int(writer.stdout.readline().split()[1]) for _ in range(lines)][-1]
        writer.send_signal(signal.SIGKILL)
    engine = opened(tmp_path)
    posts = sorted(post for post, _ in engine.revisions())
    assert len(posts) >= committed
    assert len(posts) % 5 == 0
    assert posts == [f"p{number:06}" for number in range(len(posts))]
    assert count(engine, asks("규정"), ALL) == len(posts)
    assert sorted(found(near(engine, asks(near=vector(1)), ALL, 9_999))) == posts
    publish(engine, entry("p999999", passage("규정", vector(1))))
    assert count(engine, asks("규정"), ALL) == len(posts) + 1
    engine.close()


def test_what_a_crash_left_behind_is_removed_at_the_next_writable_open(tmp_path: Path) -> None:
    rebuilds = """
engine = EmbeddedEngine.open(Path(sys.argv[1]), FINGERPRINT, writable=True)
publish(engine, entry("p1", passage("휴가", vector(1))))
engine.begin_rebuild().put([entry("p1", "휴가")])
print(engine.identity, flush=True)
sys.stdin.readline()
"""
    with python(rebuilds, tmp_path) as publisher:
        assert publisher.stdout
        identity = publisher.stdout.readline().strip()
        publisher.kill()
    stray = tmp_path / identity / "vectors" / "9-0.npz"
    stray.write_bytes(b"half a segment")
    opened(tmp_path, writable=False).close()
    assert stray.exists()
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2
    engine = opened(tmp_path)
    assert not stray.exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [identity]
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1"]
    engine.close()


def test_files_do_not_pile_up_with_generations(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    for number in range(40):
        publish(
            engine, *(entry(f"p{n}", passage("휴가", vector(1, n)), revision=number + 1) for n in range(3))
        )
    assert len(names(tmp_path)) < 30
    assert len(near(engine, asks(near=vector(1)), ALL, 9)) == 3
    engine.begin_rebuild().finish()
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1
    engine.close()


def test_a_reader_of_no_index_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="dure publish"):
        opened(tmp_path / "없음", writable=False)
    assert not (tmp_path / "없음").exists()


@pytest.mark.parametrize("content", ["", "../../etc", "0123456789abcdef0123456789abcdef", "\udcff"])
def test_a_damaged_current_is_named_and_a_rebuild_repairs_it(tmp_path: Path, content: str) -> None:
    opened(tmp_path).close()
    (tmp_path / "CURRENT").write_bytes(content.encode(errors="surrogateescape"))
    for writable in (True, False):
        with pytest.raises(EngineUnavailable, match=r"CURRENT.*dure rebuild"):
            opened(tmp_path, writable=writable)
    engine = opened(tmp_path, stale_ok=True)
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p1", "휴가")])
    rebuild.finish()
    engine.close()
    assert found(match(opened(tmp_path, writable=False), asks("휴가"), ALL, 9)) == ["p1"]


@pytest.mark.parametrize(
    "pattern", ["*/build.json", "*/words/meta.json", "*/vectors/*.npz", "*/vectors/*.faiss"]
)
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_file_is_named_and_a_rebuild_repairs_it(tmp_path: Path, pattern: str, damage: str) -> None:
    engine = opened(tmp_path)
    publish(engine, entry("p1", passage("휴가", vector(1))))
    engine.close()
    (path,) = tmp_path.glob(pattern)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(EngineUnavailable, match=rf"{path.parent.name}.*dure rebuild"):
        opened(tmp_path)
    engine = opened(tmp_path, stale_ok=True)
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p1", passage("휴가", vector(1)))])
    rebuild.finish()
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1"]
    engine.close()


def test_another_fingerprint_is_stale_until_it_is_rebuilt(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    publish(engine, entry("p1", passage("휴가", vector(1))))
    engine.close()
    other = Fingerprint(analyzer="other", embedder="작은 모델", dimensions=3)
    for writable in (True, False):
        with pytest.raises(StaleIndex, match="dure rebuild"):
            EmbeddedEngine.open(tmp_path, other, writable=writable)
    engine = EmbeddedEngine.open(tmp_path, other, writable=True, stale_ok=True)
    assert found(match(engine, asks("휴가"), ALL, 9)) == ["p1"]
    assert near(engine, asks(near=vector(1)[:3], by="작은 모델"), ALL, 9) == ()
    with pytest.raises(StaleIndex):
        engine.put([entry("p2", "휴가")])
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p2", passage("휴가", vector(1)[:3]))])
    rebuild.finish()
    assert found(near(engine, asks(near=vector(1)[:3], by="작은 모델"), ALL, 9)) == ["p2"]
    publish(engine, entry("p3", "휴가"))
    engine.close()
    EmbeddedEngine.open(tmp_path, other, writable=False).close()


def test_an_index_of_an_earlier_layout_is_stale_until_it_is_rebuilt(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (noted,) = tmp_path.glob("*/build.json")
    written = json.loads(noted.read_text())
    noted.write_text(json.dumps({key: value for key, value in written.items() if key != "layout"}))
    with pytest.raises(StaleIndex, match=r"layout 1.*dure rebuild"):
        opened(tmp_path)
    engine = opened(tmp_path, stale_ok=True)
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p1", "휴가")])
    rebuild.finish()
    engine.close()
    assert found(match(opened(tmp_path, writable=False), asks("휴가"), ALL, 9)) == ["p1"]


def test_a_reader_does_not_write(tmp_path: Path) -> None:
    opened(tmp_path).close()
    reader = opened(tmp_path, writable=False)
    with pytest.raises(EngineUnavailable, match="reading only"):
        reader.put([entry("p1", "휴가")])
    with pytest.raises(EngineUnavailable, match="reading only"):
        reader.begin_rebuild()


def test_an_index_without_vectors_ignores_them(tmp_path: Path) -> None:
    engine = EmbeddedEngine.open(tmp_path, Fingerprint(analyzer="test"), writable=True)
    publish(engine, entry("p1", passage("휴가", vector(1))))
    assert found(match(engine, asks("휴가"), ALL, 9)) == ["p1"]
    assert near(engine, asks(near=vector(1)), ALL, 9) == ()
    engine.close()


def test_a_vector_of_another_length_is_refused(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    with pytest.raises(PostsRefused, match=r"p1 .*3 dimensions, not of 8"):
        engine.put([entry("p1", passage("휴가", vector(1)[:3]))])
    engine.close()
