"""What all servers that tests start have in common: an ordinary user, a free port, an end with us."""

import os
import pwd
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

Server = TypeVar("Server")
LOG_TAIL = 15  # lines of the log that an error message quotes


class ServerError(Exception):
    """A server cannot be had; the message says why."""


class PrerequisiteError(ServerError):
    """Something that this machine lacks to run it at all: the message is the reason to skip tests."""


class StartError(ServerError):
    """It is there and did not start; the message names the kept log."""


def drop_rights(last_signal: str = "KILL") -> list[str]:
    """The prefix of a command: as `nobody` if we are root, and with `last_signal` when we end."""
    setpriv = shutil.which("setpriv")
    if os.geteuid():
        return [setpriv, "--pdeathsig", last_signal, "--"] if setpriv else []
    if not setpriv:
        raise PrerequisiteError(
            "database and search servers refuse to run as root: setpriv (util-linux) is needed to drop rights"
        )
    nobody = pwd.getpwnam("nobody")
    rights = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    return [setpriv, *rights, "--pdeathsig", last_signal, "--"]


def give_away(folder: Path) -> None:
    """Make `nobody` the owner of `folder` and all in it when we are root."""
    if not os.geteuid():
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def free_ports(count: int) -> list[int]:
    """Ports that are free now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def log_tail(log: Path) -> str:
    """The end of a log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL:])


def link_tree(source: Path, target: Path) -> Path:
    """`source` again as `target`, by hard links where possible: other users may not enter our folders."""

    def link(origin: str, copy: str) -> None:
        try:
            os.link(origin, copy)
        except OSError:
            shutil.copy2(origin, copy)

    shutil.copytree(source, target, copy_function=link, symlinks=True)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    return target


def stay_in_front(
    make: Callable[[], AbstractContextManager[Server]], addresses: Callable[[Server], Iterable[str]]
) -> int:
    """Start a server, print its addresses and run until stopped; the exit status is 1 when it cannot run."""
    try:
        with interrupted_by_termination(), make() as server:
            print(*addresses(server), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except ServerError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


@contextmanager
def interrupted_by_termination() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C, so that the `with` block around us still stops what it started."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
