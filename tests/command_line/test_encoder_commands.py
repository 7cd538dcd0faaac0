"""`dure encoder` on the sample company: adapting, staying, going back; what is missing is said."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from models.errors import DureError
from models.language.encoder_revision import prompt_revision
from models.language.training import adaptation
from search_api.cli import adapting
from search_api.cli.commands import cli

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parent.parent.parent / "pipelines" / "sample"
QUESTION = "길목VPN이 자꾸 끊겨요"

Dure = Callable[..., Result]


def run(home: Path, *arguments: str) -> Result:
    """Run a command on a home; an unexpected failure is raised."""
    result = CliRunner().invoke(cli, [*arguments, "--home", str(home)])
    if result.exception and not isinstance(result.exception, DureError | SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DURE_ENGINE", "DURE_HOME", "DURE_DICTIONARY", "DURE_ENCODER", "DURE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(adaptation, "FEWEST_STEPS", 40)
    monkeypatch.setattr(adaptation, "PASSES", 0)


def state(home: Path) -> dict[str, object]:
    return json.loads(run(home, "encoder", "status", "--json").stdout)


def test_an_encoder_that_is_not_better_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = adaptation.learn

    def learn(*arguments: object, **options: object) -> adaptation.Learned:
        learned = original(*arguments, **options)  # type: ignore[arg-type]
        return replace(learned, new=learned.old)

    monkeypatch.setattr(adapting, "learn", learn)
    before = state(home)
    result = run(home, "encoder", "adapt")
    assert result.exit_code == 0
    assert "not better beyond noise: the encoder stays as it was" in " ".join(result.stdout.split())
    assert state(home) == before
    assert (before["origin"], before["current"]) == ("shipped", True)
    assert not list((home / "encoders").iterdir())


def test_one_that_forgets_general_language_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapting, "FORGETTING", -1.0)
    result = run(home, "encoder", "adapt", "--json")
    found = json.loads(result.stdout)
    assert (found["better"], found["keeps"], found["encoder"]) == (False, False, None)
    assert state(home)["origin"] == "shipped"


def test_a_better_one_is_used_and_given_up_again(home: Path) -> None:
    shipped = state(home)["revision"]
    found = json.loads(run(home, "encoder", "adapt", "--json").stdout)
    assert found["better"]
    assert found["gain"]["after"] > found["gain"]["before"]
    assert found["gain"]["low"] > 0
    assert found["threads"] > 200
    assert found["questions"] >= 50

    adapted = state(home)
    assert adapted["origin"] == "adapted"
    assert adapted["encoder"] == found["encoder"]
    assert adapted["current"]
    assert adapted["revision"] != shipped
    assert adapted["adapted"]["from"] == prompt_revision(str(shipped))  # type: ignore[index]
    assert run(home, "verify").exit_code == 0
    doctor = run(home, "doctor")
    assert doctor.exit_code == 0
    assert str(home / "encoders") in doctor.stdout
    assert json.loads(run(home, "search", QUESTION, "--json").stdout)["hits"]

    assert run(home, "encoder", "reset").exit_code == 0
    back = state(home)
    assert (back["origin"], back["revision"], back["current"]) == ("shipped", shipped, True)
    assert not list((home / "encoders").iterdir())
    assert "nothing to go back from" in run(home, "encoder", "reset").stdout


def test_too_few_threads_change_nothing(tmp_path: Path) -> None:
    some = tmp_path / "some.jsonl"
    lines = (SAMPLE / "posts.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    channels = (SAMPLE / "channels.jsonl").read_text(encoding="utf-8")
    some.write_text(channels + "\n".join(lines), encoding="utf-8")
    run(tmp_path / "home", "ingest", "jsonl", str(some))
    result = run(tmp_path / "home", "encoder", "adapt")
    assert isinstance(result.exception, DureError)
    assert result.exception.code == "bad_input"
    assert "too few threads" in result.exception.message
    assert "--private" in result.exception.remedy
    assert not (tmp_path / "home" / "encoders").exists()


def test_what_only_some_may_read_is_learned_from_when_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def adapt(_home: Path, _source: Path, _analyzer: object, threads: list[object], _bar: object) -> None:
        read.append(len(threads))
        raise DureError("stopped")

    monkeypatch.setattr(adapting, "adapt", adapt)
    run(home, "encoder", "adapt")
    run(home, "encoder", "adapt", "--private")
    assert 0 < read[0] < read[1]


def test_an_encoder_that_a_setting_names_is_not_adapted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_ENCODER", "none")
    result = run(home, "encoder", "adapt")
    assert isinstance(result.exception, DureError)
    assert result.exception.code == "bad_setting"
    assert "DURE_ENCODER" in result.exception.remedy
    assert state(home)["origin"] == "none"


def test_a_missing_extra_is_named_with_its_remedy(home: Path) -> None:
    program = "import sys; sys.modules['scipy'] = None; from search_api.cli import main; main()"
    command = [sys.executable, "-c", program, "encoder", "adapt", "--home", str(home)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "Adapting needs scipy" in refused.stderr
    assert "pip install 'dure[train]'" in refused.stderr
