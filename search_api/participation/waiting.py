"""Where deeds wait for the store: in threads apart, so that those of readers are never held by who writes."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from models.errors import StoreBusy

THREADS = 4
"""Deeds at once: they wait for the same queue, so that more would not be done sooner."""
WAITING = 100
"""Deeds that may wait for such a thread; some seconds of people clicking."""
RETRY_SECONDS = 2

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_limiter: RunVar[CapacityLimiter] = RunVar("threads of deeds")


def waits_apart(route: Callable[Parameters, Result]) -> Callable[Parameters, Awaitable[Result]]:
    """Let a route that writes run in a thread apart. Raises `StoreBusy` where too many wait for one."""

    @wraps(route)
    async def run(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        threads = _threads()
        if threads.statistics().tasks_waiting >= WAITING:
            raise StoreBusy(
                "Too many are writing at the moment.",
                remedy=f"Send it again in {RETRY_SECONDS} seconds.",
                retry_seconds=RETRY_SECONDS,
            )
        return await to_thread.run_sync(partial(route, *arguments, **named), limiter=threads)

    return run


def _threads() -> CapacityLimiter:
    """Those of this event loop."""
    try:
        return _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(THREADS)
        _limiter.set(limiter)
        return limiter
