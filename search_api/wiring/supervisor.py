"""Starts the processes of a server, starts anew what ends by itself, and ends them all together."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType

from models.errors import DureError

Role = Callable[[Callable[[], None]], None]
"""What a process does until it is told to stop; it calls what it is given once it is at it."""

GRACE_SECONDS = 60
"""A process that takes longer to end is killed: what is written is durable, and the rest is pending."""
QUICK_SECONDS = 5.0
"""A process that lived shorter than this is not started anew at once: what ends it may last."""
PAUSE_SECONDS = 1.0

log = logging.getLogger("dure.server")


class Supervisor:
    """Runs each role in a process of its own, forked from this one: what is loaded here is shared by all.

    This process must have no threads of its own, for a fork takes none along, but the locks that they hold.
    """

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._roles = roles
        self._context = get_context("fork")
        self._running: dict[str, ForkProcess] = {}
        self._started: dict[str, float] = {}
        self._told, self._telling = self._context.Pipe(duplex=False)

    def run(self, ready: Callable[[], None]) -> None:
        """Until Ctrl-C or SIGTERM. `ready` is called when the first process is at its work."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            for name in self._roles:
                self._start(name)
            wait([self._told, *(process.sentinel for process in self._running.values())])
            ready()
            while True:
                wait([process.sentinel for process in self._running.values()])
                for name in [name for name, process in self._running.items() if not process.is_alive()]:
                    self._start_anew(name)
        except KeyboardInterrupt:
            pass
        finally:
            self._stop()

    def _start(self, name: str) -> None:
        process = self._context.Process(target=_play, args=(self._roles[name], self._tell), name=name)
        process.start()
        self._running[name], self._started[name] = process, time.monotonic()

    def _start_anew(self, name: str) -> None:
        process = self._running[name]
        process.join()
        log.error("The %s ended with %s and is started anew.", name, process.exitcode)
        if time.monotonic() - self._started[name] < QUICK_SECONDS:
            time.sleep(PAUSE_SECONDS)
        self._start(name)

    def _tell(self) -> None:
        self._telling.send(None)

    def _stop(self) -> None:
        for stopping in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stopping, signal.SIG_IGN)
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._running.values():
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _play(role: Role, ready: Callable[[], None]) -> None:
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, _stop_once)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        role(ready)
    except KeyboardInterrupt:
        pass
    except DureError as error:
        log.error("%s", error)
        sys.exit(1)


def _stop_once(number: int, frame: FrameType | None) -> None:
    # Ctrl-C reaches every process, and the first one passes the word on: the second time says nothing new.
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
