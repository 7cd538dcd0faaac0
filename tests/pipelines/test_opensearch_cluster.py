"""Three OpenSearch nodes, one of them killed in the middle of the work: nothing is lost, and answers go on."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import opensearch_fixture
import pytest
from asking import match
from opensearch import OpenSearchServer
from opensearchpy import OpenSearch

from indexer.engine import Clause, Fingerprint, Question, TextField, Word
from indexer.opensearch import OpenSearchEngine
from models.language.annotator import Annotator, AnnotatorSpec
from models.records import Account, Channel, Deletion, Post
from models.scope import Scope
from models.store import Store
from pipelines import publish
from pipelines.publish import Publisher
from pipelines.verify import verify

pytestmark = pytest.mark.opensearch

POSTS = 1_000
EVERYONE = Scope(frozenset({"everyone"}))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKED = Question(words=(Word((Clause(TextField.TERMS, "등대", 1.0),)),))


@pytest.fixture(scope="module")
def cluster() -> Iterator[OpenSearchServer]:
    server = opensearch_fixture.opensearch_cluster()
    yield server
    server.stop()


@pytest.fixture
def alias() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def opened(
    cluster: OpenSearchServer,
    alias: str,
    tmp_path: Path,
    annotator: Annotator,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Publisher, Store, OpenSearchEngine]]:
    """A publisher of a store with pending posts, in pages so small that a node dies between many of them."""
    monkeypatch.setattr(publish, "PAGE", 50)
    monkeypatch.setattr(publish, "COMMIT_EVERY", 150)
    with ExitStack() as stack:
        store = Store.open(f"sqlite:///{tmp_path / 'dure.db'}")
        stack.callback(store.close)
        store.write([Channel(id="sns:town", network="sns", name="광장")])
        store.write([Account(id="sns:kim", network="sns", handle="kim")])
        store.write([post("sns:등대", "등대 점등 시각")])
        revision = annotator.revision
        fingerprint = Fingerprint(analyzer=revision.analyzer, embedder=revision.embedder)
        engine = OpenSearchEngine.open(cluster.addresses, alias, fingerprint, writable=True)
        stack.callback(engine.close)
        publisher = Publisher(store, engine, annotator, AnnotatorSpec())
        publisher.publish()
        store.write([post(f"sns:{number}", f"{number}번 부두 하역 일지") for number in range(POSTS)])
        yield publisher, store, engine


@pytest.fixture
def answers(opened: tuple[Publisher, Store, OpenSearchEngine]) -> Iterator[list[str]]:
    """Somebody asks the same question over and over; what went wrong, and it must always be answered."""
    engine, done, wrong = opened[2], threading.Event(), list[str]()
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not done.wait(0.1):
            asked += 1
            try:
                found = [hit.post for hit in match(engine, ASKED, EVERYONE, 5)]
            except Exception as error:
                wrong.append(repr(error))
            else:
                if found != ["sns:등대"]:
                    wrong.append(repr(found))

    thread = threading.Thread(target=ask)
    thread.start()
    yield wrong
    done.set()
    thread.join()
    assert asked > 20
    assert wrong == []


def post(name: str, text: str, edited: datetime | None = None) -> Post:
    return Post(id=name, channel="sns:town", account="sns:kim", text=text, created=NOON, edited=edited)


def node_of_the_primary(cluster: OpenSearchServer, index: str) -> int:
    """The number of the node that holds the first copy of the one index that the pattern names."""
    with OpenSearch(cluster.addresses) as client:
        shards = client.cat.shards(index=index, format="json")
    (name,) = [shard["node"] for shard in shards if shard["prirep"] == "p"]
    return int(name.removeprefix("node-"))


def copies(cluster: OpenSearchServer, alias: str) -> list[str]:
    with OpenSearch(cluster.addresses) as client:
        return [shard["state"] for shard in client.cat.shards(index=alias, format="json")]


def test_a_node_that_dies_while_posts_arrive_takes_none_of_them_with_it(
    cluster: OpenSearchServer,
    alias: str,
    opened: tuple[Publisher, Store, OpenSearchEngine],
    answers: list[str],
) -> None:
    publisher, store, engine = opened
    assert copies(cluster, alias) == ["STARTED", "STARTED"]
    victim = node_of_the_primary(cluster, alias)
    pages = 0

    def kill_in_the_middle(amount: int) -> None:
        nonlocal pages
        pages += 1
        if pages == 5:
            cluster.kill(victim)

    publisher.publish(kill_in_the_middle)
    assert pages > 10
    comparison = verify(store, engine)
    assert comparison.agrees, comparison
    assert (comparison.index_posts, comparison.pending) == (POSTS + 1, 0)
    cluster.revive(victim)


def test_a_node_that_dies_in_a_rebuild_takes_neither_the_old_index_nor_the_new_one_with_it(
    cluster: OpenSearchServer,
    alias: str,
    opened: tuple[Publisher, Store, OpenSearchEngine],
    answers: list[str],
) -> None:
    publisher, store, engine = opened
    publisher.publish()
    before = engine.identity
    pages = 0
    victim = -1

    def kill_in_the_middle() -> None:
        nonlocal pages, victim
        pages += 1
        if pages == 3:
            victim = node_of_the_primary(cluster, f"{alias}-*,-{alias}-first")
            cluster.kill(victim)
        if pages == 6:
            later = NOON + timedelta(hours=1)
            store.write([post("sns:3", "방파제 보수 일정", later), Deletion(post="sns:4")])
        publisher.publish()

    publisher.rebuild(meanwhile=kill_in_the_middle)
    assert victim >= 0
    assert engine.identity != before
    comparison = verify(store, engine)
    assert comparison.agrees, comparison
    assert (comparison.index_posts, comparison.pending) == (POSTS, 0)
    cluster.revive(victim)
    assert copies(cluster, alias) == ["STARTED", "STARTED"]
