"""What an answer may cost, counted: readings of the question, round trips to the engine, statements of SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, post
from sqlalchemy import Engine as Database
from sqlalchemy import event

from models.records import PostKind, Reaction, Record
from models.stored import TokenRole
from search_api.http.app import create_app
from search_api.identity.access import PERMISSIONS

MOST_STATEMENTS = 20
MOST_ROUND_TRIPS = 2
ROUND_TRIPS = ("ask", "ask_all", "match", "near", "count", "facets", "frequencies", "suggest")
ASKED = "쿠버네티스 인증서 갱신"
SUBJECTS = 60


@dataclass
class Cost:
    """What was counted while something was answered."""

    readings: list[str] = field(default_factory=list)
    round_trips: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@contextmanager
def counted(group: Group, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cost]:
    """Counts what really happens: the real parts answer, each is only watched."""
    cost = Cost()

    def told(name: str, answer: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            cost.round_trips.append(name)
            return answer(*arguments, **options)

        return call

    def read(text: str, analyze: Any = group.services.annotator.analyzer.analyze) -> Any:
        cost.readings.append(text)
        return analyze(text)

    def said(*arguments: Any) -> None:
        statement = arguments[2]
        if not statement.startswith("BEGIN"):
            cost.statements.append(statement)

    event.listen(Database, "before_cursor_execute", said)
    try:
        with monkeypatch.context() as watched:
            for name in ROUND_TRIPS:
                watched.setattr(group.engine, name, told(name, getattr(group.engine, name)))
            watched.setattr(group.services.annotator.analyzer, "analyze", read)
            yield cost
    finally:
        event.remove(Database, "before_cursor_execute", said)


def threads(count: int) -> list[Record]:
    """So many threads that answer, with reactions, by two people in two channels."""
    records: list[Record] = []
    for number in range(count):
        records += answered(
            number,
            f"{ASKED} 방법 {number}",
            f"인증서 갱신은 kubeadm certs renew 명령 {number}번을 씁니다",
            asker="sora",
            by="junho" if number % 2 else "minji",
            accepted=number % 3 > 0,
        )
        records.append(Reaction(post=f"sns:q{number}a", account="sns:taeyang"))
    records.append(post("doc", f"{ASKED} 안내 문서", kind=PostKind.DOCUMENT, channel="sns:cloud"))
    return records


@pytest.fixture(params=[5, 50])
def busy(bilingual_group: Group, request: pytest.FixtureRequest) -> Group:
    """A group in which as many threads answer."""
    bilingual_group.publish(*threads(request.param))
    return bilingual_group


@pytest.fixture
def reader(busy: Group) -> Iterator[TestClient]:
    """A browser of somebody who signed in by a token."""
    secret = busy.store.create_token(
        name="minji",
        role=TokenRole.EMPLOYEE,
        person="p:minji",
        permissions=PERMISSIONS[TokenRole.EMPLOYEE],
        expires=None,
    )
    services = replace(busy.services, demo=False)
    with TestClient(create_app(services), headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def test_a_search_page_with_experts_reads_once_and_asks_twice(
    busy: Group, reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(busy, monkeypatch) as cost:
        page = reader.get("/", params={"q": ASKED})
    assert page.status_code == 200
    assert "이민지" in page.text, "the experts are on the page"
    assert cost.readings == [ASKED]
    assert len(cost.round_trips) <= MOST_ROUND_TRIPS, cost.round_trips
    assert len(cost.statements) <= MOST_STATEMENTS, "\n".join(cost.statements)


@pytest.mark.parametrize("limit", [5, 50])
def test_a_search_costs_the_same_for_few_hits_and_for_many(
    busy: Group, reader: TestClient, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    with counted(busy, monkeypatch) as cost:
        page = reader.get("/search", params={"q": ASKED, "limit": limit})
    assert page.status_code == 200
    assert cost.readings == [ASKED]
    assert len(cost.round_trips) <= MOST_ROUND_TRIPS, cost.round_trips
    assert len(cost.statements) <= MOST_STATEMENTS, "\n".join(cost.statements)


@pytest.mark.parametrize(
    "address",
    [
        "/experts?q=인증서",
        "/who?q=인증서",
        "/people/p:minji",
        "/posts/sns:q1",
        "/channel/sns:plaza",
        "/latest",
        "/",
    ],
)
def test_a_page_takes_few_statements_however_much_is_on_it(
    busy: Group, reader: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with counted(busy, monkeypatch) as cost:
        page = reader.get(address)
    assert page.status_code == 200
    assert len(cost.statements) <= MOST_STATEMENTS, "\n".join(cost.statements)
