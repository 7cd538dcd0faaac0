"""A process that only answers follows what the one that publishes reads with: no question misses the change."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from asking import near
from parts import ASKED, EVERYONE, TEXTS, TOWN, WANTED, Parts, post
from shuffled_encoder import shuffled_encoder
from sqlite_fixture import store_in_sqlite

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine, Question
from models.errors import BadInput
from models.language.annotator import Annotator, AnnotatorSpec
from models.language.encoders import SHIPPED
from models.store import Store
from pipelines import following
from pipelines.entries import fingerprint
from pipelines.following import Follower
from pipelines.publish import Publisher

PATIENCE = 60
"""Seconds that the follower's thread may take on a loaded machine; nothing measures time."""


@dataclass
class Site:
    """One process that publishes and one that only answers, on the same index and the same files."""

    publishing: Parts
    engine: Engine
    annotator: Annotator
    wanted: AnnotatorSpec
    """How posts are read from the next rebuild on."""

    def follower(self) -> Follower:
        """What the answering process follows by; not begun."""
        spec = AnnotatorSpec(encoder=SHIPPED)
        return Follower(self.publishing.store, self.engine, self.annotator, spec, lambda: self.wanted)

    def read_by(self) -> list[str]:
        """The encoders that read a question now."""
        return list(self.annotator.vector(ASKED))

    def nearest(self) -> str:
        """What the answering process finds by meaning."""
        return near(self.engine, Question(vector=self.annotator.vector(ASKED)), EVERYONE, 1)[0].post


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def site(request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator) -> Iterator[Site]:
    """Published with the shipped encoder, to each engine in turn."""
    spec = AnnotatorSpec(encoder=SHIPPED)
    reading = annotator.with_encoder(SHIPPED)
    answering = spec.build()
    store = Store.open(store_in_sqlite(request, tmp_path))
    engine: Engine
    answers: Engine
    if request.param == "opensearch":
        # Imported here: the embedded engine is tested also where OpenSearch's client is not.
        from opensearch_fixture import open_opensearch_engine, read_opensearch_engine

        engine = open_opensearch_engine(request, fingerprint(reading))
        answers = read_opensearch_engine(request, fingerprint(answering))
    else:
        engine = EmbeddedEngine.open(tmp_path / "index", fingerprint(reading), writable=True)
        answers = EmbeddedEngine.open(tmp_path / "index", fingerprint(answering), writable=False)
    publisher = Publisher(store, engine, reading, spec, next_spec=lambda: opened.wanted)
    opened = Site(Parts(store, engine, reading, publisher), answers, answering, spec)
    opened.publishing.write(
        *TOWN,
        *(post(number, text) for number, text in enumerate(TEXTS)),
    )
    publisher.publish()
    yield opened
    answers.close()
    engine.close()
    store.close()


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the follower's thread look so seldom that only the test does."""
    monkeypatch.setattr(following, "POLL_SECONDS", PATIENCE)


def test_questions_are_read_by_both_encoders_from_the_choice_until_the_index_has_changed_over(
    site: Site, other: Path
) -> None:
    follower, before = site.follower(), site.annotator.revision.embedder
    follower.follow()
    assert (site.read_by(), site.nearest()) == ([before], WANTED)

    site.wanted = replace(site.wanted, encoder=other)
    follower.follow()
    follower.follow()
    assert site.annotator.revision.embedder == before
    assert (len(site.read_by()), site.nearest()) == (2, WANTED)

    site.publishing.publisher.rebuild()
    # The follower has not looked yet.
    assert (len(site.read_by()), site.nearest()) == (2, WANTED)
    follower.follow()
    after = site.publishing.annotator.revision.embedder
    assert site.annotator.revision.embedder == after != before
    assert (site.read_by(), site.nearest()) == ([after], WANTED)
    assert str(other) in site.annotator.vector_lane


def test_a_choice_that_is_taken_back_before_the_rebuild_changes_nothing(site: Site, other: Path) -> None:
    follower, before = site.follower(), site.annotator.revision.embedder
    chosen = site.wanted
    site.wanted = replace(chosen, encoder=other)
    follower.follow()
    site.wanted = chosen
    follower.follow()
    assert site.read_by() == [before]
    site.publishing.publisher.rebuild()
    follower.follow()
    assert (site.read_by(), site.nearest()) == ([before], WANTED)


def test_of_two_choices_the_later_one_is_awaited_alone(site: Site, other: Path, tmp_path: Path) -> None:
    follower, third = site.follower(), shuffled_encoder(tmp_path / "third", seed=2)
    for encoder in (other, third):
        site.wanted = replace(site.wanted, encoder=encoder)
        follower.follow()
        assert len(site.read_by()) == 2
    assert site.read_by()[1] == site.annotator.with_encoder(third).revision.embedder
    site.publishing.publisher.rebuild()
    assert site.nearest() == WANTED
    follower.follow()
    assert (site.read_by(), site.nearest()) == ([site.engine.embedder], WANTED)


def test_a_process_that_begins_late_is_near_with_its_first_question(
    site: Site, other: Path, seldom: None
) -> None:
    site.wanted = replace(site.wanted, encoder=other)
    site.publishing.publisher.rebuild()
    after = site.publishing.annotator.revision.embedder
    with site.follower() as follower:
        assert site.nearest() == WANTED
        follower.follow()
        assert site.annotator.revision.embedder == site.engine.embedder == after
        assert (site.read_by(), site.nearest()) == ([after], WANTED)


def test_an_encoder_that_cannot_be_read_is_told_and_what_is_in_use_stays(
    site: Site, other: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, seldom: None
) -> None:
    before = site.annotator.revision.embedder
    site.wanted = replace(site.wanted, encoder=tmp_path / "gone")
    with site.follower() as follower:
        assert "What is in use stays." in caplog.text
        assert (site.read_by(), site.nearest()) == ([before], WANTED)
        site.wanted = replace(site.wanted, encoder=other)
        follower.follow()
        assert len(site.read_by()) == 2


def test_the_dictionary_is_followed_and_one_that_cannot_be_read_leaves_the_last_one_in_use(
    site: Site, tmp_path: Path
) -> None:
    dictionary = tmp_path / "words.tsv"
    site.wanted = replace(site.wanted, dictionary=dictionary)
    follower, analyzer = site.follower(), site.annotator.analyzer

    def write(text: str, second: int) -> None:
        dictionary.write_text(text, encoding="utf-8")
        # A disk may tell times to some milliseconds only.
        os.utime(dictionary, (second, second))

    follower.follow()
    without = analyzer.dictionary_revision
    write("길목망\t길목,망", 1)
    follower.follow()
    known = analyzer.dictionary_revision
    write("길목망\t길목망", 2)
    with pytest.raises(BadInput, match="one part alone"):
        follower.follow()
    follower.follow()
    assert analyzer.dictionary_revision == known != without
    write("나들목망\t나들목,망", 3)
    follower.follow()
    assert analyzer.dictionary_revision not in (without, known)


def test_it_looks_by_itself_until_it_is_left(
    site: Site, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "POLL_SECONDS", 0.01)
    with site.follower():
        site.wanted = replace(site.wanted, encoder=other)
        eventually(lambda: len(site.read_by()) == 2)
    assert len(site.read_by()) == 1, "nobody would tell when the index changes over"


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
