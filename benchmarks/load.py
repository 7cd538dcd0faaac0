"""A server under load: `python -m benchmarks.load REVIEWS.jsonl.gz [--readers N] [--posts-per-second N] …`.

Starts `dure serve` on this machine over a home filled with short reviews, lets readers ask and a connector
post, and stops by itself. Prints progress, then one JSON object: times in milliseconds, memory in megabytes.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.homes import DURE, fill
from benchmarks.reviews import READER, read_reviews
from benchmarks.traffic import EVERY_SECONDS, Load, Measured, Traffic

WARM_UP = 10
"""Seconds that do not count."""


def main() -> None:
    """Fill a home, start the server, run the load, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--posts", type=int, default=100_000, help="in the home before the load begins")
    parser.add_argument("--readers", type=int, default=50, help=f"a request every {EVERY_SECONDS:.0f} s each")
    parser.add_argument("--posts-per-second", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--engine", choices=("embedded", "opensearch"), default="embedded")
    parser.add_argument("--workers", type=int, help="of the server; by default what it takes")
    parser.add_argument("--home", type=Path, help="filled by an earlier run with --keep; a copy is used")
    parser.add_argument("--keep", type=Path, help="where to leave the filled home before the load begins")
    arguments = parser.parse_args()
    load = Load(
        readers=arguments.readers,
        posts_per_second=arguments.posts_per_second,
        seconds=arguments.seconds + WARM_UP,
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        reviews = read_reviews(arguments.reviews)
        loaded = list(islice(reviews, arguments.posts))
        fill(home, loaded, engine=arguments.engine, filled=arguments.home)
        if arguments.keep:
            shutil.copytree(home, arguments.keep)
        tokens = (token_of(home, "reader", "employee"), token_of(home, "connector", "admin"))
        with serving(home, arguments.engine, arguments.workers) as (server, address):
            measured = Measured(begins=time.monotonic() + WARM_UP)
            traffic = Traffic(address, tokens, loaded, measured)
            asyncio.run(traffic.run(load, reviews, server))
    print(json.dumps({"cores": os.cpu_count(), "posts": len(loaded), **measured.figures()}, indent=2))


def token_of(home: Path, name: str, role: str) -> str:
    """A new token's secret."""
    viewer = ["--as", READER] if role == "employee" else []
    run = [*DURE, "token", "create", f"{name}-{time.time_ns()}", "--role", role, *viewer, "--home", str(home)]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def serving(home: Path, engine: str, workers: int | None) -> Iterator[tuple[psutil.Process, str]]:
    """A server with its address, ended when we leave."""
    command = [*DURE, "serve", "--home", str(home), "--port", "0", "--engine", engine]
    if workers is not None:
        command += ["--workers", str(workers)]
    server = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().split()[-1]
        yield server, address
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
