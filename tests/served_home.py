"""A small home, the commands that run on it and its server, each a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
import psutil

DURE = (sys.executable, "-m", "search_api.cli")
PATIENCE = 120
"""Seconds that anything here may take on a loaded machine; nothing measures time."""

WORDS_ALONE = {"DURE_ENCODER": "none"}
"""To vectors, all of a few posts are near to anything."""

TOWN: tuple[dict[str, object], ...] = (
    {"type": "person", "id": "p:kim", "name": "김하늘"},
    {"type": "account", "id": "sns:kim", "network": "sns", "handle": "kim", "person": "p:kim"},
    {"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"},
)
"""Who writes in the posts of `post`, and where."""


def post(number: int, text: str) -> dict[str, object]:
    """A post as an export or the API takes it."""
    return {
        "type": "post",
        "id": f"sns:{number}",
        "channel": "sns:town",
        "account": "sns:kim",
        "text": text,
        "created": "2026-05-04T09:00:00Z",
    }


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@dataclass(frozen=True, kw_only=True)
class Home:
    """A home, and the settings of all that runs on it."""

    folder: Path
    settings: Mapping[str, str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command that has ended."""
        return subprocess.run(
            [*DURE, *arguments, "--home", str(self.folder)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=os.environ | self.settings,
        )

    def told(self, *arguments: str) -> str:
        """What a command prints, which must succeed."""
        done = self.command(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ingest(self, *records: Mapping[str, object]) -> None:
        """Ingest records as an export of JSON lines."""
        self.folder.mkdir(parents=True, exist_ok=True)
        export = self.folder / "export.jsonl"
        export.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        self.told("ingest", "jsonl", str(export))

    @cached_property
    def secret(self) -> str:
        """A token of the person `p:kim`, who is an administrator; it is made when it is first asked for."""
        return self.told("token", "create", "test", "--as", "p:kim", "--role", "admin").strip()

    @contextmanager
    def serving(self, *options: str, **settings: str) -> Iterator["Server"]:
        """A server that is ready, on a free port; killed with all its processes when we leave."""
        log = self.folder / "server.log"
        with log.open("w") as file:
            process = psutil.Popen(
                [*DURE, "serve", "--home", str(self.folder), "--port", "0", *options],
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env=os.environ | self.settings | settings,
            )
        family = [process]
        try:
            ready = process.stdout.readline()
            assert ready, log.read_text()
            family += process.children()
            yield Server(home=self, process=process, address=ready.split()[-1], log=log)
        finally:
            for member in family:
                if member.is_running():
                    member.kill()
            process.wait(PATIENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server, its address, and the file of what it tells who runs it."""

    home: Home
    process: psutil.Popen
    address: str
    log: Path

    def client(self) -> httpx.Client:
        """Asks with the home's token, by a connection that is kept alive."""
        headers = {"Authorization": f"Bearer {self.home.secret}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE)

    def get(self, path: str, **parameters: object) -> httpx.Response:
        """Asked by a new connection each time, so that any of its processes answers."""
        with self.client() as client:
            return client.get(path, params=parameters)

    def write(self, written: Mapping[str, object]) -> None:
        """Write a post by a new connection; it is acknowledged."""
        with self.client() as client:
            answer = client.post("/posts", json=written)
        assert answer.status_code == 201, answer.text


def found(client: httpx.Client, question: str) -> list[str]:
    """The posts that lead the threads found."""
    answer = client.get("/search", params={"q": question})
    assert answer.status_code == 200, answer.text
    return [hit["post"]["id"] for hit in answer.json()["hits"]]
