"""Search and experts beside OpenSearch's own: `python -m benchmarks.search REVIEWS.jsonl.gz [--posts N] …`.

Fills a home with short reviews and publishes the same into an OpenSearch that it starts, asks all the same
questions in turns, and prints one JSON object: times in milliseconds, and ratios.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks.homes import DURE, fill
from benchmarks.plain_opensearch import PlainOpenSearch
from benchmarks.reviews import READER, read_reviews
from benchmarks.traffic import percentiles, questions
from models.language.annotation import Vector
from pipelines.collector import collect_seldom
from search_api.experts.finding import find_experts
from search_api.query.analyzed import analyze
from search_api.search.page import find_answers
from search_api.services import Services
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.settings import load_settings

SERVER = Path(__file__).parent.parent / "scripts" / "opensearch.py"
HELD_OUT = 30_000
"""Reviews after those in the index, from which the questions are taken."""
UNMEASURED = 150
"""Questions before those that count: Java compiles what is asked often."""
EVERY = 50

Ask = Callable[[str, Vector], object]
"""Asks one question, given with its vector."""

RATIOS = {
    "search ÷ OpenSearch's page": ("search", "plain page"),
    "search on OpenSearch ÷ OpenSearch's page": ("search on opensearch", "plain page"),
    "search ÷ OpenSearch's strict page": ("search", "plain strict page"),
    "search on OpenSearch ÷ OpenSearch's strict page": ("search on opensearch", "plain strict page"),
    "search on OpenSearch ÷ OpenSearch's ids": ("search on opensearch", "plain ids"),
    "experts ÷ search": ("experts", "search"),
    "experts on OpenSearch ÷ search on OpenSearch": ("experts on opensearch", "search on opensearch"),
}


@dataclass(slots=True)
class Times:
    """Milliseconds of one way to ask: by the clock, and of the processor in this process."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def measure(self, ask: Ask, text: str, vector: Vector) -> None:
        """Ask once."""
        began, worked = time.perf_counter(), time.process_time()
        ask(text, vector)
        self.processor.append((time.process_time() - worked) * 1000)
        self.clock.append((time.perf_counter() - began) * 1000)


def main() -> None:
    """Fill home and cluster, ask, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--home", type=Path, help="filled with the same reviews by `benchmarks.load --keep`")
    arguments = parser.parse_args()
    reviews = list(islice(read_reviews(arguments.reviews), arguments.posts + HELD_OUT))
    asked = list(
        islice(
            questions([review["review"] for review in reviews[arguments.posts :]]),
            UNMEASURED + arguments.questions,
        )
    )
    # As the server does: threads for so little take the other core from counting, and garbage is rare.
    threadpool_limits(1, "blas")
    collect_seldom()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        fill(folder / "home", reviews[: arguments.posts], filled=arguments.home)
        fill(folder / "other", (), filled=folder / "home")
        address = opened.enter_context(cluster())
        tell(f"OpenSearch runs at {address}; publishing to it")
        publish(folder / "other", address)
        embedded = opened.enter_context(open_dure(load_settings(home=folder / "home")))
        settings = load_settings(home=folder / "other", engine="opensearch", opensearch_url=address)
        built = (embedded.spec, embedded.annotator)
        distributed = opened.enter_context(open_dure(settings, built=built))
        plain = PlainOpenSearch(address)
        tell("filling OpenSearch's own index")
        plain.fill(embedded.store, embedded.annotator.dimensions or 0)
        times = ask_all(asked, embedded, distributed, plain)
    print(json.dumps(figures(times, arguments.posts), indent=2, ensure_ascii=False))


def ask_all(
    asked: Sequence[str], embedded: Dure, distributed: Dure, plain: PlainOpenSearch
) -> dict[str, Times]:
    """Ask every question of everyone, each time in another order."""
    scope = embedded.store.scope_of(READER)

    def search(services: Services) -> Ask:
        return lambda text, _: find_answers(services, text, scope)

    def experts(services: Services) -> Ask:
        return lambda text, _: find_experts(services, text, scope)

    ways: dict[str, Ask] = {
        "search": search(embedded.services),
        "experts": experts(embedded.services),
        "search on opensearch": search(distributed.services),
        "experts on opensearch": experts(distributed.services),
        "plain ids": plain.ids,
        "plain page": plain.page,
        "plain strict page": plain.strict_page,
    }
    names = list(ways)
    times = {name: Times() for name in names}
    for number, text in enumerate(asked):
        # OpenSearch's own is given the vector: reading the question is no part of its time.
        vector = next(iter(analyze(embedded.annotator, text).vector.values()), None)
        if vector is None:
            continue
        for name in names[number % len(names) :] + names[: number % len(names)]:
            counts = times[name] if number >= UNMEASURED else Times()
            counts.measure(ways[name], text, vector)
        if number % EVERY == 0:
            tell(f"{number} of {len(asked)} questions asked")
    return times


def figures(times: dict[str, Times], posts: int) -> dict[str, object]:
    """All of it, for people and programs."""
    clock = {name: percentiles(measured.clock) for name, measured in times.items()}
    return {
        "cores": os.cpu_count(),
        "posts": posts,
        "load_average": round(os.getloadavg()[0], 1),
        **clock,
        "processor": {name: percentiles(measured.processor) for name, measured in times.items()},
        "ratios_of_p50": {
            name: round(clock[one]["p50"] / clock[other]["p50"], 2) for name, (one, other) in RATIOS.items()
        },
    }


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a node of OpenSearch, stopped when we leave; it compiles as one that stays does."""
    server = subprocess.Popen([sys.executable, SERVER, "run"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def publish(home: Path, address: str) -> None:
    """Put the posts of a home into OpenSearch: what was read of them is kept."""
    where = os.environ | {"DURE_OPENSEARCH_URL": address}
    run = [*DURE, "publish", "--home", str(home), "--engine", "opensearch"]
    subprocess.run(run, check=True, env=where, stdout=sys.stderr)


def tell(what: str) -> None:
    """A line of progress."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
