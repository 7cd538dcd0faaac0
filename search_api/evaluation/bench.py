"""Puts a collection through the production pipeline into an index of its own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from models.records import Channel, Post, PostKind, Record
from pipelines.ingest import Ingest
from pipelines.problems import ProblemReport
from pipelines.progress import posts_bar
from pipelines.sources.source import Located
from search_api.evaluation.asking import Judged
from search_api.evaluation.collection import CORPUS, Collection
from search_api.ranking.fusion import FOUND, FusionWeights
from search_api.ranking.ordering import DEEDS, DeedWeights, ordered
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.retrieve import Retrieved
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.engine_name import EngineName
from search_api.wiring.settings import Settings

NETWORK = "bench"
CHANNEL = f"{NETWORK}:documents"
LONGEST_TITLE = 500
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


@contextmanager
def opened(settings: Settings) -> Iterator[Dure]:
    """Everything under these settings, but with an embedded index in a home that goes with the context."""
    with TemporaryDirectory(prefix="dure-eval-") as folder:
        home = Path(folder)
        own = {"home": home, "database_url": f"sqlite:///{home / 'dure.db'}", "engine": EngineName.EMBEDDED}
        with open_dure(settings.model_copy(update=own), publishing="eval") as dure:
            yield dure


def publish(records: Iterable[Located], posts: int, dure: Dure, label: str = "publishing") -> None:
    """Put records through the pipeline, from the store to the index, with both parts of vectors.

    Shows progress over so many posts, under the label.
    """
    with posts_bar(label, posts) as advance:
        dure.publisher.publish(advance, arriving=Ingest(dure.store, records, ProblemReport(strict=True)))
    dure.complete_vectors()


def judged(collection: Collection, dure: Dure) -> Judged:
    """The questions of a published collection: everybody may read it, and posts, not threads, are ranked."""
    names = {_post_id(number): document.id for number, document in enumerate(collection.documents)}
    scope = dure.store.scope_of(None)
    return Judged(
        documents=len(collection.documents),
        questions=collection.questions,
        judgements=collection.judgements,
        answering=1,
        scopes=dict.fromkeys(collection.questions, scope),
        unit_of=lambda candidate: names[candidate.post],
        order=best_first,
    )


def best_first(
    found: Retrieved, weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
) -> list[Candidate]:
    """The posts that were found, in search's order, whatever thread they stand in."""
    return ordered(found.candidates, weights, deeds)


def records_of(collection: Collection) -> Iterator[Located]:
    """The documents as posts."""
    return (Located(record, CORPUS, None) for record in _records(collection))


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
