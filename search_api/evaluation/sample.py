"""The sample company, and the judged questions about it, each asked by one of its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, with_config

from models.records import Post
from pipelines.sources.jsonl import read
from pipelines.sources.source import Located
from search_api.evaluation.asking import Judged
from search_api.evaluation.questions import Kind, Question
from search_api.evaluation.split import split_of
from search_api.ranking.fusion import FOUND, FusionWeights
from search_api.ranking.ordering import DEEDS, DeedWeights
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.retrieve import Retrieved
from search_api.search.levels import leveled
from search_api.wiring.app import Dure
from search_api.wiring.settings import Settings

NOW = datetime(2026, 11, 21, tzinfo=UTC)
"""The day of the judgements, after the last post: who may read what, and what is recent, hold still."""

Grade = Literal[1, 2]
BEST: Grade = 2
"""What answers the question; whom to ask."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class SampleQuestion:
    """What somebody asks, and the posts that answer it by grade, all of which they may see."""

    id: str
    kind: Kind
    text: str
    viewer: str
    relevant: dict[str, Grade]
    hidden_from: str | None = None


def folder_of(name: str) -> Path:
    """`sample`, what the company wrote, or `judgements`."""
    return Path(str(files("pipelines") / name))


def own_words(settings: Settings) -> Settings:
    """The settings given, with the sample company's own words."""
    sample = folder_of("sample")
    own = {"dictionary": sample / "dictionary.tsv", "vocabulary": sample / "vocabulary.jsonlines"}
    return settings.model_copy(update=own)


def read_sample() -> list[Located]:
    """Every record of the sample company."""
    return [item for item in read(folder_of("sample")) if isinstance(item, Located)]


def posts_of(sample: Sequence[Located]) -> dict[str, Post]:
    """The posts among the records, by id."""
    return {item.record.id: item.record for item in sample if isinstance(item.record, Post)}


def read_questions() -> list[SampleQuestion]:
    """The judged questions."""
    lines = (folder_of("judgements") / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [TypeAdapter(SampleQuestion).validate_json(line) for line in lines]


def judged(sample: Sequence[Located], dure: Dure) -> Judged:
    """The questions about the published sample; threads are ranked, each with the best grade of its posts."""
    questions = read_questions()
    scopes = {question.id: dure.store.scope_of(question.viewer, NOW) for question in questions}
    grades: dict[str, dict[str, int]] = {}

    def leading(
        found: Retrieved, weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
    ) -> list[Candidate]:
        """What a page shows of each thread."""
        return leveled(dure.annotator, found, weights, deeds).leading

    for question in questions:
        threads = grades.setdefault(question.id, {})
        for post in dure.store.posts(question.relevant, scopes[question.id]).values():
            threads[post.thread] = max(threads.get(post.thread, 0), question.relevant[post.id])
    return Judged(
        documents=len(posts_of(sample)),
        questions={it.id: Question(text=it.text, kind=it.kind, split=split_of(it.id)) for it in questions},
        judgements=grades,
        answering=BEST,
        scopes=scopes,
        unit_of=lambda candidate: candidate.ranking.thread,
        order=leading,
    )
