"""The README is true in both languages: every folder, setting and command that it names exists, and the other
way round.
"""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from search_api.cli.commands import cli
from search_api.wiring.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.ko.md")


@pytest.fixture(params=PAGES)
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / str(request.param)).read_text(encoding="utf-8")


def test_every_command_is_named_and_every_named_command_exists(readme: str) -> None:
    named = set(re.findall(r"dure ([a-z]+)", readme))
    assert named == set(get_command(cli).commands)  # type: ignore[attr-defined]


def test_every_setting_is_named_and_every_named_setting_exists(readme: str) -> None:
    named = set(re.findall(r"DURE_[A-Z_]+[A-Z]", readme))
    assert named == {f"DURE_{name.upper()}" for name in Settings.model_fields}


def test_every_folder_is_named_and_every_named_folder_exists(readme: str) -> None:
    named = set(re.findall(r"^\| `(\w+)/` \|", readme, flags=re.MULTILINE))
    found = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    assert named == {
        name for name in found if name not in {"build", "dist"} and not name.endswith(".egg-info")
    }


def test_every_linked_file_exists(readme: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link


def test_every_make_target_named_exists(readme: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([\w-]+)", readme)) - {"and"}:
        assert re.search(rf"^{re.escape(target)}:", makefile, flags=re.MULTILINE), target


def test_a_python_that_cannot_run_it_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    told = subprocess.run(
        ["make", "setup", "PYTHON=false"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode
    assert "Dure needs Python 3.11 or 3.12" in told.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_pythons_named_are_those_that_the_package_takes(readme: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert project["requires-python"] == ">=3.11,<3.13"
    assert "not (3, 11) <= sys.version_info < (3, 13)" in makefile
    assert re.search(r"Python 3\.11(이나| or) 3\.12", readme)


def test_both_languages_show_the_same_commands_and_links() -> None:
    english, korean = ((ROOT / page).read_text(encoding="utf-8") for page in PAGES)

    assert shown(english) == shown(korean)
    assert links(english) - set(PAGES) == links(korean) - set(PAGES)


def shown(page: str) -> list[str]:
    """What the blocks of code hold, without what is said of it."""
    blocks = re.findall(r"^```\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].rstrip() for block in blocks for line in block.splitlines()]


def links(page: str) -> set[str]:
    return set(re.findall(r"\]\(([^)]+)\)", page))
