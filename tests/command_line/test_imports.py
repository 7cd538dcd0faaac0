"""What a command imports: heavy libraries only where they are chosen, told by counting and not by time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
PROGRAM = """
import json, sys
from search_api.cli import main
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    """The packages that a process has imported when a command has ended."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True, timeout=120
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = str(tmp_path_factory.mktemp("home"))
    subprocess.run(
        [sys.executable, "-m", "search_api.cli", "ingest", "jsonl", str(SAMPLE), "--home", home], check=True
    )
    return home


def test_help_waits_for_nothing() -> None:
    assert not imported("--help") & (
        CHOSEN | SERVER | TAGGING | READING | {"numpy", "sqlalchemy", "pydantic"}
    )


def test_status_opens_the_store_alone(home: str) -> None:
    for command in ("status", "people"):
        assert not imported(command, "--home", home) & (CHOSEN | SERVER | TAGGING | READING | {"alembic"})


def test_a_question_is_read_and_not_tagged(home: str) -> None:
    found = imported("search", "VPN 접속이 안 돼요", "--home", home)
    assert not found & (CHOSEN | SERVER | TAGGING | {"alembic", "tokenizers"})
    assert found >= {"tantivy", "faiss"}


def test_an_import_waits_for_no_server_and_no_other_parser(home: str) -> None:
    assert not imported("ingest", "jsonl", str(SAMPLE), "--home", home) & (CHOSEN | SERVER)
