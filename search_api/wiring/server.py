"""The server: one process publishes, others answer, until they are told to stop."""

import ctypes
import ipaddress
import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import uvicorn
from threadpoolctl import threadpool_limits

from models.errors import BadSetting
from models.language.annotator import Annotator, AnnotatorSpec
from pipelines.background import BackgroundPublisher
from pipelines.completing import BackgroundCompleter
from pipelines.following import Follower
from pipelines.publisher_lock import SERVE
from search_api.http.app import create_app
from search_api.identity.sessions import SessionKey
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.settings import Settings
from search_api.wiring.supervisor import Supervisor

GRACE_SECONDS = 30
"""In which what has been asked is still answered when the server is told to stop."""
WAKES_READ = 4_096
ARENAS = 2
"""Of the allocator of glibc, which gives each thread one of its own, up to eight a core: what is free in one
is of no use to the others. With two a worker takes 13 MB less after a hundred searches by 16 threads."""
_M_ARENA_MAX = -8


def serve(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. `ready` is told the address once connections are accepted.

    Raises `BadSetting` when the port is taken, or when the demo would be open to other machines, and what
    `open_dure` does.
    """
    if settings.demo and not is_loopback(settings.host):
        raise BadSetting(
            f"The demo lets anybody be anybody: it does not listen on {settings.host}.",
            remedy="Unset DURE_DEMO and create tokens, or listen on 127.0.0.1.",
        )
    few_arenas()
    # Opened once before any process starts: what is wrong is said here, what all need is loaded once. Before
    # listening: whoever starts a second server is told of the first, not that a port is taken.
    with open_dure(settings, publishing=SERVE) as dure:
        built = dure.spec, dure.annotator
        dure.annotator.vector("warm")  # reads what is read when first asked
    with _listen(settings.host, settings.port) as listener:
        wakes = Wakes()
        answer = partial(_answer, settings, built, wakes, listener, SessionKey())
        workers = {f"worker {number}": answer for number in range(1, settings.serving + 1)}
        host, port = listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        # A question is small: threads for it take the other core from counting (p95 26 → 21 ms).
        threadpool_limits(1, "blas")
        supervisor = Supervisor({"publisher": partial(_publish, settings, built, wakes), **workers})
        supervisor.run(lambda: ready(address))


def few_arenas() -> None:
    """Let all threads of this process and its children share two arenas of memory, where the allocator is
    that of glibc. Before any thread begins.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


class Wakes:
    """How every process tells the publisher that something is pending: by a byte in a pipe that all have."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def wake(self) -> None:
        """Something is pending."""
        with suppress(BlockingIOError):  # a full pipe says it already
            os.write(self._write, b".")

    def follow(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever somebody did, until interrupted."""
        while os.read(self._read, WAKES_READ):
            wake()


def _publish(
    settings: Settings, built: tuple[AnnotatorSpec, Annotator], wakes: Wakes, ready: Callable[[], None]
) -> None:
    with open_dure(settings, publishing=SERVE, built=built) as dure:
        background = BackgroundPublisher(
            dure.publisher, dure.store, dure.annotator.analyzer, settings.dictionary
        )
        background.start()
        try:
            with BackgroundCompleter(dure.store, dure.annotator, dure.spec, background.wake):
                wakes.follow(background.wake)
        finally:
            background.stop()


def _answer(
    settings: Settings,
    built: tuple[AnnotatorSpec, Annotator],
    wakes: Wakes,
    listener: socket.socket,
    session_key: SessionKey,
    ready: Callable[[], None],
) -> None:
    with open_dure(settings, built=built, lost_ok=True) as dure, _following(dure):
        app = create_app(replace(dure.services, wake=wakes.wake), session_key)
        config = uvicorn.Config(
            app, log_level="warning", server_header=False, timeout_graceful_shutdown=GRACE_SECONDS
        )
        _Server(config, ready).run(sockets=[listener])


def _following(dure: Dure) -> Follower:
    return Follower(dure.store, dure.engine, dure.annotator, dure.spec, dure.next_spec)


class _Server(uvicorn.Server):
    """Tells when it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        await super().startup(sockets)
        self._ready()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_browser(address: str) -> None:
    """Show the page where a person sits before a screen; elsewhere the printed address must do."""
    has_screen = sys.platform in {"darwin", "win32"} or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    if has_screen:
        webbrowser.open(address)


def _listen(host: str, port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only on sockets that say they are TCP: without it an answer in two
    # pieces waits 40 ms for the client's acknowledgement of the first.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise BadSetting(
            f"Cannot listen on {host}:{port}: {error.strerror}.",
            remedy="Choose another with --port or DURE_PORT.",
        ) from error
    return listener
