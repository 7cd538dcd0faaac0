"""What readers and a connector do to a server, and how long it takes."""

import asyncio
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.reviews import Review, post_of

EVERY_SECONDS = 2.0
"""Between two requests of a reader, who waits for the answer to the first one."""

EXPERTS_SHARE = 0.2
"""Of the readers' requests; the others are searches."""

PROBE_SECONDS = 1.0
"""Between two posts that are looked for until a search finds them."""

PROBE_PAUSE = 0.05
"""Between two looks for the same post."""

PATIENCE = 30.0
"""Seconds after which a request has failed, or a post was not found."""

SAMPLING_SECONDS = 2.0
MEMORY_POINTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of the server, for how long."""

    readers: int
    posts_per_second: float
    seconds: float


@dataclass(slots=True)
class Measured:
    """What was measured so far; nothing counts before `begins`, a moment of the monotonic clock."""

    begins: float
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    memory_of_files: list[float] = field(default_factory=list)
    backlog: list[int] = field(default_factory=list)

    def done(self, kind: str, started: float) -> None:
        """Something that started then has been done."""
        if started >= self.begins:
            self.times[kind].append((time.monotonic() - started) * 1000)

    def failed(self, kind: str, started: float, reason: str) -> None:
        """Something that started then went wrong."""
        if started >= self.begins:
            self.errors[f"{kind}: {reason}"] += 1

    def figures(self) -> dict[str, Any]:
        """All of it, for people and programs."""
        step = max(1, len(self.memory) // MEMORY_POINTS)
        return {
            **{kind: percentiles(times) for kind, times in sorted(self.times.items())},
            "errors": dict(self.errors),
            "backlog_most": max(self.backlog, default=0),
            "backlog_at_the_end": self.backlog[-1] if self.backlog else 0,
            "memory_most": round(max(self.memory, default=0)),
            "memory_over_time": [round(megabytes) for megabytes in self.memory[::step]],
            "memory_of_files_most": round(max(self.memory_of_files, default=0)),
        }


class Traffic:
    """Readers and a connector that talk to one server."""

    def __init__(
        self, address: str, tokens: tuple[str, str], loaded: Sequence[Review], measured: Measured
    ) -> None:
        # A connection that is idle for 5 s the server closes, perhaps just when it is used again.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=4)
        self._reader, self._connector = (
            httpx.AsyncClient(
                base_url=address,
                headers={"Authorization": f"Bearer {token}"},
                limits=limits,
                timeout=PATIENCE,
            )
            for token in tokens
        )
        self._questions = questions([review["review"] for review in loaded])
        self._loaded = loaded
        self._measured = measured

    async def run(self, load: Load, fresh: Iterator[Review], server: psutil.Process) -> None:
        """Everything at once, until the time is over and the last answer has come."""
        ends = time.monotonic() + load.seconds
        jobs = [self._read(number / load.readers * EVERY_SECONDS, ends) for number in range(load.readers)]
        if load.posts_per_second:
            jobs.append(self._write(1 / load.posts_per_second, fresh, ends))
        async with self._reader, self._connector:
            sampling = asyncio.create_task(self._sample(server))
            await asyncio.gather(*jobs)
            sampling.cancel()

    async def _read(self, delay: float, ends: float) -> None:
        await asyncio.sleep(delay)
        chance = random.Random(delay)
        while (started := time.monotonic()) < ends:
            kind = "experts" if chance.random() < EXPERTS_SHARE else "search"
            await self._attempt(kind, self._reader.get(f"/{kind}", params={"q": next(self._questions)}))
            await asyncio.sleep(max(0.0, started + EVERY_SECONDS - time.monotonic()))

    async def _write(self, pause: float, fresh: Iterator[Review], ends: float) -> None:
        """Post by the clock, however long the answers take: people do not wait for each other."""
        begun, under_way, next_probe = time.monotonic(), [], 0.0
        for number, review in enumerate(fresh):
            if time.monotonic() >= ends:
                break
            # Into a film that is known: what a post of an unknown channel says is for its members alone.
            place = self._loaded[number % len(self._loaded)]
            post = post_of({**place, "review_id": review["review_id"], "review": review["review"]})
            post["created"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            probes = time.monotonic() >= next_probe
            if probes:
                next_probe = time.monotonic() + PROBE_SECONDS
                post["text"] += f" {unheard_word(number)}"
            under_way.append(asyncio.create_task(self._post(post, probes=probes)))
            await asyncio.sleep(max(0.0, begun + (number + 1) * pause - time.monotonic()))
        await asyncio.gather(*under_way)

    async def _post(self, post: dict[str, Any], *, probes: bool) -> None:
        started = time.monotonic()
        if await self._attempt("post acknowledged", self._connector.post("/posts", json=post)) and probes:
            await self._look_for(post, started)

    async def _look_for(self, post: dict[str, Any], started: float) -> None:
        word = post["text"].rpartition(" ")[2]
        while time.monotonic() < started + PATIENCE:
            try:
                answer = await self._reader.get("/search", params={"q": word, "limit": 5})
                if any(hit["post"]["id"] == post["id"] for hit in answer.json().get("hits", ())):
                    self._measured.done("post found", started)
                    return
            except httpx.HTTPError:
                pass  # a search that fails is counted among the readers'
            await asyncio.sleep(PROBE_PAUSE)
        self._measured.failed("post found", started, f"not within {PATIENCE:.0f} s")

    async def _attempt(self, kind: str, request: Awaitable[httpx.Response]) -> bool:
        started = time.monotonic()
        try:
            answer = await request
        except httpx.HTTPError as error:
            self._measured.failed(kind, started, type(error).__name__)
            return False
        if answer.is_success:
            self._measured.done(kind, started)
        else:
            self._measured.failed(kind, started, str(answer.status_code))
        return answer.is_success

    async def _sample(self, server: psutil.Process) -> None:
        for second in range(1_000_000):
            await asyncio.sleep(SAMPLING_SECONDS)
            health = await self._connector.get("/health/details")
            if time.monotonic() < self._measured.begins:
                continue
            whole, files = await asyncio.to_thread(megabytes_of, server)
            self._measured.memory.append(whole)
            self._measured.memory_of_files.append(files)
            if health.is_success:
                self._measured.backlog.append(health.json()["pending"])
            if second % 5 == 0:
                show(self._measured)


def questions(texts: Sequence[str]) -> Iterator[str]:
    """Three neighbouring words of random texts: they mix common and rare words as people do."""
    chance = random.Random(20260101)
    worded = [words for words in (text.split() for text in texts) if len(words) >= 3]
    while True:
        words = chance.choice(worded)
        first = chance.randrange(len(words) - 2)
        yield " ".join(words[first : first + 3])


def unheard_word(number: int) -> str:
    """A word that no other post says."""
    return "zq" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """How many, and how long half, 95 % and 99 % of them took at most."""
    ranked = sorted(times)
    at = {part: ranked[min(len(ranked) - 1, int(len(ranked) * part / 100))] for part in (50, 95, 99)}
    return {"number": len(ranked), **{f"p{part}": round(value, 1) for part, value in at.items()}}


def megabytes_of(server: psutil.Process) -> tuple[float, float]:
    """The memory of the server and all its children, proportional set size, and how much of that is pages of
    files that are mapped, which the system has in memory anyway and takes back when it needs them.
    """
    whole = files = 0
    for process in [server, *server.children(recursive=True)]:
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue  # it has ended
        kilobytes = {name: int(told.split()[0]) for name, _, told in (line.partition(":") for line in lines)}
        whole += kilobytes["Pss"]
        files += kilobytes["Pss_File"]
    return whole / 1024, files / 1024


def show(measured: Measured) -> None:
    """A line of progress."""
    medians = ", ".join(f"{kind} {statistics.median(times):.0f} ms" for kind, times in measured.times.items())
    print(
        f"{time.monotonic() - measured.begins:4.0f} s: {medians}; pending {measured.backlog[-1:]}, "
        f"{measured.memory[-1]:.0f} MB, {measured.errors.total()} errors",
        file=sys.stderr,
    )
