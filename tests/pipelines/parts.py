"""The parts between a record and the index, for tests of the pipeline."""

from dataclasses import dataclass
from datetime import UTC, datetime

from asking import match

from indexer.engine import Clause, Engine, Question, TextField, Word
from models.language.annotator import Annotator
from models.records import Post, Record
from models.scope import Scope
from models.store import Store
from pipelines.publish import Publisher

EVERYONE = Scope(frozenset({"everyone"}))


@dataclass
class Parts:
    """The parts between a record and the index, opened on one home."""

    store: Store
    engine: Engine
    annotator: Annotator
    publisher: Publisher

    def found(self, term: str, scope: Scope = EVERYONE) -> set[str]:
        """The posts that match one term."""
        question = Question(words=(Word((Clause(TextField.TERMS, term, 1.0),)),))
        return {hit.post for hit in match(self.engine, question, scope, 100)}

    def write(self, *records: Record) -> None:
        """Write records; none may be rejected."""
        for outcome in self.store.write(records):
            assert outcome.change != "rejected", outcome


def post(number: int, text: str, *, channel: str = "sns:town", **fields: object) -> Post:
    return Post(
        id=f"sns:{number}",
        channel=channel,
        account="sns:kim",
        text=text,
        created=datetime(2026, 3, 2, 9, tzinfo=UTC),
        **fields,  # type: ignore[arg-type]
    )
