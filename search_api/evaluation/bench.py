"""Puts a collection through the production pipeline into an index of its own, and asks its questions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from models.records import Channel, Post, PostKind, Record
from pipelines.ingest import Ingest
from pipelines.problems import ProblemReport
from pipelines.progress import Advance, quiet
from pipelines.sources.source import Located
from search_api.evaluation.collection import CORPUS, Collection
from search_api.evaluation.measures import DEPTH
from search_api.query.analyzed import analyze
from search_api.ranking.ordering import ordered
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.retrieve import retrieve
from search_api.services import Services
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.engine_name import EngineName
from search_api.wiring.settings import Settings

NETWORK = "bench"
CHANNEL = f"{NETWORK}:documents"
LONGEST_TITLE = 500
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rankings:
    """By lane and question: the documents found, best first. Without an encoder there is no vector lane.

    `words` and `vectors` go as deep as any measure looks; `fused` is what search answers, of the candidates
    that it takes from both.
    """

    words: dict[str, list[str]]
    vectors: dict[str, list[str]] | None
    fused: dict[str, list[str]]

    def lanes(self) -> dict[str, dict[str, list[str]]]:
        """The lanes that there are, by name."""
        vectors = {} if self.vectors is None else {"vectors": self.vectors}
        return {"words": self.words, **vectors, "fused": self.fused}


@contextmanager
def opened(settings: Settings) -> Iterator[Dure]:
    """Everything under these settings, but with an embedded index in a home that goes with the context."""
    with TemporaryDirectory(prefix="dure-eval-") as folder:
        home = Path(folder)
        own = {"home": home, "database_url": f"sqlite:///{home / 'dure.db'}", "engine": EngineName.EMBEDDED}
        with open_dure(settings.model_copy(update=own), publishing="eval") as dure:
            yield dure


def publish(collection: Collection, dure: Dure, advance: Advance = quiet) -> None:
    """Put the documents through the pipeline, from records to the index; `advance` is told of documents."""
    source = (Located(record, CORPUS, None) for record in _records(collection))
    dure.publisher.publish(advance, arriving=Ingest(dure.store, source, ProblemReport(strict=True)))


def ask_all(collection: Collection, services: Services, advance: Advance = quiet) -> Rankings:
    """Ask every question as search does; posts, not threads, are ranked. `advance` is told of questions."""
    scope = services.store.scope_of(None)
    words: dict[str, list[str]] = {}
    vectors: dict[str, list[str]] = {}
    fused: dict[str, list[str]] = {}
    for question, text in collection.questions.items():
        query = analyze(services.annotator, text)
        found = retrieve(services, query, scope).candidates
        deep = retrieve(services, query, scope, matches=DEPTH, neighbours=DEPTH).candidates
        words[question] = _by_words(found, deep)
        near = (one for one in deep if one.features.cosine)
        vectors[question] = [one.post for one in sorted(near, key=lambda one: -one.features.cosine)]
        fused[question] = [one.post for one in ordered(found)]
        advance(1)
    names = names_of(collection)

    def named(rankings: dict[str, list[str]]) -> dict[str, list[str]]:
        return {question: [names[post] for post in ranking[:DEPTH]] for question, ranking in rankings.items()}

    has_vectors = services.annotator.dimensions is not None
    return Rankings(words=named(words), vectors=named(vectors) if has_vectors else None, fused=named(fused))


def _by_words(found: Sequence[Candidate], deep: Sequence[Candidate]) -> list[str]:
    """What search ranks by words, and behind it what the engine proposes next."""
    matched = sorted((one for one in found if one.features.bm25), key=lambda one: -one.features.words)
    further = sorted((one for one in deep if one.features.bm25), key=lambda one: -one.features.bm25)
    ranked = [one.post for one in matched if one.features.words > 0]
    return list(dict.fromkeys([*ranked, *(one.post for one in further)]))


def names_of(collection: Collection) -> dict[str, str]:
    """The document of each post."""
    return {_post_id(number): document.id for number, document in enumerate(collection.documents)}


def _records(collection: Collection) -> Iterator[Record]:
    yield Channel(id=CHANNEL, network=NETWORK, name="Documents")
    roots: dict[str, str] = {}
    for number, document in enumerate(collection.documents):
        id_ = _post_id(number)
        root = roots.setdefault(document.thread, id_) if document.thread is not None else id_
        # A title that is too long for one is read as the first line of the text: the same in the end.
        title = document.title if len(document.title) <= LONGEST_TITLE else ""
        yield Post(
            id=id_,
            channel=CHANNEL,
            title=title or None,
            text=document.text if title == document.title else f"{document.title}\n{document.text}",
            created=FIRST + timedelta(seconds=number),
            kind=PostKind.POST if root == id_ else PostKind.REPLY,
            parent=None if root == id_ else root,
        )


def _post_id(number: int) -> str:
    return f"{NETWORK}:{number}"
