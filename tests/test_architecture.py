"""The shape of the code base: the arrows, the home packages, the size of files, the names of files."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("models", "indexer", "pipelines", "search_api")
MAY_IMPORT = {name: set(FOLDERS[: position + 1]) for position, name in enumerate(FOLDERS)}

HOMES = {
    "sqlalchemy": ["models/store"],
    "alembic": ["models/store"],
    "mecab": ["models/language"],
    "spacy": ["models/language"],
    "snowballstemmer": ["models/language"],
    "tokenizers": ["models/language"],
    "safetensors": ["models/language"],
    "onnxruntime": ["models/language"],
    "sentence_transformers": ["models/language"],
    "kiwipiepy": ["models/language"],
    "konlpy": ["models/language"],
    "jpype": ["models/language"],
    "tantivy": ["indexer/embedded"],
    "faiss": ["indexer/embedded"],
    "opensearchpy": ["indexer/opensearch"],
    "stamina": ["indexer/opensearch"],
    "lxml": ["pipelines/sources"],
    "inscriptis": ["pipelines/sources"],
    "scipy": ["models/language/training", "search_api/evaluation"],
    "ir_measures": ["search_api/evaluation"],
    "emoji": ["pipelines/sources", "models/language/training"],
    "fastapi": ["search_api"],
    "starlette": ["search_api"],
    "uvicorn": ["search_api"],
    "jinja2": ["search_api"],
    "typer": ["search_api"],
    "pydantic_settings": ["search_api"],
    "rich": ["search_api", "pipelines/progress.py"],
}

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager"}


def python_files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_arrows_run_one_way(folder: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in python_files(folder)
        for name in imported(file)
        if name.split(".")[0] in FOLDERS and name.split(".")[0] not in MAY_IMPORT[folder]
    ]
    assert not wrong


def test_each_heavy_library_lives_in_its_home_package() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in python_files(*FOLDERS)
        for name in imported(file)
        if (homes := HOMES.get(name.split(".")[0]))
        and not any(file.relative_to(ROOT).as_posix().startswith(home) for home in homes)
    ]
    assert not wrong


def test_every_home_is_still_lived_in() -> None:
    used = {name.split(".")[0] for file in python_files(*FOLDERS) for name in imported(file)}
    assert not HOMES.keys() - used


@pytest.mark.parametrize("file", python_files(*FOLDERS, "scripts", "benchmarks"), ids=lambda file: file.name)
def test_a_file_holds_one_idea(file: Path) -> None:
    if "migrations" in file.parts:
        return
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= 300, f"{file.relative_to(ROOT)} has {lines} lines: a second idea is living there"
    assert file.stem not in SAYS_NOTHING, f"{file.relative_to(ROOT)}: a name that says nothing"


def test_nothing_else_lies_at_the_top() -> None:
    expected = {*FOLDERS, "tests", "benchmarks", "docs", "scripts"}
    found = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    assert found - {"build", "dist"} - {name for name in found if name.endswith(".egg-info")} == expected
