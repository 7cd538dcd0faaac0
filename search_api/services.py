"""What answering needs, wired once by the composition root and passed on as one plain argument."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.engine import Engine
from models.language.annotator import Annotator
from models.store import Store


def nobody_waits() -> None:
    """A `wake` for where no publisher runs in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The opened parts of Dure.

    `demo` lets whoever sits at this machine look as any person; `demo_viewers` are the persons that the page
    offers for it. `spool` is the folder of large bodies while they arrive; without one they go where
    temporary files do, which may be memory. `wake` tells the publisher that something is pending.
    """

    store: Store
    engine: Engine
    annotator: Annotator
    demo: bool = False
    demo_viewers: tuple[str, ...] = ()
    spool: Path | None = None
    wake: Callable[[], None] = nobody_waits
