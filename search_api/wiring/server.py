"""The server: search page, API and publisher in one process, until it is told to stop."""

import ipaddress
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import replace

import uvicorn
from threadpoolctl import threadpool_limits

from models.errors import BadSetting
from pipelines.background import BackgroundPublisher
from search_api.http.app import create_app
from search_api.wiring.app import Dure


def serve(dure: Dure, *, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. `ready` is told the address once connections are accepted.

    Raises `BadSetting` when the port is taken, or when the demo would be open to other machines.
    """
    settings = dure.settings
    if settings.demo and not is_loopback(settings.host):
        raise BadSetting(
            f"The demo lets anybody be anybody: it does not listen on {settings.host}.",
            remedy="Unset DURE_DEMO and create tokens, or listen on 127.0.0.1.",
        )
    background = BackgroundPublisher(dure.publisher, dure.store, dure.annotator.analyzer, settings.dictionary)
    app = create_app(replace(dure.services, wake=background.wake))
    with _listen(settings.host, settings.port) as listener:
        host, port = listener.getsockname()[:2]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
        # A question is small: threads for it take the other core from counting (p95 26 → 21 ms).
        threadpool_limits(1, "blas")
        background.start()
        # uvicorn raises the signal again that ended it: both signals are to leave by the `finally`.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            background.stop()


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
