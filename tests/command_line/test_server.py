"""`dure serve` as a process of its own, with other commands beside it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

DURE = [sys.executable, "-m", "search_api.cli"]
PATIENCE = 60
"""Seconds that anything here may take on a loaded machine; nothing measures time."""


@dataclass
class Server:
    """A running server, its home, and a client with an administrator's token."""

    process: subprocess.Popen[str]
    home: Path
    dictionary: Path
    client: httpx.Client

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same home."""
        return subprocess.run(
            [*DURE, *arguments, "--home", str(self.home)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def found(self, question: str) -> list[str]:
        """The posts that lead the threads found."""
        answer = self.client.get("/search", params={"q": question})
        assert answer.status_code == 200, answer.text
        return [hit["post"]["id"] for hit in answer.json()["hits"]]


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        # Words alone: to vectors, all of three posts are near to anything.
        patch.setenv("DURE_ENCODER", "none")
        yield from served(tmp_path_factory.mktemp("served"))


def served(home: Path) -> Iterator[Server]:
    dictionary = home / "words.tsv"
    dictionary.write_text("", encoding="utf-8")
    people = home / "people.jsonl"
    people.write_text(
        '{"type": "person", "id": "p:kim", "name": "김하늘"}\n'
        '{"type": "account", "id": "sns:kim", "network": "sns", "handle": "kim", "person": "p:kim"}\n'
        '{"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"}\n',
        encoding="utf-8",
    )
    environment = os.environ | {"DURE_DICTIONARY": str(dictionary)}
    subprocess.run([*DURE, "ingest", "jsonl", str(people), "--home", str(home)], check=True, timeout=PATIENCE)
    secret = subprocess.run(
        [*DURE, "token", "create", "test", "--as", "p:kim", "--role", "admin", "--home", str(home)],
        check=True,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
    ).stdout.strip()
    process = subprocess.Popen(
        [*DURE, "serve", "--home", str(home), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {secret}"}) as client:
            yield Server(process, home, dictionary, client)
    finally:
        process.kill()
        process.wait()


def post(number: int, text: str) -> dict[str, object]:
    return {
        "type": "post",
        "id": f"sns:{number}",
        "channel": "sns:town",
        "account": "sns:kim",
        "text": text,
        "created": "2026-05-04T09:00:00Z",
    }


def test_a_post_given_to_the_api_is_found(server: Server) -> None:
    answer = server.client.post("/posts", json=post(1, "사내 카페 개점 시간은 8시입니다"))
    assert answer.status_code == 201, answer.text
    eventually(lambda: server.found("카페 개점") == ["sns:1"])


def test_what_another_process_ingests_is_published_by_the_server(server: Server) -> None:
    export = server.home / "more.jsonl"
    export.write_text(json.dumps(post(2, "주차 등록은 총무팀에 문의하세요")), encoding="utf-8")
    done = server.command("ingest", "jsonl", str(export))
    assert done.returncode == 0, done.stderr
    assert "server publishes" in done.stderr
    eventually(lambda: server.found("주차 등록") == ["sns:2"])


def test_a_second_publisher_is_told_who_publishes(server: Server) -> None:
    taken = str(server.client.base_url.port)
    for command in (["serve", "--port", "0"], ["serve", "--port", taken], ["publish"]):
        done = server.command(*command)
        assert done.returncode == 1
        assert "publisher_running" in done.stderr
        assert "dure serve" in done.stderr


def test_the_server_rebuilds_when_another_process_asks_for_it(server: Server) -> None:
    before = server.client.get("/health/details").json()["generation"]
    done = server.command("rebuild")
    assert done.returncode == 0, done.stderr
    assert server.client.get("/health/details").json()["generation"].split(":")[0] != before.split(":")[0]
    assert server.found("카페 개점") == ["sns:1"]


def test_a_changed_dictionary_is_followed_while_running(server: Server) -> None:
    server.client.post("/posts", json=post(3, "누리온게이트 점검 안내"))
    eventually(lambda: "sns:3" in server.found("점검 안내"))
    server.dictionary.write_text("누리온게이트\t누리온,게이트\t출입시스템\n", encoding="utf-8")
    eventually(lambda: server.found("출입시스템") == ["sns:3"])


def test_a_request_to_end_ends_the_server_in_order(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    assert server.process.stdout is not None
    assert "Stopped." in server.process.stdout.read()
    assert server.command("verify").returncode == 0
