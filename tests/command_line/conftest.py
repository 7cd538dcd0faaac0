"""The sample company in a home, ingested once for a whole run of pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import copied, made_once

SAMPLE = Path(__file__).parent.parent.parent / "pipelines" / "sample"
INGEST = (sys.executable, "-m", "search_api.cli", "ingest", "jsonl", str(SAMPLE), "--home")


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home as the command leaves it, which all processes of the run share: whoever writes takes a copy."""

    def ingest(home: Path) -> None:
        default = {name: value for name, value in os.environ.items() if not name.startswith("DURE_")}
        subprocess.run([*INGEST, str(home)], check=True, env=default)

    return made_once(tmp_path_factory, "ingested", ingest)


@pytest.fixture(scope="module")
def home(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the tests of one file."""
    return copied(ingested, tmp_path_factory.mktemp("home"))
