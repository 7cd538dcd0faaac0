"""A pretrained encoder that is missing, damaged or another version: who runs Dure is told, and search goes on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from served_home import TOWN, Home, eventually, found, post
from typer.testing import CliRunner

from models.language import sentence_encoder
from models.language.sentence_encoder import DIGESTS, PACKAGE, RESOURCES, VERSION
from search_api.cli.commands import cli

SAMPLE = Path(__file__).parent.parent.parent / "pipelines" / "sample"
GOES_ON = "Search by meaning goes on with a part of its vectors."


def installed(folder: Path, version: str) -> Path:
    """A folder that has the package in a version, with weights that are none."""
    told = folder / f"{PACKAGE.replace('-', '_')}-{version}.dist-info" / "METADATA"
    told.parent.mkdir(parents=True)
    told.write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n")
    for name in DIGESTS:
        (folder / RESOURCES).mkdir(parents=True, exist_ok=True)
        (folder / RESOURCES / name).write_bytes(b"cut off")
    return folder


def missing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    monkeypatch.setattr(sentence_encoder, "PACKAGE", "no-such-package")
    return "The package no-such-package is not installed."


def damaged(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    monkeypatch.syspath_prepend(installed(folder, VERSION))
    return f"{folder / RESOURCES / 'sp.model'}: is damaged."


def other_version(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    monkeypatch.syspath_prepend(installed(folder, "9.9.9"))
    return f"The package {PACKAGE} is version 9.9.9, not {VERSION}."


@pytest.mark.parametrize("spoil", [missing, damaged, other_version])
def test_it_is_told_with_the_remedy_and_search_goes_on(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[pytest.MonkeyPatch, Path], str],
) -> None:
    for name in [name for name in os.environ if name.startswith("DURE_")]:
        monkeypatch.delenv(name)
    told = spoil(monkeypatch, tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, [*arguments, "--home", str(home)])
        return done.exit_code, " ".join(done.output.split())

    code, seen = run("doctor")
    assert code == 1
    assert f"✗ encoder {told} Install it again: pip install" in seen
    assert seen.count("✗") == 1
    for command in (("publish",), ("ingest", "jsonl", str(SAMPLE))):
        caplog.clear()
        assert run(*command)[0] == 0
        (warning,) = [record for record in caplog.records if record.name == "dure.vectors"]
        assert warning.getMessage().startswith(f"{told} Install it again: pip install")
        assert warning.getMessage().endswith(GOES_ON)
    caplog.clear()
    code, seen = run("search", "연차 이월")
    assert (code, caplog.messages) == (0, [])
    assert "이월" in seen


@pytest.mark.slow
def test_a_server_tells_it_once_in_its_log_when_it_opens(tmp_path: Path) -> None:
    folder = installed(tmp_path / "packages", "9.9.9")
    home = Home(folder=tmp_path / "home", settings={"PYTHONPATH": str(folder)})
    home.ingest(*TOWN)
    with home.serving("--workers", "2") as server, server.client() as client:
        server.write(post(1, "사내 카페 개점 시간은 8시입니다"))
        eventually(lambda: found(client, "카페 개점") == ["sns:1"])
        assert client.get("/health/details").json()["vectors_to_come"] == 0
        log = server.log.read_text()
    assert log.count("is version 9.9.9") == 1
    assert "pip install --force-reinstall" in log
    assert GOES_ON in log
    shutil.rmtree(folder)
    assert home.command("doctor").returncode == 0
