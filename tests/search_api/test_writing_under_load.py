"""While writers wait for the store, readers are answered; and of too many writers some are sent away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from search_examples import Group, post

from models.store import Store, write_queue
from search_api.http.app import create_app
from search_api.participation import waiting

Headers = dict[str, str]
MANY = 60
"""More than a server has threads."""
PATIENCE = 60
"""Seconds after which what is waited for is not coming."""


@pytest.fixture
def other(group: Group, tmp_path: Path) -> Iterator[Store]:
    """The store as another process has it open; its transactions hold the writers' lock."""
    opened = Store.open(f"sqlite:///{tmp_path / 'dure.db'}")
    yield opened
    opened.close()


@asynccontextmanager
async def client_of(group: Group) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(group.services))
    async with httpx.AsyncClient(transport=transport, base_url="http://dure") as client:
        yield client


def body(number: int) -> dict[str, Any]:
    return {
        "id": f"sns:new{number}",
        "channel": "sns:plaza",
        "account": "sns:minji",
        "text": f"{number}번째 글",
        "created": "2026-05-04T09:00:00Z",
    }


@pytest.fixture
def submitted(group: Group, monkeypatch: pytest.MonkeyPatch) -> list[Future[object]]:
    """All that has been put into the queue of writes."""
    jobs: list[Future[object]] = []
    submit = group.store._writes.submit

    def noted(work: Any, *, patient: bool = False) -> Any:
        future = submit(work, patient=patient)
        jobs.append(future)
        return future

    monkeypatch.setattr(group.store._writes, "submit", noted)
    return jobs


async def until(number: int, submitted: list[Future[object]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(submitted) < number:
            await asyncio.sleep(0.01)


def test_readers_are_answered_while_connectors_and_people_wait_to_write(
    group: Group, other: Store, admin: Headers, minji: Headers, submitted: list[Future[object]]
) -> None:
    group.write(
        post("1", "정수기 필터는 총무팀이 바꿉니다"),
        *(post(f"liked{number}", f"점심 {number}번 식당") for number in range(MANY)),
    )
    group.publisher.publish()
    submitted.clear()

    async def run() -> None:
        async with client_of(group) as client:
            with other._writes.transaction():
                writes = [
                    asyncio.create_task(client.post("/posts", json=body(number), headers=admin))
                    for number in range(MANY)
                ]
                await until(MANY, submitted)
                deeds = [
                    asyncio.create_task(
                        client.put("/me/reactions", json={"post": liked, "kind": "like"}, headers=minji)
                    )
                    for liked in (f"sns:liked{number}" for number in range(MANY))
                ]
                await until(MANY + waiting.THREADS, submitted)
                for _ in range(3):
                    answer = await client.get("/search", params={"q": "정수기 필터"}, headers=minji)
                    assert [hit["post"]["id"] for hit in answer.json()["hits"]] == ["sns:1"]
                assert not any(task.done() for task in (*writes, *deeds))
            assert {answer.status_code for answer in await asyncio.gather(*writes)} == {201}
            assert {answer.status_code for answer in await asyncio.gather(*deeds)} == {200}

    asyncio.run(run())


def test_who_waits_to_write_holds_no_connection(
    group: Group, other: Store, admin: Headers, minji: Headers, submitted: list[Future[object]]
) -> None:
    group.write(*(post(f"liked{number}", f"점심 {number}번 식당") for number in range(waiting.THREADS)))
    submitted.clear()

    async def run() -> None:
        async with client_of(group) as client:
            with other._writes.transaction():
                waiting_to_write = [
                    asyncio.create_task(client.post("/posts", json=body(1), headers=admin)),
                    *(
                        asyncio.create_task(
                            client.put("/me/reactions", json={"post": liked, "kind": "like"}, headers=minji)
                        )
                        for liked in (f"sns:liked{number}" for number in range(waiting.THREADS))
                    ),
                ]
                await until(1 + waiting.THREADS, submitted)
                assert group.store._reader.pool.checkedout() <= 1, "the writer's own"
                assert not any(task.done() for task in waiting_to_write)
            assert {answer.status_code for answer in await asyncio.gather(*waiting_to_write)} == {200, 201}

    asyncio.run(run())


def test_where_too_many_write_the_next_one_is_told_when_to_come_again(
    group: Group,
    other: Store,
    admin: Headers,
    minji: Headers,
    submitted: list[Future[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group.write(post("1", "정수기 필터는 총무팀이 바꿉니다"))
    submitted.clear()
    monkeypatch.setattr(write_queue, "WAITING", 2)
    monkeypatch.setattr(waiting, "WAITING", 0)

    async def run() -> None:
        async with client_of(group) as client:
            with other._writes.transaction():
                writes = []
                for number in range(3):
                    writes.append(
                        asyncio.create_task(client.post("/posts", json=body(number), headers=admin))
                    )
                    await until(number + 1, submitted)
                    while not submitted[0].running():
                        await asyncio.sleep(0.01)
                refused = await client.post("/posts", json=body(3), headers=admin)
                assert refused.status_code == 503
                assert int(refused.headers["retry-after"]) > 0
                assert refused.json()["error"]["code"] == "store_busy"
                deed = {"post": "sns:1", "kind": "like"}
                refused = await client.put("/me/reactions", json=deed, headers=minji)
                assert refused.status_code == 503
                assert int(refused.headers["retry-after"]) > 0
            assert {answer.status_code for answer in await asyncio.gather(*writes)} == {201}
            assert (await client.post("/posts", json=body(3), headers=admin)).status_code == 201

    asyncio.run(run())
