"""What an answer may cost, counted: readings of the question, round trips to the engine, statements of SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, answered, directory, opened_group, post
from sqlalchemy import Connection, Pool, event
from sqlalchemy import Engine as Database
from sqlalchemy.engine.default import DefaultDialect
from sqlite_fixture import store_in_sqlite

from models.language.annotator import Annotator, AnnotatorSpec
from models.language.encoders import SHIPPED
from models.records import PostKind, Reaction, Record
from models.stored import TokenRole
from search_api.http.app import create_app
from search_api.identity.access import PERMISSIONS

MOST_STATEMENTS = 20
MOST_ROUND_TRIPS = 2
ROUND_TRIPS = ("ask_all", "frequencies", "suggest")
ASKED = "쿠버네티스 인증서 갱신"
SPEC = AnnotatorSpec(encoder=SHIPPED)


@dataclass
class Cost:
    """What was counted while something was answered."""

    readings: list[str] = field(default_factory=list)
    round_trips: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    transactions: int = 0
    connections: int = 0


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

    def said(
        dialect: Any, cursor: Any, statement: str, *further: Any, do: Any = DefaultDialect.do_execute
    ) -> None:
        if not statement.startswith("BEGIN"):
            cost.statements.append(statement)
        do(dialect, cursor, statement, *further)

    def begun(connection: Connection) -> None:
        cost.transactions += 1

    def taken(*arguments: Any) -> None:
        cost.connections += 1

    watched_events = (
        (Database, "begin", begun),
        (Pool, "checkout", taken),
    )
    for watched_event in watched_events:
        event.listen(*watched_event)
    try:
        with monkeypatch.context() as watched:
            for name in ROUND_TRIPS:
                watched.setattr(group.engine, name, told(name, getattr(group.engine, name)))
            watched.setattr(group.services.annotator.analyzer, "analyze", read)
            watched.setattr(DefaultDialect, "do_execute", said)
            yield cost
    finally:
        for watched_event in watched_events:
            event.remove(*watched_event)


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
    records.append(post("long", "온콜 교대는 어떻게 하나요", kind=PostKind.QUESTION, by="minji", days=9))
    for number in range(count):
        reply = f"long{number}"
        by = ("junho", "sora", "taeyang")[number % 3]
        records.append(post(reply, f"교대 방법 {number}", by=by, parent="sns:long", days=8 - number / 100))
        records.append(Reaction(post=f"sns:{reply}", account="sns:minji"))
    records.append(post("doc", f"{ASKED} 안내 문서", kind=PostKind.DOCUMENT, channel="sns:cloud"))
    return records


@dataclass(frozen=True, slots=True)
class Filled:
    """A store and a home in which some threads answer, and the token of somebody who reads."""

    url: str
    home: Path
    secret: str


@pytest.fixture(scope="module", params=[5, 50])
def count(request: pytest.FixtureRequest) -> int:
    """How many threads answer."""
    return int(request.param)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def filled(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    bilingual_annotator: Annotator,
) -> Filled:
    """Filled once on each database in turn: whoever reads changes nothing."""
    home = tmp_path_factory.mktemp("filled")
    if request.param == "postgresql":
        # Imported here: SQLite is tested also where PostgreSQL's driver is not.
        from postgresql_fixture import store_in_postgresql

        url = store_in_postgresql(request)
    else:
        url = store_in_sqlite(request, home)
    with opened_group(url, home, SPEC, bilingual_annotator) as group:
        group.publish(*directory(), *threads(count))
        # One leads to what does not answer, two in a chain to one that does.
        for thread, kept in (("q1", "long"), ("q3", "q2"), ("q2", "q4")):
            group.store.merges.decide(f"sns:{thread}", f"sns:{kept}", "p:minji", group.scope("minji"))
        secret = group.store.create_token(
            name="minji",
            role=TokenRole.EMPLOYEE,
            person="p:minji",
            permissions=PERMISSIONS[TokenRole.EMPLOYEE],
            expires=None,
        )
    return Filled(url, home, secret)


@pytest.fixture
def busy(filled: Filled, bilingual_annotator: Annotator) -> Iterator[Group]:
    """Opened anew for each test, so that no earlier answer is remembered."""
    with opened_group(filled.url, filled.home, SPEC, bilingual_annotator) as opened:
        yield opened


@pytest.fixture
def reader(busy: Group, filled: Filled) -> Iterator[TestClient]:
    """A browser of somebody who signed in by a token."""
    headers = {"Authorization": f"Bearer {filled.secret}"}
    with TestClient(create_app(busy.services), headers=headers) as client:
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
    assert cost.transactions == cost.connections == 1
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
    assert cost.transactions == cost.connections == 1
    assert len(cost.statements) <= MOST_STATEMENTS, "\n".join(cost.statements)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/latest",
        "/search?q=인증서",
        "/?q=인증서",
        "/experts?q=인증서",
        "/who?q=인증서",
        "/suggest?prefix=인",
        "/suggestions?q=인",
        "/similar?title=인증서",
        "/me",
        "/compose",
        "/topics/인증서",
        "/topic/인증서",
        "/people/p:minji",
        "/person/p:minji",
        "/person/p:junho",
        "/posts/sns:q1a",
        "/posts/sns:long",
        "/thread/sns:q1a",
        "/thread/sns:long",
        "/channels/sns:plaza",
        "/channel/sns:plaza",
    ],
)
def test_a_page_takes_few_statements_and_one_transaction_however_much_is_on_it(
    busy: Group, reader: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with counted(busy, monkeypatch) as cost:
        page = reader.get(address)
    assert page.status_code == 200
    assert cost.transactions == cost.connections == 1
    assert len(cost.statements) <= MOST_STATEMENTS, "\n".join(cost.statements)
