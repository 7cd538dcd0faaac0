"""`dure serve` whose index is deleted: it heals by itself, and nobody is told less than there is."""

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from served_home import TOWN, WORDS_ALONE, Home, Server, eventually, post

pytestmark = pytest.mark.slow

POSTS = 60
WORKERS = ("--workers", "2")


def all_found(server: Server) -> bool:
    """Whether all is found; less than all is only ever answered by an error that says what to do."""
    answer = server.get("/search", q="창고 재고", limit=50)
    if answer.status_code == 503:
        error = answer.json()["error"]
        assert error["code"] == "index_lost", error
        assert "made anew" in error["message"]
        assert error["remedy"]
        assert answer.headers["retry-after"]
        assert server.get("/health").status_code in (200, 503)
        return False
    assert answer.status_code == 200, answer.text
    assert answer.json()["posts"] == POSTS, answer.text
    return True


def identity(server: Server) -> str:
    answer = server.get("/health/details")
    return answer.json()["generation"].partition(":")[0] if answer.status_code == 200 else ""


def healed(server: Server, before: str) -> bool:
    """Whether all is found in another index than before."""
    return all_found(server) and identity(server) not in ("", before)


def filled(folder: Path, settings: Mapping[str, str]) -> Home:
    """A home with posts that are all published."""
    home = Home(folder=folder, settings={**WORDS_ALONE, **settings})
    home.ingest(*TOWN, *(post(number, f"{number}번 창고 재고") for number in range(POSTS)))
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return filled(tmp_path_factory.mktemp("lost"), {})


def delete(home: Home, pattern: str) -> None:
    for path in list(home.folder.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_running_server_makes_a_deleted_index_anew_whatever_part_of_it_is_deleted(home: Home) -> None:
    with home.serving(*WORKERS) as server:
        eventually(partial(all_found, server))
        for number, pattern in enumerate(
            ("index", "index/CURRENT", "index/*/words/meta.json", "index/*/words/*.store", "index/*")
        ):
            before = identity(server)
            delete(home, pattern)
            eventually(partial(healed, server, before))
            # Every worker, and what comes afterwards is published as ever.
            for _ in range(20):
                assert all_found(server)
            server.write(post(1_000 + number, "정수기 필터 교체"))
            eventually(lambda: server.get("/search", q="정수기").json()["posts"] > number)  # noqa: B023
        told = server.log.read_text()
        assert f"made anew from the store: {POSTS} posts" in told
        assert "The index has been made anew." in told
        assert "Traceback" not in told
    assert home.command("verify").returncode == 0


def test_rebuild_works_beside_a_server_whose_index_is_deleted_and_without_a_server(home: Home) -> None:
    with home.serving(*WORKERS) as server:
        eventually(partial(all_found, server))
        delete(home, "index")
        done = home.command("rebuild")
        assert done.returncode == 0, done.stderr
        eventually(partial(all_found, server))
    for pattern in ("index", "index/*/words/meta.json", "index/CURRENT"):
        delete(home, pattern)
        assert home.command("search", "창고").returncode == 1
        done = home.command("rebuild")
        assert done.returncode == 0, done.stderr
        assert home.command("verify").returncode == 0


def test_a_server_that_starts_without_its_index_answers_when_it_has_made_it(home: Home) -> None:
    for pattern in ("index", "index/*/build.json"):
        delete(home, pattern)
        with home.serving(*WORKERS) as server:
            eventually(partial(all_found, server))
            assert "Traceback" not in server.log.read_text()
    assert home.command("verify").returncode == 0


@pytest.mark.opensearch
def test_a_running_server_makes_a_deleted_opensearch_index_anew(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    import opensearch_fixture
    from opensearchpy import OpenSearch

    url, alias = opensearch_fixture.opensearch_url(request), opensearch_fixture.opensearch_alias(request)
    settings = {"DURE_ENGINE": "opensearch", "DURE_OPENSEARCH_URL": url, "DURE_OPENSEARCH_INDEX": alias}
    home = filled(tmp_path, settings)

    def delete_index() -> None:
        with OpenSearch(url) as client:
            for name in client.indices.get_alias(name=alias):
                client.indices.delete(index=name)

    with home.serving(*WORKERS) as server:
        eventually(partial(all_found, server))
        delete_index()
        eventually(partial(all_found, server))
        for _ in range(10):
            assert all_found(server)
        delete_index()
        done = home.command("rebuild")
        assert done.returncode == 0, done.stderr
        eventually(partial(all_found, server))
    delete_index()
    with home.serving(*WORKERS) as server:
        eventually(partial(all_found, server))
    delete_index()
    done = home.command("rebuild")
    assert done.returncode == 0, done.stderr
    assert home.command("verify").returncode == 0
