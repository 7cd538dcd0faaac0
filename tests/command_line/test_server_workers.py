"""A server of several processes: what one has written all find, what dies is started anew, all end together."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = pytest.mark.slow

DURE = [sys.executable, "-m", "search_api.cli"]
PATIENCE = 60
"""Seconds that anything here may take on a loaded machine; nothing measures time."""
WORKERS = 3
CSRF = re.compile(r'name="csrf" value="(\w+)"')


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def running(home: Path, **settings: str) -> Iterator[tuple[psutil.Popen, str]]:
    """A server with its address."""
    command = [*DURE, "serve", "--home", str(home), "--port", "0", "--workers", str(WORKERS)]
    process = psutil.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | settings)
    family = [process]
    try:
        address = process.stdout.readline().split()[-1]
        family += process.children()
        yield process, address
    finally:
        for member in family:
            if member.is_running():
                member.kill()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("workers")
    people = folder / "people.jsonl"
    people.write_text(
        '{"type": "person", "id": "p:kim", "name": "김하늘"}\n'
        '{"type": "account", "id": "sns:kim", "network": "sns", "handle": "kim", "person": "p:kim"}\n'
        '{"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"}\n',
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        # Words alone: to vectors, all of three posts are near to anything.
        patch.setenv("DURE_ENCODER", "none")
        subprocess.run([*DURE, "ingest", "jsonl", str(people), "--home", str(folder)], check=True)
        yield folder


@pytest.fixture(scope="module")
def secret(home: Path) -> str:
    create = [*DURE, "token", "create", "test", "--as", "p:kim", "--role", "admin", "--home", str(home)]
    return subprocess.run(create, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def server(home: Path) -> Iterator[tuple[psutil.Popen, str]]:
    with running(home) as started:
        yield started


def workers_of(server: psutil.Process, address: str) -> dict[int, psutil.Process]:
    """The processes that hold a connection of ours, by our own port."""
    port = int(address.rpartition(":")[2])
    return {
        connection.raddr.port: process
        for process in server.children()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_ESTABLISHED and connection.laddr.port == port
    }


@contextmanager
def one_client_a_worker(server: psutil.Process, address: str, secret: str) -> Iterator[list[httpx.Client]]:
    """Clients whose connections, kept alive, are each held by another worker."""
    clients: dict[int, httpx.Client] = {}
    with ExitStack() as opened:

        def connect() -> bool:
            client = httpx.Client(
                base_url=address, headers={"Authorization": f"Bearer {secret}"}, timeout=PATIENCE
            )
            opened.callback(client.close)
            with client.stream("GET", "/health") as answer:
                answer.read()
                own = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
            worker = workers_of(server, address).get(own)
            if worker:
                clients.setdefault(worker.pid, client)
            return len(clients) >= 2

        eventually(connect)
        yield list(clients.values())


def post(number: int, text: str) -> dict[str, object]:
    return {
        "id": f"sns:{number}",
        "channel": "sns:town",
        "account": "sns:kim",
        "text": text,
        "created": "2026-05-04T09:00:00Z",
    }


def found(client: httpx.Client, question: str) -> list[str]:
    answer = client.get("/search", params={"q": question})
    assert answer.status_code == 200, answer.text
    return [hit["post"]["id"] for hit in answer.json()["hits"]]


def test_what_one_worker_has_written_every_other_finds(server: tuple[psutil.Popen, str], secret: str) -> None:
    process, address = server
    assert len(process.children()) == WORKERS + 1
    with one_client_a_worker(process, address, secret) as (one, other):
        for number, (writer, reader) in enumerate([(one, other), (other, one)], start=10):
            word = ("정수기", "환풍기")[number % 2]
            assert writer.post("/posts", json=post(number, f"{word} 필터 교체")).status_code == 201
            eventually(lambda: f"sns:{number}" in found(reader, word))  # noqa: B023
            assert f"sns:{number}" in found(writer, word)
        assert len({client.get("/health/details").json()["generation"] for client in (one, other)}) == 1


def test_a_process_that_dies_is_started_anew_and_nothing_that_was_acknowledged_is_lost(
    server: tuple[psutil.Popen, str], secret: str
) -> None:
    process, address = server
    headers = {"Authorization": f"Bearer {secret}"}
    written = 100
    for victim in process.children():
        answer = httpx.post(f"{address}/posts", json=post(written, "비상구 안내"), headers=headers)
        assert answer.status_code == 201
        victim.kill()
        written += 1
    eventually(lambda: len(process.children()) == WORKERS + 1)

    def all_found() -> bool:
        with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE) as client:
            try:
                return set(found(client, "비상구 안내")) >= {
                    f"sns:{number}" for number in range(100, written)
                }
            except httpx.TransportError:
                return False  # of a worker that was killed as it answered

    eventually(all_found)
    assert process.is_running()


def test_a_request_to_end_ends_every_process(server: tuple[psutil.Popen, str]) -> None:
    process, _ = server
    family = process.children()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert "Stopped." in process.stdout.read()
    assert not [member for member in family if member.is_running()]


def test_no_process_outlives_a_server_that_was_killed(server: tuple[psutil.Popen, str]) -> None:
    process, _ = server
    family = process.children()
    process.kill()
    eventually(lambda: not [member for member in family if member.is_running()])


def test_a_form_that_one_worker_has_shown_may_be_sent_to_another(home: Path, secret: str) -> None:
    with (
        running(home, DURE_DEMO="true", DURE_DEMO_VIEWERS=json.dumps(["p:kim"])) as (process, address),
        one_client_a_worker(process, address, secret) as (one, other),
    ):
        for client in (one, other):
            del client.headers["Authorization"]
            client.headers["Origin"] = address
        page = one.get("/compose", params={"as": "p:kim"})
        form = {"csrf": CSRF.search(page.text)[1], "key": "0b54ea20-6a4a-4a3c-9d7c-0f7e4d4b2a10"}
        form |= {"text": "회의실 예약은 어디서 하나요", "channel": "sns:town", "kind": "question"}
        answer = other.post("/compose", params={"as": "p:kim"}, data=form)
        assert answer.status_code == 303, answer.text
