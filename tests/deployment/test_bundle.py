"""The bundle: everything is in Dure's wheel, and a machine without any network installs it and answers."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import bundle
import dockerfile
import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("models", "indexer", "pipelines", "search_api")
ALONE = ("unshare", "--net", "--map-root-user")
"""Runs a command in a network of its own, in which there is nothing."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle.bundle(tmp_path_factory.mktemp("bundle"), bundle.ALWAYS)


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a network, and without what this process knows of packages."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return subprocess.run(
        [*ALONE, *command], env=known | environment, capture_output=True, text=True, check=False
    )


def test_the_image_and_the_bundle_are_built_from_the_same_files() -> None:
    copies = [one for one in dockerfile.parse_file(str(ROOT / "Dockerfile")) if one.cmd.upper() == "COPY"]
    copied = {source for one in copies if not one.flags for source in one.value[:-1]}
    assert copied == {*bundle.SOURCE, "constraints.txt"}


def test_a_dependency_that_is_not_pinned_is_named(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    for name in ("dure-0.1.0", "Jinja2-3.1.6", "python_mecab_ko-1.3.7", "left_pad-1.0"):
        (tmp_path / "wheels" / f"{name}-py3-none-any.whl").touch()
    (tmp_path / "constraints.txt").write_text("jinja2==3.1.6\npython-mecab-ko==1.3.7\n")
    with pytest.raises(bundle.UnpinnedError, match=r"does not name left-pad:"):
        bundle.check_pins(tmp_path / "wheels", tmp_path / "constraints.txt")


@pytest.mark.extras
def test_every_file_of_the_product_is_in_its_wheel(made: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *FOLDERS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    (wheel,) = (made / "wheels").glob("dure-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert set(filter(None, tracked.split("\0"))) - set(archive.namelist()) == set()


@pytest.mark.extras
def test_a_machine_without_any_network_installs_the_bundle_and_answers(made: Path, tmp_path: Path) -> None:
    place = tmp_path / "opt" / "dure"
    installed = run(made / "install.sh", place)
    assert installed.returncode == 0, installed.stderr
    home = str(tmp_path / "home")
    sample = next(place.glob("lib/python*/site-packages/pipelines/sample"))
    told = run(place / "bin" / "dure", "ingest", "jsonl", sample, DURE_HOME=home)
    assert told.returncode == 0, told.stderr
    asked = ("search", "VPN 접속이 안 돼요", "--as", "p:kim.jaemin", "--json")
    found = run(place / "bin" / "dure", *asked, DURE_HOME=home)
    assert '"hits"' in found.stdout, found.stderr
    assert "VPN" in found.stdout
    well = run(place / "bin" / "dure", "doctor", DURE_HOME=home)
    assert well.returncode == 0, well.stdout


@pytest.mark.extras
def test_a_bundle_that_was_damaged_on_its_way_is_not_installed(made: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(made, tmp_path / "copied")
    (wheel,) = (copy / "wheels").glob("numpy-*.whl")
    wheel.write_bytes(wheel.read_bytes()[:-1])
    refused = run(copy / "install.sh", tmp_path / "dure")
    assert refused.returncode != 0
    assert "numpy" in refused.stdout + refused.stderr
    assert not (tmp_path / "dure").exists()


@pytest.mark.extras
def test_another_python_is_told_which_one_is_wanted(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    refused = run(made / "install.sh", tmp_path / "dure", PYTHON=str(other))
    assert refused.returncode == 1
    assert refused.stderr.startswith("These wheels are for Python 3.")
