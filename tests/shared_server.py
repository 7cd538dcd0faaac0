"""One real server for a whole run of pytest; where none can run, a test is skipped, or fails under `CI=true`."""

import os
from collections.abc import Callable
from typing import NoReturn

import pytest
from server_process import PrerequisiteError


class SharedServer:
    """A server that the first test that asks starts, and the end of the run stops.

    `running` names the variable with the address of one that runs already. `start` gives the address and what
    stops the server.
    """

    def __init__(self, running: str, start: Callable[[], tuple[str, Callable[[], object]]]) -> None:
        self._running = running
        self._start = start
        self._url = pytest.StashKey[str]()
        self._missing = pytest.StashKey[str]()

    def url(self, request: pytest.FixtureRequest) -> str:
        """Its address."""
        stash = request.config.stash
        if self._url not in stash and self._missing not in stash:
            if running := os.environ.get(self._running):
                stash[self._url] = running
            else:
                try:
                    stash[self._url], stop = self._start()
                    request.config.add_cleanup(stop)
                except PrerequisiteError as reason:
                    stash[self._missing] = str(reason)
        return stash[self._url] if self._url in stash else missing(stash[self._missing])


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it under `CI=true`."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
