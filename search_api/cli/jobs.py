"""The long jobs of the command line: they show progress, can be stopped, and go on when run again."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from models.counted import counted
from models.errors import BadInput, EngineUnavailable, PublisherRunning
from models.store import Store
from models.stored import Change
from pipelines.background import REBUILD_STATE
from pipelines.ingest import Ingest
from pipelines.problems import ProblemReport
from pipelines.progress import bytes_bar, posts_bar
from pipelines.publisher_lock import SERVE, serving
from pipelines.sources import SOURCES
from pipelines.sources.source import source_size
from search_api.cli import store_report
from search_api.cli.terminal import err
from search_api.wiring.app import Dure, open_dure
from search_api.wiring.home import open_store
from search_api.wiring.settings import Settings

WATCH_SECONDS = 0.5
"""How often a rebuild in the server is looked at."""


def ingest_source(
    store: Store,
    source: str,
    path: Path,
    report: ProblemReport,
    options: dict[str, object],
    *,
    publishing: Dure | None = None,
    accept_removals: bool = False,
) -> None:
    """Write what the source yields; with `publishing`, index it as it comes. Tells problems at the end.

    Raises `BadInput` where not one record could be used.
    """
    with stoppable(), bytes_bar("reading", source_size(path)) as advance:
        items = SOURCES[source](path, progress=advance, **options)
        run = Ingest(store, items, report, accept_removals=accept_removals)
        try:
            if publishing:
                publishing.publisher.publish(arriving=run)
            else:
                deque(run, maxlen=0)
        except BadInput:
            # The input cannot be read on: what has been written is published all the same.
            if publishing:
                publishing.publisher.publish()
            raise
        finally:
            store_report.ingested(run.changes, report)
    if run.changes.total() == run.changes[Change.REJECTED]:
        raise BadInput(
            f"Nothing in {path} could be read.",
            remedy="docs/sources.md tells what each source reads; what was wrong stands above.",
        )
    if publishing:
        with stoppable():
            publishing.complete_vectors()


def publish_pending(dure: Dure) -> str:
    """Bring the index up to the store, vectors included; shows progress and tells how it went."""
    with stoppable():
        with posts_bar("publishing", dure.store.status().pending) as advance:
            tally = dure.publisher.publish(advance)
        dure.complete_vectors()
    return f"{counted(tally.put, 'post')} published, {tally.withdrawn:,} withdrawn."


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C ends a command with one sentence and exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        err.print("Stopped. Nothing that was written is lost: the same command goes on from here.")
        raise typer.Exit(130) from None


def rebuild_index(settings: Settings) -> str:
    """Rebuild in this process, or ask the running server to; shows progress and tells how it went."""
    try:
        with open_dure(settings, publishing="rebuild", rebuilding=True) as dure:
            with stoppable(), posts_bar("rebuilding", dure.store.status().posts) as advance:
                tally = dure.publisher.rebuild(advance)
            return f"Rebuilt with {counted(tally.put, 'post')}."
    except PublisherRunning as running:
        if running.command != SERVE:
            raise
        with open_store(settings) as store:
            rebuild_in_server(store, settings.home)
        return "Rebuilt by the running server."


def rebuild_in_server(store: Store, home: Path) -> None:
    """Ask the running server for a rebuild and watch it, as long as there is a server."""
    store.set_state(REBUILD_STATE, "requested")
    with stoppable(), posts_bar("rebuilding", store.status().posts) as advance:
        seen = 0
        while (state := store.get_state(REBUILD_STATE) or "").startswith(("requested", "running")):
            if state.startswith("running"):
                done = int(state.removeprefix("running ").partition("/")[0])
                advance(done - seen)
                seen = done
            if not serving(home):
                raise PublisherRunning(
                    "The server ended before the rebuild did.",
                    remedy="It goes on when the server starts again; or run `dure rebuild` now.",
                )
            time.sleep(WATCH_SECONDS)
    if state.startswith("failed"):
        raise EngineUnavailable(f"The server could not rebuild: {state}.", remedy="Its log says more.")
