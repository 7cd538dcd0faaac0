"""A process that is killed before any step of ingest, publish or rebuild leaves what the next run completes.

Steps are counted, not timed: `killed_at_a_step.py` tells what one is.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest
from asking import match
from killed_at_a_step import INGEST, PUBLISH, REBUILD, SPEC, SWEPT, fingerprint

from indexer.embedded import EmbeddedEngine
from indexer.engine import Clause, Question, TextField, Word
from models.language.annotator import Annotator
from models.scope import Scope
from models.store import Store
from pipelines.verify import Comparison, verify

pytestmark = pytest.mark.slow

POSTS = 40
BATCHES = 4
"""Of records, of which the work writes at least so many; and so many times it commits the index."""
COMMITS = 3
KILLED = -9
CLOSED = "closed"
EVERYONE = Scope(frozenset({"everyone"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a home holds: the text of each post in the store, the posts that the index finds by a word."""

    texts: Mapping[str, str]
    found: Mapping[str, frozenset[str]]
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Launcher:
    """A process that forks for each piece of work."""

    process: "subprocess.Popen[str]"

    def run(self, home: Path, exports: Sequence[Path], work: str) -> None:
        """Do the work."""
        assert self._told(home=str(home), exports=[*map(str, exports)], work=work) == (0, [])

    def steps(self, home: Path, exports: Sequence[Path], work: str) -> list[str]:
        """Do the work and tell its steps, which takes half as long again."""
        ended, steps = self._told(home=str(home), exports=[*map(str, exports)], work=work, step=None)
        assert ended == 0
        return steps

    def kill(self, home: Path, exports: Sequence[Path], work: str, step: int) -> None:
        """Do the work until just before a step, which counts from 1."""
        told = self._told(home=str(home), exports=[*map(str, exports)], work=work, step=step)
        assert told == (KILLED, []), f"there was no step {step}"

    def _told(self, **asked: object) -> tuple[int, list[str]]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["ended"], answer["steps"]


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    script = Path(__file__).with_name("killed_at_a_step.py")
    with subprocess.Popen(
        [sys.executable, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(script.parents[2])},
    ) as process:
        yield Launcher(process)
        process.communicate()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def reader() -> Annotator:
    return SPEC.build()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Posts with edits and deletions among them, and an export that edits, deletes, closes others later."""
    folder = tmp_path_factory.mktemp("exports")
    first: list[dict[str, object]] = [
        {"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"},
        {"type": "account", "id": "sns:kim", "network": "sns", "handle": "kim"},
    ]
    second: list[dict[str, object]] = []
    for number in range(POSTS):
        post = {"type": "post", "id": f"sns:{number}", "channel": "sns:town", "account": "sns:kim"}
        post |= {"text": f"{number}번 설비 점검 결과를 공유합니다", "created": "2026-03-02T09:00:00Z"}
        first.append(post)
        if number % 10 == 0:
            changed = {"text": f"{number}번 설비 점검 일정이 바뀌었습니다", "edited": "2026-03-03T09:00:00Z"}
            first.append(post | changed)
        if number % 20 == 0:
            first.append({"type": "deletion", "post": f"sns:{number}"})
        if number % 10 == 5:
            changed = {"text": f"{number}번 설비는 교체합니다", "edited": "2026-03-04T09:00:00Z"}
            second.append(post | changed)
        if number % 20 == 7:
            second.append({"type": "deletion", "post": f"sns:{number}"})
        if number % 20 == 9:
            second.append(post | {"audience": ["person:p:lee"], "edited": "2026-03-05T09:00:00Z"})
    paths = [folder / "first.jsonl", folder / "second.jsonl"]
    for path, records in zip(paths, (first, second), strict=True):
        lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        path.write_text(lines, encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty store: making it is the first step of any work, and the longest."""
    home = tmp_path_factory.mktemp("made")
    Store.open(f"sqlite:///{home / 'dure.db'}").close()
    return home


