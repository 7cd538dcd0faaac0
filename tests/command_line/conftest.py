"""The sample company in a home, ingested once for a whole run of pytest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

SAMPLE = Path(__file__).parent.parent.parent / "pipelines" / "sample"
INGEST = (sys.executable, "-m", "search_api.cli", "ingest", "jsonl", str(SAMPLE), "--home")


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home as the command leaves it, which all processes of the run share: whoever writes takes a copy."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    home = shared / "ingested"
    with FileLock(shared / "ingested.lock"):
        if not home.exists():
            begun = tmp_path_factory.mktemp("begun")
            default = {name: value for name, value in os.environ.items() if not name.startswith("DURE_")}
            subprocess.run([*INGEST, str(begun)], check=True, env=default)
            begun.rename(home)
    return home


@pytest.fixture(scope="module")
def home(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the tests of one file."""
    return shutil.copytree(ingested, tmp_path_factory.mktemp("home"), dirs_exist_ok=True)
