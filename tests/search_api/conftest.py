"""A real store, a real embedded index, the real annotator and a client, in a temporary home."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, directory, opened_group
from sqlite_fixture import store_in_sqlite

from models.language.annotator import Annotator, AnnotatorSpec
from models.language.dictionary import CompanyWord, Dictionary
from models.language.encoders import SHIPPED
from models.language.mecab import MecabAnalyzer
from models.stored import TokenRole
from search_api.http.app import create_app
from search_api.identity.access import PERMISSIONS


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return AnnotatorSpec().build()


@pytest.fixture(scope="session")
def analyzer() -> MecabAnalyzer:
    """One that knows a company's word with synonyms."""
    word = CompanyWord(
        word="고객관리시스템", parts=("고객", "관리", "시스템"), synonyms=("CRM", "고객 시스템")
    )
    return MecabAnalyzer(Dictionary([word]))


@pytest.fixture
def group(request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator) -> Iterator[Group]:
    with _with_directory(
        opened_group(store_in_sqlite(request, tmp_path), tmp_path, AnnotatorSpec(), annotator)
    ) as opened:
        yield opened


@pytest.fixture(scope="session")
def bilingual_annotator() -> Annotator:
    return AnnotatorSpec(encoder=SHIPPED).build()


@pytest.fixture
def bilingual_group(
    request: pytest.FixtureRequest, tmp_path: Path, bilingual_annotator: Annotator
) -> Iterator[Group]:
    """The same with the encoder that ships: search by meaning, and across languages."""
    url, spec = store_in_sqlite(request, tmp_path), AnnotatorSpec(encoder=SHIPPED)
    with _with_directory(opened_group(url, tmp_path, spec, bilingual_annotator)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stored_group(
    request: pytest.FixtureRequest, tmp_path: Path, bilingual_annotator: Annotator
) -> Iterator[Group]:
    """The same on each database in turn."""
    if request.param == "postgresql":
        # Imported here: SQLite is tested also where PostgreSQL's driver is not.
        from postgresql_fixture import store_in_postgresql

        url = store_in_postgresql(request)
    else:
        url = store_in_sqlite(request, tmp_path)
    with _with_directory(
        opened_group(url, tmp_path, AnnotatorSpec(encoder=SHIPPED), bilingual_annotator)
    ) as opened:
        yield opened


@pytest.fixture(params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def either_group(request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator) -> Iterator[Group]:
    """The same on each engine in turn."""
    if request.param == "opensearch":
        # Imported here: the embedded engine is tested also where no client of OpenSearch is.
        from opensearch_fixture import open_opensearch_engine

        opened_by = partial(open_opensearch_engine, request)
    else:
        opened_by = None
    url = store_in_sqlite(request, tmp_path)
    with _with_directory(opened_group(url, tmp_path, AnnotatorSpec(), annotator, opened_by)) as opened:
        yield opened


@contextmanager
def _with_directory(opened: AbstractContextManager[Group]) -> Iterator[Group]:
    with opened as group:
        group.write(*directory())
        yield group


@pytest.fixture
def client(group: Group) -> Iterator[TestClient]:
    """A client of a server outside the demo, without a token."""
    with TestClient(create_app(group.services), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def demo(group: Group) -> Iterator[TestClient]:
    """A browser on the machine of a demo."""
    services = replace(group.services, demo=True, demo_viewers=("p:minji", "p:junho"))
    with TestClient(
        create_app(services), base_url="http://127.0.0.1:8600", client=("127.0.0.1", 50_000)
    ) as opened:
        yield opened


@pytest.fixture
def minji(group: Group) -> dict[str, str]:
    """The headers of an employee's token."""
    return _token(group, "minji", TokenRole.EMPLOYEE, "p:minji")


@pytest.fixture
def admin(group: Group) -> dict[str, str]:
    """The headers of a connector's token."""
    return _token(group, "connector", TokenRole.ADMIN, None)


def _token(group: Group, name: str, role: TokenRole, person: str | None) -> dict[str, str]:
    secret = group.store.create_token(
        name=name, role=role, person=person, permissions=PERMISSIONS[role], expires=None
    )
    return {"Authorization": f"Bearer {secret}"}
