"""`dure serve` whose index is deleted: it heals by itself, and nobody is told less than there is."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = pytest.mark.slow

DURE = [sys.executable, "-m", "search_api.cli"]
PATIENCE = 90
"""Seconds that anything here may take on a loaded machine; nothing measures time."""
POSTS = 60


@dataclass
class Home:
    """A home with posts that are all published, the settings of its commands, and a token."""

    folder: Path
    settings: dict[str, str]
    secret: str = ""

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*DURE, *arguments, "--home", str(self.folder)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=os.environ | self.settings,
        )

    @contextmanager
    def serving(self) -> Iterator["Server"]:
        log = self.folder / "server.log"
        with log.open("w") as file:
            process = psutil.Popen(
                [*DURE, "serve", "--home", str(self.folder), "--port", "0", "--workers", "2"],
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env=os.environ | self.settings,
            )
        family = [process]
        try:
            address = process.stdout.readline().split()[-1]
            family += process.children()
            yield Server(address, self.secret, log)
        finally:
            for member in family:
                if member.is_running():
                    member.kill()
            process.wait(PATIENCE)


@dataclass
class Server:
    """A running server, asked by a new connection each time, so that any of its workers answers."""

    address: str
    secret: str
    log: Path

    def get(self, path: str, **parameters: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.secret}"}
        return httpx.get(self.address + path, params=parameters, headers=headers, timeout=PATIENCE)

    def all_found(self) -> bool:
        """Whether all is found; less than all is only ever answered by an error that says what to do."""
        answer = self.get("/search", q="창고 재고", limit=50)
        if answer.status_code == 503:
            error = answer.json()["error"]
            assert error["code"] == "index_lost", error
            assert "made anew" in error["message"]
            assert error["remedy"]
            assert answer.headers["retry-after"]
            assert self.get("/health").status_code in (200, 503)
            return False
        assert answer.status_code == 200, answer.text
        assert answer.json()["posts"] == POSTS, answer.text
        return True

    def write(self, number: int) -> None:
        body = {"id": f"sns:{number}", "channel": "sns:town", "account": "sns:kim"}
        body |= {"text": "정수기 필터 교체", "created": "2026-05-04T09:00:00Z"}
        headers = {"Authorization": f"Bearer {self.secret}"}
        answer = httpx.post(f"{self.address}/posts", json=body, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text

    def healed(self, identity: str) -> bool:
        """Whether all is found in another index than before."""
        return self.all_found() and self.identity() not in ("", identity)

    def identity(self) -> str:
        answer = self.get("/health/details")
        return answer.json()["generation"].partition(":")[0] if answer.status_code == 200 else ""


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def filled(folder: Path, settings: dict[str, str]) -> Home:
    lines = [
        '{"type": "person", "id": "p:kim", "name": "김하늘"}',
        '{"type": "account", "id": "sns:kim", "network": "sns", "handle": "kim", "person": "p:kim"}',
        '{"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"}',
    ]
    lines += [
        f'{{"type": "post", "id": "sns:{number}", "channel": "sns:town", "account": "sns:kim", '
        f'"text": "{number}번 창고 재고", "created": "2026-05-04T09:00:00Z"}}'
        for number in range(POSTS)
    ]
    export = folder / "export.jsonl"
    export.write_text("\n".join(lines), encoding="utf-8")
    # Words alone: to vectors, all of these posts are near to anything.
    home = Home(folder, {"DURE_ENCODER": "none", **settings})
    done = home.command("ingest", "jsonl", str(export))
    assert done.returncode == 0, done.stderr
    home.secret = home.command("token", "create", "test", "--as", "p:kim", "--role", "admin").stdout.strip()
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return filled(tmp_path_factory.mktemp("lost"), {})


def delete(home: Home, pattern: str) -> None:
    for path in list(home.folder.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_running_server_makes_a_deleted_index_anew_whatever_part_of_it_is_deleted(home: Home) -> None:
    with home.serving() as server:
        eventually(server.all_found)
        for number, pattern in enumerate(
            ("index", "index/CURRENT", "index/*/words/meta.json", "index/*/words/*.store", "index/*")
        ):
            before = server.identity()
            delete(home, pattern)
            eventually(lambda: server.healed(before))  # noqa: B023
            # Every worker, and what comes afterwards is published as ever.
            for _ in range(20):
                assert server.all_found()
            server.write(1_000 + number)
            eventually(lambda: server.get("/search", q="정수기").json()["posts"] > number)  # noqa: B023
        told = server.log.read_text()
        assert f"made anew from the store: {POSTS} posts" in told
        assert "The index has been made anew." in told
        assert "Traceback" not in told
    assert home.command("verify").returncode == 0


def test_rebuild_works_beside_a_server_whose_index_is_deleted_and_without_a_server(home: Home) -> None:
    with home.serving() as server:
        eventually(server.all_found)
        delete(home, "index")
        done = home.command("rebuild")
        assert done.returncode == 0, done.stderr
        eventually(server.all_found)
    for pattern in ("index", "index/*/words/meta.json", "index/CURRENT"):
        delete(home, pattern)
        assert home.command("search", "창고").returncode == 1
        done = home.command("rebuild")
        assert done.returncode == 0, done.stderr
        assert home.command("verify").returncode == 0


def test_a_server_that_starts_without_its_index_answers_when_it_has_made_it(home: Home) -> None:
    for pattern in ("index", "index/*/build.json"):
        delete(home, pattern)
        with home.serving() as server:
            eventually(server.all_found)
            assert "Traceback" not in server.log.read_text()
    assert home.command("verify").returncode == 0


@pytest.mark.opensearch
def test_a_running_server_makes_a_deleted_opensearch_index_anew(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    import opensearch_fixture
    from opensearchpy import OpenSearch

    url, alias = opensearch_fixture.opensearch_url(request), opensearch_fixture.opensearch_alias(request)
    settings = {"DURE_ENGINE": "opensearch", "DURE_OPENSEARCH_URL": url, "DURE_OPENSEARCH_INDEX": alias}
    home = filled(tmp_path, settings)

    def delete_index() -> None:
        with OpenSearch(url) as client:
            for name in client.indices.get_alias(name=alias):
                client.indices.delete(index=name)

    with home.serving() as server:
        eventually(server.all_found)
        delete_index()
        eventually(server.all_found)
        for _ in range(10):
            assert server.all_found()
        delete_index()
        done = home.command("rebuild")
        assert done.returncode == 0, done.stderr
        eventually(server.all_found)
    delete_index()
    with home.serving() as server:
        eventually(server.all_found)
    delete_index()
    done = home.command("rebuild")
    assert done.returncode == 0, done.stderr
    assert home.command("verify").returncode == 0
