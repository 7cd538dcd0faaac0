"""The settings of compose.yaml make Dure work with a real PostgreSQL and OpenSearch; a backup brings it back."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import opensearch_fixture
import postgresql_fixture
import pytest
import yaml
from postgresql import find_installation
from sqlalchemy import make_url

from models.store import Store

pytestmark = [pytest.mark.postgresql, pytest.mark.opensearch]

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "pipelines" / "sample"
PATIENCE = 120
"""Seconds that anything here may take on a loaded machine; nothing measures time."""

Environment = dict[str, str]


@pytest.fixture
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Environment:
    """What compose.yaml gives to Dure, with the servers of the tests in place of its services."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    given: Environment = services["dure"]["environment"]
    assert given["DURE_DATABASE_URL"].startswith("postgresql+psycopg://")
    here = {
        "DURE_DATABASE_URL": postgresql_fixture.empty_postgresql(request),
        "DURE_OPENSEARCH_URL": opensearch_fixture.opensearch_url(request),
        "DURE_OPENSEARCH_INDEX": opensearch_fixture.opensearch_alias(request),
        "DURE_HOME": str(tmp_path / "home"),
        "DURE_PORT": "0",
    }
    return {**os.environ, **given, **here}


def dure(environment: Environment, *arguments: str) -> str:
    command = [sys.executable, "-m", "search_api.cli", *arguments]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture
def server(environment: Environment) -> Iterator[str]:
    """The address of a running server."""
    command = [sys.executable, "-m", "search_api.cli", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield process.stdout.readline().strip().rpartition(" ")[2]
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def is_done(server: str, store: Store) -> bool:
    """Whether the server can answer, and has published all that is in the store."""
    with suppress(HTTPError), urlopen(f"{server}/health", timeout=PATIENCE):
        return store.status().pending == 0
    return False


def answers(environment: Environment) -> list[str]:
    """The threads that a question of the sample company finds."""
    found = dure(environment, "search", "VPN 접속이 안 돼요", "--as", "p:kim.jaemin", "--json")
    return [hit["post"]["id"] for hit in json.loads(found)["hits"]]


def test_a_team_ingests_beside_the_server_searches_and_gets_its_backup_back(
    environment: Environment, server: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    told = dure(environment, "ingest", "jsonl", str(SAMPLE))
    store = Store.open(environment["DURE_DATABASE_URL"])
    deadline = time.monotonic() + PATIENCE
    while not is_done(server, store):
        assert time.monotonic() < deadline, told
        time.sleep(0.2)
    store.close()
    assert json.loads(dure(environment, "status", "--json"))["pending"] == 0
    before = answers(environment)
    assert before
    dure(environment, "verify")

    # As docs/deploy.md says it, beside the running server.
    programs = find_installation().programs
    dump = tmp_path / "dure.dump"
    subprocess.run(
        [programs / "pg_dump", "--format=custom", f"--file={dump}", libpq(environment)], check=True
    )
    environment["DURE_DATABASE_URL"] = postgresql_fixture.empty_postgresql(request)
    restore = [
        programs / "pg_restore",
        "--exit-on-error",
        "--no-owner",
        f"--dbname={libpq(environment)}",
        dump,
    ]
    subprocess.run(restore, check=True)
    environment["DURE_HOME"] = str(tmp_path / "another machine")
    environment["DURE_OPENSEARCH_INDEX"] += "-restored"
    dure(environment, "rebuild")
    dure(environment, "verify")
    assert answers(environment) == before


def libpq(environment: Environment) -> str:
    """The address of the store as PostgreSQL's own programs take it."""
    return make_url(environment["DURE_DATABASE_URL"]).set(drivername="postgresql").render_as_string(False)
