"""What a command imports: heavy libraries only where they are chosen, told by counting and not by time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.collector import YOUNG

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parent.parent.parent / "pipelines" / "sample"
CHOSEN = {
    "opensearchpy",
    "lxml",
    "inscriptis",
    "sentence_transformers",
    "torch",
    "psycopg",
    "kiwipiepy",
    "scipy",
}
"""What the embedded default never needs."""
SERVER = {"fastapi", "starlette", "uvicorn", "jinja2", "babel"}
TAGGING = {"spacy", "thinc"}
READING = {"mecab", "_mecab", "faiss", "tantivy", "tokenizers", "safetensors"}
ELSEWHERE = {
    "sqlalchemy.orm",
    "sqlalchemy.dialects.postgresql",
    "filelock",
    "snowballstemmer",
    "search_api.experts.finding",
    "search_api.schemas",
    "search_api.evaluation",
    "search_api.pages",
    "search_api.http",
    "pipelines.publish",
    "models.language.succession_cues",
    "rich.progress",
}
"""What a search in Korean in an SQLite store does without."""
PROGRAM = """
import json, sys
from search_api.cli import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
THREADS = """
from contextlib import suppress
from search_api.cli import main
with suppress(SystemExit):
    main()
import gc, sys
from threadpoolctl import threadpool_info
print(sorted({pool["num_threads"] for pool in threadpool_info()}), gc.get_threshold()[0], file=sys.stderr)
"""


def last_line(program: str, *arguments: str | Path) -> str:
    """What a process says at its end of how it went; nobody has told it how many threads to take."""
    untold = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True, text=True, check=True, timeout=120, env=untold,
    )  # fmt: skip
    return done.stderr.splitlines()[-1]


def imported(*arguments: str | Path) -> set[str]:
    """The modules that a process has imported when a command has ended."""
    return set(json.loads(last_line(PROGRAM, *arguments)))


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_wait_for_nothing(option: str) -> None:
    nothing = CHOSEN | SERVER | TAGGING | READING | ELSEWHERE | {"numpy", "sqlalchemy", "pydantic"}
    assert not imported(option) & nothing


def test_status_opens_the_store_alone(home: Path) -> None:
    for command in ("status", "people"):
        assert not imported(command, "--home", home) & (CHOSEN | SERVER | TAGGING | READING | {"alembic"})


def test_a_question_is_read_and_not_tagged(home: Path) -> None:
    found = imported("search", "접속이 안 돼요", "--home", home)
    assert not found & (CHOSEN | SERVER | TAGGING | ELSEWHERE | {"alembic", "tokenizers"})
    assert found >= {"tantivy", "faiss"}


def test_a_question_takes_no_threads_for_calculating_and_is_not_stopped_to_collect_garbage(
    home: Path,
) -> None:
    said = last_line(THREADS, "search", "접속이 안 돼요", "--home", home)
    assert said == f"[1] {YOUNG}"


def test_an_import_waits_for_no_server_and_no_other_parser(home: Path) -> None:
    assert not imported("ingest", "jsonl", str(SAMPLE), "--home", home) & (CHOSEN | SERVER)
