"""`dure account`: whose an account is, said by hand, listed and taken back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import NotFound
from models.records import Account, Person
from search_api.cli.commands import cli
from search_api.wiring.home import open_store
from search_api.wiring.settings import load_settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_store(load_settings(home=tmp_path), making=True) as store:
        people = [Person(id="p1", name="두리"), Account(id="s:u1", network="s", handle="duri")]
        store.write(people)
    return tmp_path


def account(home: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["account", *arguments, "--home", str(home)])
    if result.exception:
        raise result.exception
    return result.stdout


def owner(home: Path) -> tuple[str, ...]:
    with open_store(load_settings(home=home), making=True) as store:
        return store.profiles(["p1"], store.scope_of(None))["p1"].accounts


def test_an_account_is_linked_listed_and_unlinked(home: Path) -> None:
    assert "No account" in account(home, "list")
    assert "s:u1 belongs to p1" in account(home, "link", "s:u1", "p1")
    assert owner(home) == ("s:u1",)
    [listed] = json.loads(account(home, "list", "--json"))
    assert (listed["account"], listed["person"]) == ("s:u1", "p1")
    assert "s:u1" in account(home, "list")
    account(home, "unlink", "s:u1")
    assert owner(home) == ()


@pytest.mark.parametrize(
    "arguments", [("link", "s:u404", "p1"), ("link", "s:u1", "p404"), ("unlink", "s:u1")]
)
def test_what_is_not_there_is_said(home: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(NotFound):
        account(home, *arguments)
