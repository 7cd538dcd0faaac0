"""A server of several processes: what one has written all find, what dies is started anew, all end together."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import psutil
import pytest
from served_home import PATIENCE, TOWN, WORDS_ALONE, Home, Server, eventually, found, post

pytestmark = pytest.mark.slow

WORKERS = 3
CSRF = re.compile(r'name="csrf" value="(\w+)"')


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(folder=tmp_path_factory.mktemp("workers"), settings=WORDS_ALONE)
    home.ingest(*TOWN)
    return home


@pytest.fixture
def server(home: Home) -> Iterator[Server]:
    with home.serving("--workers", str(WORKERS)) as server:
        yield server


def workers_of(server: Server) -> dict[int, psutil.Process]:
    """The processes that hold a connection of ours, by our own port."""
    port = int(server.address.rpartition(":")[2])
    return {
        connection.raddr.port: process
        for process in server.process.children()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_ESTABLISHED and connection.laddr.port == port
    }


@contextmanager
def one_client_a_worker(server: Server) -> Iterator[list[httpx.Client]]:
    """Clients whose connections, kept alive, are each held by another worker."""
    clients: dict[int, httpx.Client] = {}
    with ExitStack() as opened:

        def connect() -> bool:
            client = opened.enter_context(server.client())
            with client.stream("GET", "/health") as answer:
                answer.read()
                own = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
            worker = workers_of(server).get(own)
            if worker:
                clients.setdefault(worker.pid, client)
            return len(clients) >= 2

        eventually(connect)
        yield list(clients.values())


def test_what_one_worker_has_written_every_other_finds(server: Server) -> None:
    assert len(server.process.children()) == WORKERS + 1
    with one_client_a_worker(server) as (one, other):
        for number, (writer, reader) in enumerate([(one, other), (other, one)], start=10):
            word = ("정수기", "환풍기")[number % 2]
            assert writer.post("/posts", json=post(number, f"{word} 필터 교체")).status_code == 201
            eventually(lambda: f"sns:{number}" in found(reader, word))  # noqa: B023
            assert f"sns:{number}" in found(writer, word)
        assert len({client.get("/health/details").json()["generation"] for client in (one, other)}) == 1


def test_a_process_that_dies_is_started_anew_and_nothing_that_was_acknowledged_is_lost(
    server: Server,
) -> None:
    process = server.process
    written = 100
    for victim in process.children():
        server.write(post(written, "비상구 안내"))
        victim.kill()
        written += 1
    eventually(lambda: len(process.children()) == WORKERS + 1)

    def all_found() -> bool:
        with server.client() as client:
            try:
                return set(found(client, "비상구 안내")) >= {
                    f"sns:{number}" for number in range(100, written)
                }
            except httpx.TransportError:
                return False  # of a worker that was killed as it answered

    eventually(all_found)
    assert process.is_running()


def test_a_request_to_end_ends_every_process(server: Server) -> None:
    process = server.process
    family = process.children()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert "Stopped." in process.stdout.read()
    assert not [member for member in family if member.is_running()]


def test_no_process_outlives_a_server_that_was_killed(server: Server) -> None:
    process = server.process
    family = process.children()
    process.kill()
    eventually(lambda: not [member for member in family if member.is_running()])


def test_a_form_that_one_worker_has_shown_may_be_sent_to_another(home: Home) -> None:
    demo = {"DURE_DEMO": "true", "DURE_DEMO_VIEWERS": json.dumps(["p:kim"])}
    with (
        home.serving("--workers", str(WORKERS), **demo) as server,
        one_client_a_worker(server) as (one, other),
    ):
        for client in (one, other):
            del client.headers["Authorization"]
            client.headers["Origin"] = server.address
        page = one.get("/compose", params={"as": "p:kim"})
        form = {"csrf": CSRF.search(page.text)[1], "key": "0b54ea20-6a4a-4a3c-9d7c-0f7e4d4b2a10"}
        form |= {"text": "회의실 예약은 어디서 하나요", "channel": "sns:town", "kind": "question"}
        answer = other.post("/compose", params={"as": "p:kim"}, data=form)
        assert answer.status_code == 303, answer.text
