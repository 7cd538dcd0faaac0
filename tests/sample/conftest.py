"""The whole sample company, opened once in a home of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pipelines
from pipelines.problems import ProblemReport
from search_api.cli.jobs import ingest_source
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.settings import Settings, load_settings

SAMPLE = Path(pipelines.__file__).parent / "sample"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dure]:
    """Store, index and annotator with every record of the sample, as `dure demo` loads it."""
    with pytest.MonkeyPatch.context() as environment:
        for name in Settings.model_fields:
            environment.delenv(f"DURE_{name.upper()}", raising=False)
        settings = load_settings(
            home=tmp_path_factory.mktemp("company"), dictionary=SAMPLE / "dictionary.tsv", workers=1
        )
    with open_dure(settings, publishing="ingest") as dure:
        ingest_source(dure.store, "jsonl", SAMPLE, ProblemReport(strict=True), {}, publishing=dure)
        yield dure


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells what was measured: a line that is printed when all tests have run."""
    return lambda line: record_property("figure", line)
