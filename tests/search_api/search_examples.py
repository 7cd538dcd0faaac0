"""A small group of companies, its posts, and the parts that answer questions about them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine, Fingerprint
from models.language.annotator import Annotator, AnnotatorSpec
from models.records import (
    Acceptance,
    Account,
    Channel,
    Company,
    Deletion,
    Employment,
    Membership,
    Person,
    Post,
    PostKind,
    Record,
    Unit,
)
from models.scope import Scope
from models.store import Store
from pipelines.publish import Publisher
from search_api.search.page import SearchPage, find_answers
from search_api.services import Services

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


@dataclass
class Group:
    """The opened parts on one home; what is written is published at once unless told otherwise."""

    store: Store
    engine: Engine
    services: Services
    publisher: Publisher

    def write(self, *records: Record) -> None:
        """Write records; none may be rejected."""
        for outcome in self.store.write(records):
            assert outcome.change != "rejected", outcome

    def publish(self, *records: Record) -> None:
        """Write records and bring the index up to them."""
        self.write(*records)
        self.publisher.publish()

    def scope(self, name: str) -> Scope:
        """What a person may read."""
        return self.store.scope_of(f"p:{name}")

    def search(self, text: str, name: str = "minji", **options: object) -> SearchPage:
        """Ask as a person."""
        return find_answers(self.services, text, self.scope(name), **options)  # type: ignore[arg-type]

    def found(self, text: str, name: str = "minji") -> list[str]:
        """The posts that lead the hits."""
        return [hit.post.id for hit in self.search(text, name).hits]


@contextmanager
def opened_group(
    url: str,
    home: Path,
    spec: AnnotatorSpec,
    annotator: Annotator,
    open_engine: Callable[[Fingerprint], Engine] | None = None,
) -> Iterator[Group]:
    """The parts on a store and, unless another engine is opened, the index in the home; closed afterwards."""
    revision, dimensions = annotator.revision, annotator.dimensions
    fingerprint = Fingerprint(analyzer=revision.analyzer, embedder=revision.embedder, dimensions=dimensions)
    with (
        closing(Store.open(url)) as store,
        closing(
            open_engine(fingerprint)
            if open_engine
            else EmbeddedEngine.open(home / "index", fingerprint, writable=True)
        ) as engine,
    ):
        services = Services(store=store, engine=engine, annotator=annotator)
        yield Group(store, engine, services, Publisher(store, engine, annotator, spec))


def post(
    id_: str, text: str, *, by: str = "minji", channel: str = "sns:plaza", days: float = 10, **fields: object
) -> Post:
    """A post, `days` before now."""
    return Post(
        id=f"sns:{id_}",
        channel=channel,
        account=f"sns:{by}",
        text=text,
        created=NOW - timedelta(days=days),
        **fields,  # type: ignore[arg-type]
    )


def answered(number: int, question: str, answer: str, *, asker: str, by: str, accepted: bool) -> list[Record]:
    """A question with one answer."""
    asked, replied = f"q{number}", f"q{number}a"
    records: list[Record] = [
        post(asked, question, by=asker, kind=PostKind.QUESTION, days=20),
        post(replied, answer, by=by, kind=PostKind.ANSWER, parent=f"sns:{asked}", days=19),
    ]
    if accepted:
        records.append(Acceptance(question=f"sns:{asked}", answer=f"sns:{replied}"))
    return records


def gone(id_: str) -> Deletion:
    """The deletion of a post."""
    return Deletion(post=f"sns:{id_}", deleted=NOW)


PEOPLE = {
    "minji": ("이민지", "cloud"),
    "junho": ("박준호", "cloud"),
    "sora": ("최소라", "chips"),
    "taeyang": ("한태양", "chips"),
}


def directory() -> Sequence[Record]:
    """Two companies, four people, an open channel, one of a company and a private one."""
    records: list[Record] = [
        Company(id="cloud", name="두레클라우드"),
        Company(id="chips", name="두레반도체"),
        Unit(id="platform", company="cloud", name="플랫폼팀"),
        Channel(id="sns:plaza", network="sns", name="광장"),
        Channel(id="sns:cloud", network="sns", name="클라우드-공지", company="cloud"),
        Channel(id="sns:secret", network="sns", name="인수-검토", private=True),
        Membership(channel="sns:secret", account="sns:junho"),
    ]
    for name, (korean, company) in PEOPLE.items():
        unit = "platform" if company == "cloud" else None
        records += [
            Person(id=f"p:{name}", name=korean, title="책임"),
            Employment(person=f"p:{name}", company=company, unit=unit),
            Account(id=f"sns:{name}", network="sns", handle=name, person=f"p:{name}"),
        ]
    return records
