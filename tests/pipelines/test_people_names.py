"""Names of people become known while posts are read; whatever comes first, the same terms come out."""

from dataclasses import replace
from pathlib import Path

import pytest
from parts import EVERYONE, Parts, post

from indexer.embedded import EmbeddedEngine
from indexer.engine import Fingerprint
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.annotator import Annotator, AnnotatorSpec
from models.records import Account, Channel, Person, Record
from models.store import Store
from pipelines import annotating
from pipelines.following import Follower
from pipelines.people_names import NameFollower
from pipelines.publish import Publisher

SAID = ("도은채가 확인했습니다", "오새별에게 문의하세요", "점심 메뉴 추천", "은채님 축하드려요")
PEOPLE = (
    Person(id="p1", name="도은채"),
    Account(id="sns:star", network="sns", handle="star", name="오새별(총무)"),
)


@pytest.fixture
def fresh(parts: Parts) -> Parts:
    """With an annotator of its own: names that one test makes known are no other's."""
    annotator = AnnotatorSpec().build()
    return replace(
        parts,
        annotator=annotator,
        publisher=Publisher(parts.store, parts.engine, annotator, AnnotatorSpec()),
    )


def posts() -> list[Record]:
    return [post(number, text) for number, text in enumerate(SAID)]


def terms_of(store: Store) -> dict[str, tuple[str, ...]]:
    kept = store.annotations([f"sns:{number}" for number in range(len(SAID))], EVERYONE)
    return {name: kept[name].passages[0].forms for name in sorted(kept)}


def test_posts_that_tell_a_name_are_read_again_once_it_is_known_and_no_others(fresh: Parts) -> None:
    fresh.write(*posts())
    fresh.publisher.publish()
    assert fresh.found("도은채") == set()
    before = fresh.store.last_revision()
    fresh.write(*PEOPLE)
    fresh.publisher.publish()
    assert fresh.found("도은채") == {"sns:0"}
    assert fresh.found("은채") == {"sns:0", "sns:3"}
    assert fresh.found("오새별") == {"sns:1"}
    assert fresh.store.last_revision() == before + 3
    assert fresh.store.status().pending == 0
    assert fresh.publisher.publish().put == 0


def test_people_before_posts_posts_before_people_and_a_rebuild_give_the_same_terms(
    fresh: Parts, tmp_path: Path
) -> None:
    fresh.write(*posts())
    fresh.publisher.publish()
    fresh.write(*PEOPLE)
    fresh.publisher.publish()
    afterwards = terms_of(fresh.store)
    fresh.publisher.rebuild()
    assert terms_of(fresh.store) == afterwards
    assert fresh.found("오새별") == {"sns:1"}

    store = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
    annotator = AnnotatorSpec().build()
    engine = EmbeddedEngine.open(
        tmp_path / "other", Fingerprint(analyzer=annotator.revision.analyzer), writable=True
    )
    store.write([Channel(id="sns:town", network="sns", name="광장"), *PEOPLE, *posts()])
    Publisher(store, engine, annotator, AnnotatorSpec()).publish()
    assert terms_of(store) == afterwards
    engine.close()
    store.close()


def test_names_that_come_in_the_course_of_a_run_are_told_in_it(fresh: Parts) -> None:
    def arriving() -> object:
        for step in ([*posts()], [*PEOPLE], [post(9, "오새별입니다")]):
            fresh.write(*step)
            yield step

    fresh.publisher.publish(arriving=arriving())  # type: ignore[arg-type]
    assert fresh.found("오새별") == {"sns:1", "sns:9"}
    assert fresh.found("은채") == {"sns:0", "sns:3"}
    assert fresh.store.status().pending == 0


def test_workers_know_the_names_also_those_that_come_while_they_work(
    fresh: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotating, "WORTH_WORKERS", 1)

    def arriving() -> object:
        fresh.write(PEOPLE[0])
        for turn in range(40):
            if turn == 20:
                fresh.write(PEOPLE[1])
            fresh.write(*(post(100 * turn + number, text) for number, text in enumerate(SAID)))
            yield turn

    publisher = Publisher(fresh.store, fresh.engine, fresh.annotator, AnnotatorSpec(), workers=2)
    publisher.publish(arriving=arriving())  # type: ignore[arg-type]
    for turn in range(40):
        kept = fresh.store.annotations([f"sns:{100 * turn + 1}", f"sns:{100 * turn + 3}"], EVERYONE)
        assert "오새별" in kept[f"sns:{100 * turn + 1}"].passages[0].forms
        assert "은채" in kept[f"sns:{100 * turn + 3}"].passages[0].forms


def test_what_another_publisher_reads_at_the_same_time_is_read_with_the_names(
    fresh: Parts, annotator: Annotator
) -> None:
    """It had fetched the posts before the names came, and keeps its reading after they were followed."""
    fresh.write(*posts())
    pending = fresh.store.pending(0, 10)
    slow = annotating.Reader(annotator, AnnotatorSpec(), workers=1)
    ((page),) = slow.read([pending])
    fresh.write(*PEOPLE)
    fresh.publisher.publish()
    fresh.store.kept_annotations.keep(
        {read.post.id: (read.post.revision, read.annotation.packed) for read in page if read.annotation}
    )
    assert "오새별" in terms_of(fresh.store)["sns:1"]
    assert fresh.found("오새별") == {"sns:1"}


def test_a_process_that_only_answers_learns_names_and_a_bot_is_nobody(fresh: Parts) -> None:
    analyzer = load_analyzer(AnalyzerName.MECAB)
    follower = NameFollower(fresh.store, analyzer)
    follower.learn()
    assert analyzer.names.shown == ()
    fresh.write(
        *PEOPLE,
        Account(id="sns:bot", network="sns", handle="bot", name="알림봇", bot=True),
        Person(id="p2", name="도은채"),
    )
    follower.learn()
    assert analyzer.names.shown == ("도은채", "오새별(총무)")
    fresh.write(Person(id="p1", name="도은재"))
    follower.learn()
    assert analyzer.names.shown == ("도은채", "오새별(총무)", "도은재")


def test_a_server_s_process_that_answers_reads_with_names_that_have_come(fresh: Parts) -> None:
    analyzer = fresh.annotator.analyzer
    with Follower(fresh.store, fresh.engine, fresh.annotator, AnnotatorSpec(), AnnotatorSpec) as follower:
        assert "오새별" not in analyzer.names
        fresh.write(*PEOPLE)
        follower.follow()
        assert "오새별" in analyzer.names
