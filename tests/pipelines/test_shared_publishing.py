"""Two processes publish one store in PostgreSQL to one OpenSearch index: nothing twice, nothing lost."""

import multiprocessing
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event

import opensearch_fixture
import postgresql_fixture
import pytest

from indexer.engine import Fingerprint
from indexer.opensearch import OpenSearchEngine
from models.language.annotator import Annotator, AnnotatorSpec
from models.records import Account, Channel, Deletion, Post
from models.store import Store, publishers
from pipelines import publish
from pipelines.background import REBUILD_STATE, BackgroundPublisher
from pipelines.publish import Publisher
from pipelines.verify import verify

pytestmark = [pytest.mark.postgresql, pytest.mark.opensearch]

POSTS = 1_200
PAGE = 50
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["models.language.annotator", "indexer.opensearch", "models.store"])


@dataclass(frozen=True)
class Place:
    """Where the publishers meet."""

    database: str
    opensearch: str
    alias: str

    def publisher(self, opened: ExitStack) -> tuple[Publisher, Store, OpenSearchEngine]:
        """A publisher as one machine would open it."""
        spec = AnnotatorSpec()
        annotator: Annotator = spec.build()
        store = Store.open(self.database)
        opened.callback(store.close)
        fingerprint = Fingerprint(analyzer=annotator.revision.analyzer, embedder=annotator.revision.embedder)
        engine = OpenSearchEngine.open(self.opensearch, self.alias, fingerprint, writable=True)
        opened.callback(engine.close)
        opened.enter_context(store.publishers.admitted(alone=False))
        return Publisher(store, engine, annotator, spec), store, engine


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return Place(
        postgresql_fixture.store_in_postgresql(request),
        opensearch_fixture.opensearch_url(request),
        opensearch_fixture.opensearch_alias(request),
    )


@pytest.fixture
def here(place: Place) -> Iterator[tuple[Publisher, Store, OpenSearchEngine]]:
    """The publisher of the test's own process, on a store with pending posts, edits and deletions."""
    with ExitStack() as opened:
        publisher, store, engine = place.publisher(opened)
        store.write([Channel(id="sns:town", network="sns", name="광장")])
        store.write([Account(id="sns:kim", network="sns", handle="kim")])
        store.write([post(number, "점검 결과를 공유합니다") for number in range(POSTS)])
        yield publisher, store, engine


def post(number: int, text: str, edited: datetime | None = None) -> Post:
    return Post(
        id=f"sns:{number}",
        channel="sns:town",
        account="sns:kim",
        text=f"{number}번 설비 {text}",
        created=NOON,
        edited=edited,
    )


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the publishers meet at every step, and a kill falls between many of them."""
    monkeypatch.setattr(publish, "PAGE", PAGE)
    monkeypatch.setattr(publishers, "BLOCK", PAGE)
    monkeypatch.setattr(publish, "COMMIT_EVERY", 4 * PAGE)


def publish_elsewhere(place: Place, together: Barrier, begun: Event, put: "Queue[int]") -> None:
    publish.PAGE = publishers.BLOCK = PAGE
    publish.COMMIT_EVERY = 4 * PAGE
    with ExitStack() as opened:
        publisher, _, _ = place.publisher(opened)
        together.wait(120)
        put.put(publisher.publish(lambda amount: begun.set()).put)


class Elsewhere:
    """Publishes in a process of its own, as another machine would, as soon as all of `together` are ready."""

    def __init__(self, place: Place, together: Barrier) -> None:
        self.begun, self.put = CONTEXT.Event(), CONTEXT.Queue()
        # Kept: what a process is handed goes with the last who knows it here.
        self.together = together
        self.process = CONTEXT.Process(target=publish_elsewhere, args=(place, together, self.begun, self.put))
        self.process.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        assert self.process.exitcode == -9

    def finish(self) -> int:
        """How many posts it put."""
        self.process.join(300)
        assert self.process.exitcode == 0
        return int(self.put.get())


def test_two_processes_publish_every_post_once_between_them(
    place: Place, here: tuple[Publisher, Store, OpenSearchEngine]
) -> None:
    _, store, engine = here
    together = CONTEXT.Barrier(2)
    both = [Elsewhere(place, together), Elsewhere(place, together)]
    shares = [one.finish() for one in both]
    assert sum(shares) == POSTS
    assert min(shares) >= 4 * PAGE, "both did their share"
    comparison = verify(store, engine)
    assert comparison.agrees, comparison
    assert (comparison.index_posts, comparison.pending) == (POSTS, 0)


@pytest.mark.parametrize("pages_before", [1, 3, 7])
def test_what_a_killed_process_had_in_work_is_published_by_the_other(
    place: Place, here: tuple[Publisher, Store, OpenSearchEngine], pages_before: int
) -> None:
    publisher, store, engine = here
    other = Elsewhere(place, CONTEXT.Barrier(1))
    assert other.begun.wait(120)
    pages = 0

    def kill_after_some_pages(amount: int) -> None:
        nonlocal pages
        pages += 1
        if pages == pages_before:
            other.kill()

    publisher.publish(kill_after_some_pages)
    assert pages >= pages_before, "it was killed before all was done"
    publisher.publish()
    comparison = verify(store, engine)
    assert comparison.agrees, comparison
    assert (comparison.index_posts, comparison.pending) == (POSTS, 0)


def test_a_rebuild_beside_a_publisher_loses_no_edit_and_no_deletion(
    place: Place, here: tuple[Publisher, Store, OpenSearchEngine]
) -> None:
    publisher, store, engine = here
    publisher.publish()
    edits = iter(range(0, POSTS, 20))
    others: list[Elsewhere] = []

    def meanwhile() -> None:
        for number in (next(edits, None), next(edits, None)):
            if number is not None:
                later = NOON + timedelta(hours=1)
                store.write([post(number, "일정이 바뀌었습니다", later), Deletion(post=f"sns:{number + 1}")])
        if all(other.process.exitcode is not None for other in others):
            others.append(Elsewhere(place, CONTEXT.Barrier(1)))
            # However slowly it starts, it meets the rebuild: after that it would find nothing to do.
            if len(others) == 1:
                assert others[0].begun.wait(120)

    before = engine.identity
    publisher.rebuild(meanwhile=meanwhile)
    assert sum(other.finish() for other in others) > 0
    publisher.publish()
    assert engine.identity != before
    comparison = verify(store, engine)
    assert comparison.agrees, comparison
    assert (comparison.index_posts, comparison.pending) == (POSTS - POSTS // 20, 0)


def test_a_server_leaves_a_rebuild_to_the_one_that_is_at_it_and_goes_on_where_that_ended(
    place: Place, here: tuple[Publisher, Store, OpenSearchEngine], annotator: Annotator
) -> None:
    publisher, store, engine = here
    other = Store.open(place.database)
    store.set_state(REBUILD_STATE, "running 3/9")
    background = BackgroundPublisher(publisher, store, annotator.analyzer, None)
    before = engine.identity
    with other.publishers.rebuilding():
        background._rebuild_if_needed()
        assert store.get_state(REBUILD_STATE) == "running 3/9"
    background._rebuild_if_needed()
    assert (store.get_state(REBUILD_STATE), store.status().pending) == ("done", 0)
    assert engine.identity != before
    assert verify(store, engine).agrees
    other.close()
