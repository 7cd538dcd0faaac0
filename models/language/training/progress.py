"""Progress of a long command, as lines on standard error."""

import sys
import time

EVERY = 10.0
"""Seconds between two lines about the same work."""


class Progress:
    """Tells what is going on and how long it has taken since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = -EVERY

    def tell(self, message: str, share: float | None = None) -> None:
        """Print a message; one with a share (0 to 1) of work under way only now and then, and at its end."""
        now = time.monotonic()
        if share is not None and share < 1 and now - self._last < EVERY:
            return
        self._last = now
        done = "" if share is None else f" ({share:.0%})"
        print(f"{now - self._start:7.1f} s  {message}{done}", file=sys.stderr, flush=True)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start
