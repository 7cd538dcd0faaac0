"""Dockerfile and compose.yaml are well, and the check of them finds what would keep a team from starting."""

import shutil
from collections.abc import Callable
from pathlib import Path

import check_deployment
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of all that the check looks at."""
    for name in ("Dockerfile", ".dockerignore", "compose.yaml", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("models", "indexer", "pipelines", "search_api"):
        (tmp_path / name).mkdir()
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "deploy.md", tmp_path / "docs")
    return tmp_path


def problems(folder: Path) -> str:
    found = [*check_deployment.dockerfile_problems(folder), *check_deployment.compose_problems(folder)]
    return "\n".join(found)


def test_what_the_repository_deploys_is_well(folder: Path) -> None:
    assert problems(ROOT) == ""
    assert problems(folder) == ""


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (replaced("Dockerfile", "COPY models", "KOPY models"), "KOPY"),
        (replaced("Dockerfile", "COPY models models", "COPY modells models"), "there is no modells"),
        (replaced("Dockerfile", "--from=build", "--from=built"), "no stage built"),
        (replaced("Dockerfile", "python:3.11-slim-bookworm AS", "python AS"), "python has no version"),
        (replaced("Dockerfile", "USER dure\n", ""), "runs as root"),
        (replaced("Dockerfile", "DURE_HOST=", "DURE_HOSTS="), "no setting DURE_HOSTS"),
        (replaced("Dockerfile", "EXPOSE 8600", "EXPOSE 8000"), "exposes"),
        (replaced("Dockerfile", '["dure", "serve"]', "dure serve"), "JSON form"),
        (replaced(".dockerignore", "!models\n", ""), "keeps models out"),
        (lambda folder: (folder / "LICENSE").unlink(), "there is no LICENSE"),
        (replaced("compose.yaml", "restart:", "restarts:"), "restarts"),
        (replaced("compose.yaml", "    ports:\n", "    ports: 8600\n    x-ports:\n"), "8600"),
        (replaced("compose.yaml", "@postgresql:", "@postgres:"), "DURE_DATABASE_URL names no service"),
        (replaced("compose.yaml", "DURE_ENGINE", "DURE_INDEX"), "no setting DURE_INDEX"),
        (replaced("compose.yaml", "opensearch:3.5.0", "opensearch:2.0.0"), "the tests run with version 3"),
        (replaced("compose.yaml", "127.0.0.1:8600", "8600"), "open to the network"),
        (replaced("compose.yaml", "  home:\n", ""), "no volume home"),
        (replaced("compose.yaml", "    healthcheck:\n", "    x-healthcheck:\n"), "nobody checks"),
        (replaced("docs/deploy.md", "DURE_OPENSEARCH_HEAP", "heap"), "does not explain DURE_OPENSEARCH_HEAP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_found(folder: Path, change: Callable[[Path], None], told: str) -> None:
    change(folder)
    assert told in problems(folder)
