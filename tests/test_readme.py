"""The README is true: every folder, setting and command that it names exists, and the other way round."""

import re
from pathlib import Path

from typer.main import get_command

from search_api.cli.commands import cli
from search_api.wiring.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_named_and_every_named_command_exists() -> None:
    named = set(re.findall(r"dure ([a-z]+)", README))
    assert named == set(get_command(cli).commands)  # type: ignore[attr-defined]


def test_every_setting_is_named_and_every_named_setting_exists() -> None:
    named = set(re.findall(r"DURE_[A-Z_]+[A-Z]", README))
    assert named == {f"DURE_{name.upper()}" for name in Settings.model_fields}


def test_every_folder_is_named_and_every_named_folder_exists() -> None:
    named = set(re.findall(r"^\| `(\w+)/` \|", README, flags=re.MULTILINE))
    found = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    assert named == {
        name for name in found if name not in {"build", "dist"} and not name.endswith(".egg-info")
    }


def test_every_linked_file_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([\w-]+)", README)) - {"and"}:
        assert re.search(rf"^{re.escape(target)}:", makefile, flags=re.MULTILINE), target
