"""The parts between a record and the index, for tests of the pipeline."""

from dataclasses import dataclass
from datetime import UTC, datetime

from asking import match

from indexer.engine import Clause, Engine, Question, TextField, Word
from models.language.annotator import Annotator
from models.records import Account, Channel, Post, Record
from models.scope import Scope
from models.store import Store
from pipelines.publish import Publisher

EVERYONE = Scope(frozenset({"everyone"}))

TOWN = (
    Channel(id="sns:town", network="sns", name="광장"),
    Channel(id="sns:lab", network="sns", name="연구소", private=True),
    Account(id="sns:kim", network="sns", handle="kim"),
)
"""Who writes in the posts of `post`, and where they may."""

TEXTS = (
    "연차 휴가는 근태 시스템에서 신청합니다",
    "서버 장애가 나면 당직자에게 전화하세요",
    "주차권은 총무팀에서 받습니다",
    "출장비 정산은 영수증을 붙여 올립니다",
)
ASKED = "서버가 죽었어요"
WANTED = "sns:1"
"""Of posts of these texts, numbered from 0, the one that answers what is asked."""


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
