"""The whole sample company, made once a run, and what it answers to the judged questions."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from judgements import QUESTIONS, Ask
from made_once import made_once

import pipelines
from pipelines.problems import ProblemReport
from search_api.cli.jobs import ingest_source
from search_api.evaluation.sample import NOW
from search_api.search.hits import SearchHit
from search_api.search.page import MAX_LIMIT, find_answers
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.settings import Settings, load_settings

SAMPLE = Path(pipelines.__file__).parent / "sample"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dure]:
    """Store, index and annotator with every record of the sample, as `dure demo` loads it: for reading."""

    def settings_in(home: Path) -> Settings:
        with pytest.MonkeyPatch.context() as environment:
            for name in Settings.model_fields:
                environment.delenv(f"DURE_{name.upper()}", raising=False)
            return load_settings(home=home, dictionary=SAMPLE / "dictionary.tsv", workers=1)

    def ingest(home: Path) -> None:
        with open_dure(settings_in(home), publishing="ingest") as dure:
            ingest_source(dure.store, "jsonl", SAMPLE, ProblemReport(strict=True), {}, publishing=dure)

    with open_dure(settings_in(made_once(tmp_path_factory, "company", ingest))) as dure:
        yield dure


@pytest.fixture(scope="session")
def hits(company: Dure, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The first fifty hits of what a person asks; those of the judged questions are looked for once a run."""

    def ask(text: str, person: str) -> Sequence[SearchHit]:
        scope = company.store.scope_of(person, NOW)
        return find_answers(company.services, text, scope, facets=(), limit=MAX_LIMIT).hits

    def ask_all(file: Path) -> None:
        asked = {(question.text, question.viewer) for question in QUESTIONS}
        file.write_bytes(pickle.dumps({question: ask(*question) for question in asked}))

    found = pickle.loads(made_once(tmp_path_factory, "hits", ask_all).read_bytes())

    def kept(text: str, person: str) -> Sequence[SearchHit]:
        if (text, person) not in found:
            found[text, person] = ask(text, person)
        return found[text, person]

    return kept


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells what was measured: a line that is printed when all tests have run."""
    return lambda line: record_property("figure", line)
