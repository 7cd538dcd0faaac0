"""Every command with every kind of bad value: a line or two with a remedy, never a traceback, and nothing made."""

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
import typer
from made_once import prepared
from typer.models import ArgumentInfo

from models.stored import TokenRole
from search_api.cli import main
from search_api.cli.commands import cli
from search_api.wiring.engine_name import EngineName

pytestmark = pytest.mark.slow

DURE = f"'{sys.executable}' -m search_api.cli"
SAMPLE = Path(__file__).parent.parent.parent / "pipelines" / "sample"

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "demo": (),
    "ingest": ("jsonl", str(SAMPLE / "people.jsonl")),
    "publish": (),
    "rebuild": (),
    "status": (),
    "serve": ("--port", "0"),
    "doctor": (),
    "verify": (),
    "people": (),
    "search": ("연차 이월",),
    "experts": ("연차 이월",),
    "token create": ("mistaken", "--as", "p:bae.yuri"),
    "token list": (),
    "token revoke": ("nothing",),
    "account link": ("sns:nobody", "p:nobody"),
    "account unlink": ("sns:nobody",),
    "account list": (),
    "encoder adapt": (),
    "encoder reset": (),
    "encoder status": (),
    "eval search": ("nowhere",),
    "eval encoder": ("--sts", "nowhere.tsv"),
    "eval tags": ("--stackexchange", "nowhere"),
}
"""Every command with arguments that suffice."""
SERVING = {"demo", "serve"}
FATAL = {
    *(("--home", path) for path in ("file", "file/below", "/proc/dure", "")),
    *(("--port", number) for number in ("-1", "abc", "99999999999")),
    *(("--host", host) for host in ("nowhere.invalid", "x" * 70, "300.1.1.1")),
    ("--engine", "fax"),
}
"""Bad values with which a server cannot start; with others it would go on."""
MAKING = {"demo", "ingest", "serve"}
"""They make a home where there is none."""
BAD_PATHS = (
    "nowhere",
    "file",
    "file/below",
    "folder",
    "empty",
    "binary",
    "/proc/dure",
    "x" * 300,
    "half\udcff",
    "",
)
BAD_NUMBERS = ("-1", "abc", "99999999999", "1" * 40, "")
BAD_TEXTS = (
    "",
    " ",
    "p:nobody",
    "half\udcff",
    "\x00",
    "\x1b[31m",
    "%" * 10_000,
)
BAD_HOSTS = ("nowhere.invalid", "x" * 70, "300.1.1.1")


PATIENCE = 120
"""Seconds that commands may take on a loaded machine."""
EACH = """
import json, os, sys, tempfile
import search_api.cli.commands, search_api.wiring.app
from search_api.cli import main

told = []
for arguments in json.loads(sys.argv[1]):
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        if not (child := os.fork()):
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.argv = ["dure", *arguments]
            main()
            sys.exit()
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = [file.seek(0) or file.read() for file in (out, err)]
    told.append([ended, *said])
print(json.dumps(told))
"""
"""Runs command lines, each in a fork, which has imported what takes long, and tells their ends and what they said."""


WRITING_NOTHING = {"doctor", "encoder reset", "eval search", "eval encoder", "eval tags"}
"""They do what they can on a disk that cannot be written: look at it, or work in a folder of their own."""


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Dure = Callable[..., Told]


@dataclass(frozen=True)
class Parameter:
    """One argument or option of a command: how it is given, and its type without None."""

    given: str
    type: type


def commands(app: typer.Typer = cli, before: str = "") -> dict[str, list[Parameter]]:
    """The parameters of every command, by its words."""
    found: dict[str, list[Parameter]] = {}
    for group in app.registered_groups:
        assert group.typer_instance
        found |= commands(group.typer_instance, f"{group.name} ")
    for command in app.registered_commands:
        assert command.callback
        name = command.name or command.callback.__name__
        hints = get_type_hints(command.callback, include_extras=True)
        hints.pop("return")
        found[before + name] = [parameter(name, hint) for name, hint in hints.items()]
    return found


def parameter(name: str, hint: Any) -> Parameter:
    # Annotated[type | None, typer's description of it]; a bare type is an argument.
    plain, *described = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    kind = next((it for it in get_args(plain) if it is not type(None)), plain)
    if not described or isinstance(described[0], ArgumentInfo):
        return Parameter(name, kind)
    return Parameter((described[0].param_decls or (f"--{name.replace('_', '-')}",))[0], kind)


