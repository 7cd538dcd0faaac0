"""What users wrote, on a terminal: it is shown as it is, and does nothing there."""

import json
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.text import Text
from typer.testing import CliRunner

from models.counted import counted
from models.errors import BadInput
from search_api.cli import terminal
from search_api.cli.commands import cli

ACTING = "\x1b[31m\x07\x9b2J\u202e\u2066\x7f"
NAMES = {
    "id": "kms:100:7",
    "channel": "배포:x:알림",
    "author": "운영:100:봇",
    "title": "[red]root:x:0:0[/] 계정",
}


def dure(home: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments, "--home", str(home)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    records = [
        {"type": "company", "id": "c:a", "name": "가나"},
        {"type": "person", "id": "p:1:x:", "name": f"한[b]가람{ACTING}"},
        {"type": "person", "id": "p:2", "name": "Ann", "name_en": "Ann Lee"},
        {"type": "account", "id": "kms:login", "network": "kms", "handle": "ann.99%", "person": "p:2"},
        {"type": "channel", "id": "kms:c", "network": "kms", "name": NAMES["channel"]},
        {"type": "account", "id": "kms:u", "network": "kms", "handle": "a", "name": NAMES["author"]},
        {
            "type": "post",
            "id": NAMES["id"],
            "channel": "kms:c",
            "account": "kms:u",
            "title": NAMES["title"],
            "text": f"서버 계정은 {ACTING} root:x:0:0 입니다",
            "created": "2024-03-01T03:00:00Z",
        },
    ]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (folder / "posts:100:.jsonl").write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    told = dure(folder / "home", "ingest", "jsonl", str(folder / "posts:100:.jsonl"))
    assert "posts:100:.jsonl:8" in told
    return folder / "home"


def acting(text: str) -> list[str]:
    return [
        sign
        for sign in text
        if unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\u202e\u2066"
        if sign != "\n"
    ]


def test_ids_and_names_are_neither_emoji_nor_markup(home: Path) -> None:
    told = dure(home, "search", "서버 계정")
    for name in NAMES.values():
        assert name in told
    assert "p:1:x:" in dure(home, "people")
    assert "한[b]가람" in dure(home, "people", "가람")


def test_nothing_that_users_wrote_acts_on_a_terminal(home: Path) -> None:
    for command in (
        ("search", "서버 계정"),
        ("people",),
        ("search", "서버 계정", "--json"),
        ("people", "--json"),
    ):
        assert not acting(dure(home, *command))


def test_json_says_what_was_written(home: Path) -> None:
    named = json.loads(dure(home, "people", "가람", "--json"))["people"]
    assert [person["name"] for person in named] == [f"한[b]가람{ACTING}"]


def test_styles_of_ours_remain_and_acting_characters_go(monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal.Console(force_terminal=True, color_system="standard", width=80)
    console.push_render_hook(terminal._HarmlessHook())
    with console.capture() as shown:
        console.print(terminal.assembled((f"이름{ACTING}\r\n끝", "red")))
    assert shown.get().startswith("\x1b[31m이름")
    assert not acting(re.sub(r"\x1b\[[0-9;]*m", "", shown.get()))


def test_long_lines_are_moved_in_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal.Console(width=20, force_terminal=True, color_system=None)
    monkeypatch.setattr(terminal, "out", console)
    with console.capture() as shown:
        console.print(terminal.indented(Text("가나다 라마바 사아자 차카타 파하"), 3))
    assert all(line.startswith("   ") for line in shown.get().splitlines())
    assert len(shown.get().splitlines()) > 1


def test_people_are_found_by_name_id_and_login(home: Path) -> None:
    def ids(name: str) -> list[str]:
        return [person["id"] for person in json.loads(dure(home, "people", name, "--json"))["people"]]

    assert ids("ann lee") == ids("p:2") == ids("N.99%") == ["p:2"]
    assert set(ids("")) == {"p:1:x:", "p:2"}
    assert ids("%") == ["p:2"]
    assert ids("nobody") == []


def test_tokens_are_listed_without_their_secrets(home: Path) -> None:
    secret = dure(home, "token", "create", "door:x:", "--as", "p:2", "--days", "3").strip()
    told = dure(home, "token", "list")
    assert "door:x:" in told
    assert "p:2" in told
    assert secret not in told
    [token] = json.loads(dure(home, "token", "list", "--json"))["tokens"]
    assert (token["name"], token["person"], token["expired"]) == ("door:x:", "p:2", False)
    dure(home, "token", "revoke", "door:x:")
    assert json.loads(dure(home, "token", "list", "--json")) == {"tokens": []}


def test_one_is_not_told_as_many(home: Path) -> None:
    assert "1 post says all of it." in dure(home, "search", "서버 계정")
    assert [counted(number, "post") for number in (0, 1, 1_200)] == ["0 posts", "1 post", "1,200 posts"]
    assert [counted(number, "person", "people") for number in (1, 2)] == ["1 person", "2 people"]


def test_a_token_ends_on_a_day_of_the_company(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dure(home, "token", "create", "far", "--as", "p:2", "--days", "3")
    [token] = json.loads(dure(home, "token", "list", "--json"))["tokens"]
    expires = datetime.fromisoformat(token["expires"])
    # One of the two is another day than UTC's, whenever this runs.
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        monkeypatch.setenv("DURE_TIMEZONE", zone)
        assert f"{expires.astimezone(ZoneInfo(zone)).date()}" in dure(home, "token", "list")
    dure(home, "token", "revoke", "far")


@pytest.mark.parametrize("role", ["employee", "curator", "auditor"])
def test_a_token_that_reads_as_a_person_needs_one(home: Path, role: str) -> None:
    given = ["token", "create", "nobody", "--role", role, "--home", str(home)]
    refused = CliRunner().invoke(cli, given)
    assert isinstance(refused.exception, BadInput)
    assert "--as PERSON" in refused.exception.remedy
    assert json.loads(dure(home, "token", "list", "--json")) == {"tokens": []}


@pytest.mark.parametrize("role", ["connector", "admin"])
def test_a_token_that_writes_needs_no_person(home: Path, role: str) -> None:
    assert dure(home, "token", "create", role, "--role", role).startswith("dure_")
    dure(home, "token", "revoke", role)


@pytest.mark.parametrize("sign", ["\x1b[31m", "\n", "\x00", "\x9b", "\u202e", "\u2028", "\udcff"])
def test_a_token_has_a_name_that_can_be_seen(home: Path, sign: str) -> None:
    given = ["token", "create", f"문{sign}지기", "--as", "p:2", "--home", str(home)]
    refused = CliRunner().invoke(cli, given)
    assert isinstance(refused.exception, BadInput)
    assert refused.exception.message.isprintable()


def test_the_way_in_is_told(home: Path) -> None:
    told = dure(home, "ingest", "jsonl", str(home.parent / "posts:100:.jsonl"))
    assert "dure serve" in told
    assert f"dure token create NAME --as PERSON --home {home}" in told
