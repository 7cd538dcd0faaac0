"""The settings of compose.yaml make Dure work with a real PostgreSQL and OpenSearch; a backup brings it back."""

import json
import shutil
import signal
import subprocess
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
from served_home import PATIENCE, Home, Server, eventually
from sqlalchemy import make_url

from models.store import Store

pytestmark = [pytest.mark.postgresql, pytest.mark.opensearch]

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "pipelines" / "sample"


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A home with the settings of compose.yaml, and the servers of the tests in place of its services."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    given: dict[str, str] = services["dure"]["environment"]
    assert given["DURE_DATABASE_URL"].startswith("postgresql+psycopg://")
    here = {
        "DURE_DATABASE_URL": postgresql_fixture.empty_postgresql(request),
        "DURE_OPENSEARCH_URL": opensearch_fixture.opensearch_url(request),
        "DURE_OPENSEARCH_INDEX": opensearch_fixture.opensearch_alias(request),
    }
    folder = tmp_path / "home"
    folder.mkdir()
    return Home(folder=folder, settings={**given, **here})


@pytest.fixture
def server(home: Home) -> Iterator[Server]:
    """A running server, which ends in order."""
    with home.serving() as server:
        yield server
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0


def is_done(server: Server, store: Store) -> bool:
    """Whether the server can answer, and has published all that is in the store with the whole of its vectors."""
    with suppress(HTTPError), urlopen(f"{server.address}/health", timeout=PATIENCE):
        return not store.kept_annotations.number_lacking_vectors() and store.status().pending == 0
    return False


def answers(home: Home) -> list[str]:
    """The threads that a question of the sample company finds."""
    found = home.told("search", "VPN 접속이 안 돼요", "--as", "p:kim.jaemin", "--json")
    return [hit["post"]["id"] for hit in json.loads(found)["hits"]]


def test_a_team_ingests_beside_the_server_searches_and_gets_its_backup_back(
    home: Home, server: Server, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    # The networks that all companies of the sample share.
    export = tmp_path / "export"
    export.mkdir()
    for file in SAMPLE.glob("*.jsonl"):
        shutil.copy(file, export)
    home.told("ingest", "jsonl", str(export))
    store = Store.open(home.settings["DURE_DATABASE_URL"])
    eventually(lambda: is_done(server, store))
    store.close()
    assert json.loads(home.told("status", "--json"))["pending"] == 0
    before = answers(home)
    assert before
    home.told("verify")

    # As docs/deploy.md says it, beside the running server.
    programs = find_installation().programs
    dump = tmp_path / "dure.dump"
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", libpq(home)], check=True)
    restored = Home(
        folder=tmp_path / "another machine",
        settings={
            **home.settings,
            "DURE_DATABASE_URL": postgresql_fixture.empty_postgresql(request),
            "DURE_OPENSEARCH_INDEX": f"{home.settings['DURE_OPENSEARCH_INDEX']}-restored",
        },
    )
    restore = [
        programs / "pg_restore",
        "--exit-on-error",
        "--no-owner",
        f"--dbname={libpq(restored)}",
        dump,
    ]
    subprocess.run(restore, check=True)
    restored.told("rebuild")
    restored.told("verify")
    assert answers(restored) == before


def libpq(home: Home) -> str:
    """The address of the store as PostgreSQL's own programs take it."""
    return make_url(home.settings["DURE_DATABASE_URL"]).set(drivername="postgresql").render_as_string(False)