def bad_values() -> list[tuple[str, str, str]]:
    """Each command, parameter and bad value of its type."""
    values = {
        Path: BAD_PATHS,
        int: BAD_NUMBERS,
        str: BAD_TEXTS,
        EngineName: ("fax",),
        TokenRole: ("king", ""),
    }
    return [
        (name, parameter.given, value)
        for name, parameters in commands().items()
        for parameter in parameters
        if parameter.type is not bool
        for value in (BAD_HOSTS if parameter.given == "--host" else values[parameter.type])
        if name not in SERVING or (parameter.given, value) in FATAL
    ]


@pytest.fixture
def dure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dure:
    """Runs a command line in a folder of its own, as the console command does."""
    for name in ("DURE_ENGINE", "DURE_DICTIONARY", "DURE_ENCODER", "DURE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("models.language.prepared_sentences._prepare", prepared)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("words\n", encoding="utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()

    def run(*arguments: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["dure", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return run


def explained(told: Told) -> bool:
    """Whether a failure is told as failures are: 1 with a remedy, 2 with the usage."""
    if told.code == 2:
        return "Usage:" in told.err and "Error:" in told.err
    return told.code == 1 and "\n→ " in f"\n{told.err}" and "Traceback" not in told.err


def test_every_command_is_tried() -> None:
    assert set(ARGUMENTS) == set(commands())


@pytest.mark.parametrize(("command", "option", "value"), bad_values())
def test_a_bad_value_is_explained(
    command: str, option: str, value: str, dure: Dure, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_HOME", str(home))
    given = list(ARGUMENTS[command])
    if option.startswith("-"):
        given += [option, value]
    else:
        arguments = [it.given for it in commands()[command] if not it.given.startswith("-")]
        given[arguments.index(option) :] = [value, *given[arguments.index(option) + 1 :]]
    told = dure(*command.split(), *given)
    assert told.code == 0 or explained(told) or "✗ home" in told.out, told


def seen(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "command", sorted(set(ARGUMENTS) - MAKING - {name for name in ARGUMENTS if name.startswith("eval")})
)
@pytest.mark.parametrize("home", ["nowhere", "folder"])
def test_who_reads_makes_no_home(command: str, home: str, dure: Dure, tmp_path: Path) -> None:
    before = seen(tmp_path)
    told = dure(*command.split(), *ARGUMENTS[command], "--home", home)
    assert told.code == 1 or (command, home) == ("doctor", "folder"), told
    assert seen(tmp_path) == before


@pytest.mark.parametrize(
    "export",
    [("jsonl", "nowhere.jsonl"), ("slack", "export.zip"), ("stackexchange", "dump"), ("fax", "file")],
)
def test_an_export_that_is_not_there_makes_no_home(
    export: tuple[str, str], dure: Dure, tmp_path: Path
) -> None:
    before = seen(tmp_path)
    told = dure("ingest", *export, "--home", "new")
    assert explained(told)
    assert seen(tmp_path) == before


@pytest.mark.parametrize("path", ["", " "])
@pytest.mark.parametrize(
    "command",
    [("ingest", "jsonl", "{}"), ("eval", "search", "{}"), ("eval", "encoder", "--sts", "{}"),
     ("eval", "encoder", "--pairs", "{}"), ("eval", "encoder", "--encoder", "{}"), ("status", "--home", "{}")],
    ids=" ".join,
)  # fmt: skip
def test_a_path_that_is_empty_is_not_the_folder_that_one_stands_in(
    command: tuple[str, ...], path: str, dure: Dure, tmp_path: Path
) -> None:
    (tmp_path / "posts.jsonl").write_text('{"type": "company", "id": "c:a", "name": "가나"}\n')
    told = dure(*(part.format(path) for part in command))
    assert explained(told)
    assert "it is empty" in told.err


def test_a_port_that_is_taken_is_explained(dure: Dure, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = str(listener.getsockname()[1])
        told = dure("serve", "--port", taken, "--home", str(home))
    assert explained(told)
    assert f"Cannot listen on 127.0.0.1:{taken}" in told.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DURE_HOME", "~nobody-of-this-name/dure"),
        ("DURE_DATABASE_URL", "fax:///x"),
        ("DURE_DATABASE_URL", "sqlite:////proc/dure/dure.db"),
        ("DURE_DATABASE_URL", "postgresql://127.0.0.1:9/dure"),
        ("DURE_ENGINE", "fax"),
        ("DURE_ANALYZER", "fax"),
        ("DURE_DICTIONARY", "nowhere.tsv"),
        ("DURE_DICTIONARY", "binary"),
        ("DURE_VOCABULARY", "nowhere.jsonl"),
        ("DURE_VOCABULARY", "binary"),
        ("DURE_ENCODER", "nowhere"),
        ("DURE_ENCODER", "file"),
        ("DURE_PORT", "-1"),
        ("DURE_WORKERS", "0"),
        ("DURE_DEMO", "perhaps"),
        ("DURE_DEMO_VIEWERS", "p:bae.yuri"),
    ],
)
def test_a_setting_that_cannot_work_is_explained(
    name: str, value: str, dure: Dure, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_HOME", str(home))
    monkeypatch.setenv(name, value)
    for command in ("search", "publish"):
        told = dure(command, *ARGUMENTS[command])
        assert explained(told)
        assert "Value error" not in told.err


def test_an_import_of_which_nothing_can_be_read_fails(dure: Dure, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{broken\n{"type": "post", "id": "x"}\n', encoding="utf-8")
    (tmp_path / "half.jsonl").write_text(
        '{broken\n{"type": "company", "id": "c:a", "name": "가나"}\n', encoding="utf-8"
    )
    for name in ("bad.jsonl", "empty"):
        told = dure("ingest", "jsonl", name, "--home", "new")
        assert told.code == 1
        assert "could be read" in told.err
    assert dure("ingest", "jsonl", "half.jsonl", "--home", "new").code == 0


def test_a_home_of_which_nothing_can_be_read_is_explained(dure: Dure, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "encoders").symlink_to("encoders")
    for command in ("status", "doctor", "serve", "search"):
        told = dure(*command.split(), *ARGUMENTS[command], "--home", "home")
        assert explained(told), told
        assert "encoders" in told.err
        assert "--home" in told.err


def test_a_version_is_told(dure: Dure) -> None:
    told = dure("--version")
    assert (told.code, told.out.split()[0]) == (0, "dure")


def limited(mount: str, home: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script where a file system of its own lies at `home`, which only this process sees."""
    whole = f"mount {mount} '{home}' && {script}"
    command = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c", whole]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("mounted")
    if not shutil.which("unshare") or limited("-t tmpfs none", folder, "true").returncode:
        pytest.skip("no file system can be mounted here")


@pytest.fixture(scope="module")
def told_of_a_disk_that_cannot_be_written(mounts: None, home: Path) -> dict[str, Told]:
    """What each command says where its home cannot be written, by its words."""
    names = sorted(set(ARGUMENTS) - WRITING_NOTHING)
    lines = [[*name.split(), *ARGUMENTS[name], "--home", str(home)] for name in names]
    each = f"'{sys.executable}' -c \"$EACH\" '{json.dumps(lines)}'"
    script = f"export EACH={shlex.quote(EACH)}; mount -o remount,ro,bind '{home}' && {each}"
    done = limited(f"--bind '{home}'", home, script)
    assert done.returncode == 0, done.stderr
    return {name: Told(*told) for name, told in zip(names, json.loads(done.stdout), strict=True)}


@pytest.mark.usefixtures("mounts")
@pytest.mark.parametrize("size", ["100k", "700k", "4m", "6m"])
def test_a_full_disk_is_explained(size: str, tmp_path: Path) -> None:
    done = limited(
        f"-t tmpfs -o size={size} none", tmp_path, f"{DURE} ingest jsonl '{SAMPLE}' --home '{tmp_path}'"
    )
    assert explained(Told(done.returncode, done.stdout, done.stderr)), done.stderr
    assert "rebuild" not in done.stderr


@pytest.mark.parametrize("command", sorted(set(ARGUMENTS) - WRITING_NOTHING))
def test_a_disk_that_cannot_be_written_is_explained(
    command: str, told_of_a_disk_that_cannot_be_written: dict[str, Told]
) -> None:
    told = told_of_a_disk_that_cannot_be_written[command]
    assert explained(told), told
