"""Speed and memory of the whole road: `python -m benchmarks.end_to_end REVIEWS.jsonl.gz [--posts N]`.

Takes short reviews (`review`, `author`, `movie_id`, `date`, `review_id` on each line) as posts of our own
format and measures in one run: bare reading on all cores; `dure ingest` of the same texts, by wall clock
and by the memory of all its processes; the server's start; warm searches over HTTP. Prints one JSON object.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import psutil
from mecab import MeCab

from benchmarks.reviews import READER, read_reviews, write_posts
from models.language.mecab import MecabAnalyzer

QUERIES = 500
"""Warm searches measured; as many again run before, unmeasured."""

CHUNK = 500
"""Texts handed at a time to a worker that only reads."""

PORT = 8699
SAMPLING_SECONDS = 0.2

_read_one: Callable[[str], Sequence[object]]


def main() -> None:
    """Run all parts and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--posts", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, posts = Path(folder, "home"), Path(folder, "posts.jsonl")
        texts = write_posts(islice(read_reviews(arguments.reviews), arguments.posts), posts)
        binding, analyser = bare_speed("binding", texts), bare_speed("analyser", texts)
        ingest = measured_ingest(posts, home, len(texts))
        figures = {
            "posts": len(texts),
            "cores": os.cpu_count(),
            "mecab_binding_posts_per_s": round(binding),
            "our_analyser_posts_per_s": round(analyser),
            **ingest,
            "share_of_binding": round(ingest["ingest_posts_per_s"] / binding, 3),
            "share_of_our_analyser": round(ingest["ingest_posts_per_s"] / analyser, 3),
            **served(home, texts),
        }
    print(json.dumps(figures, indent=2))


def bare_speed(reader: str, texts: list[str]) -> float:
    """Texts a second on all cores, processes started: by mecab's own Python binding, or by our analyser."""
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_reading, (reader,)) as pool:
        list(pool.map(_read, [texts[:CHUNK]] * workers * 4))
        started = time.perf_counter()
        list(pool.map(_read, _chunks(texts)))
        return len(texts) / (time.perf_counter() - started)


def measured_ingest(posts: Path, home: Path, count: int) -> dict[str, float]:
    """`dure ingest` as a user runs it, with the peak memory of all its processes (proportional set size)."""
    dure = [sys.executable, "-m", "search_api.cli"]
    started = time.perf_counter()
    subprocess.run([*dure, "status", "--home", str(home / "empty")], check=True, capture_output=True)
    start = time.perf_counter() - started
    started = time.perf_counter()
    process = psutil.Popen([*dure, "ingest", "jsonl", str(posts), "--home", str(home)])
    peak = peak_memory(process)
    assert process.wait() == 0
    seconds = time.perf_counter() - started
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {
        "ingest_s": round(seconds, 1),
        "program_start_s": round(start, 2),
        "ingest_posts_per_s_with_start": round(count / seconds),
        "ingest_posts_per_s": round(count / (seconds - start)),
        "ingest_peak_mb": round(peak / 2**20),
        "home_mb": round(size / 2**20),
    }


def peak_memory(process: psutil.Popen) -> int:
    """The most that a process and its children ever held together, in bytes, by sampling."""
    peak = 0
    while process.poll() is None:
        total = 0
        for member in [process, *process.children(recursive=True)]:
            try:
                total += member.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
        peak = max(peak, total)
        time.sleep(SAMPLING_SECONDS)
    return peak


def served(home: Path, texts: list[str]) -> dict[str, float]:
    """How long the server takes to be ready, and how long warm searches take over HTTP."""
    address = f"http://127.0.0.1:{PORT}"
    command = [
        sys.executable,
        "-m",
        "search_api.cli",
        "serve",
        "--home",
        str(home),
        "--port",
        str(PORT),
    ]
    started = time.perf_counter()
    demo = {"DURE_DEMO": "true", "DURE_DEMO_VIEWERS": json.dumps([READER])}
    server = psutil.Popen(command, env=os.environ | demo, stderr=subprocess.DEVNULL)
    try:
        while not _answers(f"{address}/health"):
            assert server.poll() is None, "the server ended"
            time.sleep(0.01)
        ready = time.perf_counter() - started
        questions = list(_questions(texts))
        for question in questions[:QUERIES]:
            _ask(address, question)
        times = sorted(_ask(address, question) for question in questions[QUERIES:])
        memory = server.memory_full_info().pss
    finally:
        server.terminate()
        server.wait()
    return {
        "server_ready_s": round(ready, 2),
        "search_p50_ms": round(statistics.median(times), 1),
        "search_p95_ms": round(times[int(len(times) * 0.95)], 1),
        "server_mb": round(memory / 2**20),
    }


def _questions(texts: list[str]) -> Iterator[str]:
    """Three neighbouring words of random texts: they mix common and rare words as people do."""
    chance = random.Random(20260101)
    worded = [words for words in (text.split() for text in texts) if len(words) >= 3]
    for words in chance.sample(worded, 2 * QUERIES):
        first = chance.randrange(len(words) - 2)
        yield " ".join(words[first : first + 3])


def _ask(address: str, question: str) -> float:
    started = time.perf_counter()
    with urlopen(f"{address}/search?{urlencode({'q': question})}") as response:
        response.read()
    return (time.perf_counter() - started) * 1000


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=1) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def _chunks(texts: list[str]) -> Iterable[list[str]]:
    return (texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK))


def _start_reading(reader: str) -> None:
    global _read_one
    _read_one = MeCab().parse if reader == "binding" else MecabAnalyzer().analyze


def _read(texts: list[str]) -> int:
    return sum(len(_read_one(text)) for text in texts)


if __name__ == "__main__":
    main()
