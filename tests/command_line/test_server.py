"""`dure serve` as a process of its own, with other commands beside it."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from served_home import PATIENCE, TOWN, WORDS_ALONE, Home, Server, eventually, found, post

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dictionary") / "words.tsv"
    file.write_text("", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, dictionary: Path) -> Iterator[Server]:
    settings = {**WORDS_ALONE, "DURE_DICTIONARY": str(dictionary)}
    home = Home(folder=tmp_path_factory.mktemp("served"), settings=settings)
    home.ingest(*TOWN)
    with home.serving() as server:
        yield server


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def test_a_post_given_to_the_api_is_found(client: httpx.Client) -> None:
    answer = client.post("/posts", json=post(1, "사내 카페 개점 시간은 8시입니다"))
    assert answer.status_code == 201, answer.text
    eventually(lambda: found(client, "카페 개점") == ["sns:1"])


def test_what_another_process_ingests_is_published_by_the_server(
    server: Server, client: httpx.Client, tmp_path: Path
) -> None:
    export = tmp_path / "more.jsonl"
    export.write_text(json.dumps(post(2, "주차 등록은 총무팀에 문의하세요")), encoding="utf-8")
    done = server.home.command("ingest", "jsonl", str(export))
    assert done.returncode == 0, done.stderr
    assert "server publishes" in done.stderr
    eventually(lambda: found(client, "주차 등록") == ["sns:2"])


def test_a_second_publisher_is_told_who_publishes(server: Server) -> None:
    taken = server.address.rpartition(":")[2]
    for command in (["serve", "--port", "0"], ["serve", "--port", taken], ["publish"]):
        done = server.home.command(*command)
        assert done.returncode == 1
        assert "publisher_running" in done.stderr
        assert "dure serve" in done.stderr


def test_the_server_rebuilds_when_another_process_asks_for_it(server: Server, client: httpx.Client) -> None:
    before = client.get("/health/details").json()["generation"]
    done = server.home.command("rebuild")
    assert done.returncode == 0, done.stderr
    assert client.get("/health/details").json()["generation"].split(":")[0] != before.split(":")[0]
    assert found(client, "카페 개점") == ["sns:1"]


def test_a_changed_dictionary_is_followed_while_running(client: httpx.Client, dictionary: Path) -> None:
    client.post("/posts", json=post(3, "누리온게이트 점검 안내"))
    eventually(lambda: "sns:3" in found(client, "점검 안내"))
    dictionary.write_text("누리온게이트\t누리온,게이트\t출입시스템\n", encoding="utf-8")
    eventually(lambda: found(client, "출입시스템") == ["sns:3"])


def test_a_request_to_end_ends_the_server_in_order(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    assert "Stopped." in server.process.stdout.read()
    assert server.home.command("verify").returncode == 0
