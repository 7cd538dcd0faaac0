"""docs/api.md is true: the routes and error codes that it names are those that there are."""

import re
from pathlib import Path

from fastapi.testclient import TestClient

from indexer.engine import FACETS
from models.errors import BadInput, Forbidden, NotFound, Unauthenticated
from search_api.http.errors import HTTP_ERRORS
from search_api.schemas.errors import STATUSES

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_route_is_documented_and_every_documented_route_exists(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^\| `((?:GET|POST|PUT) [^`]+)`", DOCS, flags=re.MULTILINE)) == routes


def test_every_error_code_is_documented_with_its_status() -> None:
    documented = {
        (int(status), code)
        for status, codes in re.findall(r"^\| (\d{3}) \| (.+) \|$", DOCS, flags=re.MULTILINE)
        for code in re.findall(r"`(\w+)`", codes)
    }
    raised = {(status, error.code) for error, status in STATUSES.items()}
    refused = {(status, code) for status, (code, _, _) in HTTP_ERRORS.items()}
    assert documented == raised | refused | {(500, "internal")}
    assert {error.code for error in (BadInput, Forbidden, NotFound, Unauthenticated)} <= {
        code for _, code in raised
    }


def test_every_facet_may_be_asked_for(client: TestClient, minji: dict[str, str]) -> None:
    response = client.get("/search", params={"q": "연차", "facet": list(FACETS)}, headers=minji)
    assert response.json()["facets"].keys() == set(FACETS)