@pytest.fixture(scope="module")
def published(launcher: Launcher, exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the first export, which nobody disturbed."""
    home = tmp_path_factory.mktemp("published")
    launcher.run(home, exports[:1], PUBLISH)
    return home


@pytest.fixture(scope="module")
def undisturbed(
    launcher: Launcher, exports: list[Path], reader: Annotator, tmp_path_factory: pytest.TempPathFactory
) -> Held:
    """What both exports come to."""
    home = tmp_path_factory.mktemp("undisturbed")
    launcher.run(home, exports, PUBLISH)
    return held(home, reader)


def held(home: Path, reader: Annotator) -> Held:
    store = Store.open(f"sqlite:///{home / 'dure.db'}")
    engine = EmbeddedEngine.open(home / "index", fingerprint(reader), writable=False)
    found = {
        asked: frozenset(
            hit.post
            for hit in match(
                engine, Question(words=(Word((Clause(TextField.TERMS, term, 1.0),)),)), scope, 2 * POSTS
            )
        )
        for asked, term, scope in (
            *((term, term, EVERYONE) for term in ("설비", "결과", "일정", "교체")),
            (CLOSED, "설비", Scope(frozenset({"person:p:lee"}))),
        )
    }
    texts = {post.id: post.text for post in store.replay(0, 2 * POSTS) if not post.deleted}
    comparison = verify(store, engine)
    engine.close()
    store.close()
    return Held(texts=texts, found=found, comparison=comparison)


def test_what_both_exports_come_to_is_what_they_say(undisturbed: Held) -> None:
    deleted = {"sns:0", "sns:20", "sns:7", "sns:27"}

    assert undisturbed.texts.keys() == {f"sns:{number}" for number in range(POSTS)} - deleted
    assert undisturbed.found[CLOSED] == {"sns:9", "sns:29"}
    assert undisturbed.found["설비"] == undisturbed.texts.keys() - undisturbed.found[CLOSED]
    assert undisturbed.found["일정"] == {"sns:10", "sns:30"}
    assert undisturbed.found["교체"] == {"sns:5", "sns:15", "sns:25", "sns:35"}
    assert undisturbed.comparison.agrees


def test_a_kill_while_the_store_is_made_is_made_good_by_the_next_run(
    tmp_path: Path, launcher: Launcher, exports: list[Path], reader: Annotator, undisturbed: Held
) -> None:
    launcher.kill(tmp_path, exports, PUBLISH, 1)
    launcher.run(tmp_path, exports, PUBLISH)
    after = held(tmp_path, reader)

    assert after.comparison.agrees
    assert (after.texts, after.found) == (undisturbed.texts, undisturbed.found)


@pytest.mark.parametrize("work", [INGEST, PUBLISH])
def test_a_kill_before_any_step_of_ingest_and_publish_is_made_good_by_the_next_run(
    tmp_path: Path,
    launcher: Launcher,
    exports: list[Path],
    reader: Annotator,
    made: Path,
    undisturbed: Held,
    work: str,
) -> None:
    shutil.copytree(made, tmp_path / "whole")
    steps = launcher.steps(tmp_path / "whole", exports, work)
    for step in range(1, len(steps) + 1):
        home = tmp_path / str(step)
        shutil.copytree(made, home)
        launcher.kill(home, exports, work, step)
        launcher.run(home, exports, PUBLISH)
        after = held(home, reader)

        assert after.comparison.pending == 0, (step, steps[step - 1])
        assert after.comparison.agrees, (step, steps[step - 1])
        assert (after.texts, after.found) == (undisturbed.texts, undisturbed.found), (step, steps[step - 1])

    # The counter sees what it is meant to see: each batch in the store, and for the index every kind of step.
    counted = Counter(steps)
    assert counted["Connection.commit"] >= BATCHES
    if work == PUBLISH:
        assert counted["module.write_index"] >= COMMITS
        # Where posts are only taken out, there are no vectors to write; where segments are merged, two files.
        kept = [step for step in steps if step in ("IndexWriter.commit", "module.write_index")]
        of_commits = [
            len(list(files)) for commits, files in groupby(kept, "IndexWriter.commit".__eq__) if not commits
        ]
        assert len(of_commits) < counted["IndexWriter.commit"]
        assert max(of_commits) > 1
        assert counted.keys() >= {"module.mkdir", "module.replace"}


def test_a_kill_before_any_step_of_a_rebuild_leaves_an_index_that_serves_and_is_made_good_by_the_next_run(
    tmp_path: Path,
    launcher: Launcher,
    exports: list[Path],
    reader: Annotator,
    published: Path,
    undisturbed: Held,
) -> None:
    shutil.copytree(published, tmp_path / "whole")
    before = held(published, reader)
    steps = launcher.steps(tmp_path / "whole", exports, REBUILD)
    assert held(tmp_path / "whole", reader).found == undisturbed.found
    never_changed = before.found["설비"] & undisturbed.found["설비"]
    for step in range(1, len(steps) + 1):
        home = tmp_path / str(step)
        shutil.copytree(published, home)
        launcher.kill(home, exports, REBUILD, step)

        assert held(home, reader).found["설비"] >= never_changed, (step, steps[step - 1])

        launcher.run(home, exports, REBUILD if step % 2 else PUBLISH)
        after = held(home, reader)
        builds = [path for path in (home / "index").iterdir() if path.is_dir()]

        assert after.comparison.pending == 0, (step, steps[step - 1])
        assert after.comparison.agrees, (step, steps[step - 1])
        assert (after.texts, after.found) == (undisturbed.texts, undisturbed.found), (step, steps[step - 1])
        assert len(builds) == 1, "what the kill left behind is swept"

    counted = Counter(steps)
    assert counted["IndexWriter.commit"] >= counted["module.write_index"] >= 2
    # Besides, files of vectors that a later commit replaces.
    assert counted["module.unlink"] >= SWEPT, "the index that the new one replaces is removed"
    assert counted.keys() >= {"Connection.commit", "module.mkdir", "module.replace"}
