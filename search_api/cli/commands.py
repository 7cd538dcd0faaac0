"""The one console command, `dure`: each command opens what it needs, does one thing and says how it went.

What a command needs is imported in it: `dure --help` and `dure status` wait for no index and no analyser.
"""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from models.errors import PublisherRunning
from pipelines.problems import ProblemReport
from pipelines.publisher_lock import SERVE
from pipelines.sources import SOURCES, check_options, check_path
from search_api.cli.account_commands import account_commands
from search_api.cli.encoder_commands import encoder_commands
from search_api.cli.eval_commands import eval_commands
from search_api.cli.options import Engine, Export, Home, Json, Viewer, calculate_alone
from search_api.cli.terminal import err, out
from search_api.cli.token_commands import token_commands

cli = typer.Typer(
    name="dure",
    help="Dure (두레): a company group's in-house SNS as its knowledge base.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cli.add_typer(token_commands, name="token")
cli.add_typer(account_commands, name="account")
cli.add_typer(encoder_commands, name="encoder")
cli.add_typer(eval_commands, name="eval")

DEMO_VIEWERS = (
    "p:bae.yuri",
    "p:jung.soyeon",
    "p:seo.miran",
    "p:yoon.taeseok",
    "p:ko.eunchae",
    "p:an.jaeseok",
)
"""Of the sample company: one of each affiliate, a leader, a guest, and one who has left and sees nothing."""


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        out.print(f"dure {version('dure')}")
        raise typer.Exit


@cli.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Dure (두레): a company group's in-house SNS as its knowledge base."""


@cli.command()
def demo(
    home: Home = None,
    engine: Engine = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.")] = None,
) -> None:
    """Load the sample company into a home of its own and serve it on this machine."""
    from search_api.cli.jobs import ingest_source
    from search_api.wiring.app import open_dure
    from search_api.wiring.server import open_browser, serve
    from search_api.wiring.settings import load_settings

    def show(address: str) -> None:
        out.print(f"Dure is ready at {address} (Ctrl-C ends it)")
        open_browser(address)

    given = load_settings(home=home, engine=engine)
    sample = Path(str(files("pipelines") / "sample"))
    settings = load_settings(
        home=given.home / "demo",
        engine=engine,
        opensearch_index=f"{given.opensearch_index}-demo",
        database_url=f"sqlite:///{given.home / 'demo' / 'dure.db'}",
        dictionary=sample / "dictionary.tsv",
        vocabulary=sample / "vocabulary.jsonlines",
        host="127.0.0.1",
        port=port,
        demo=True,
        demo_viewers=DEMO_VIEWERS,
    )
    with open_dure(settings, publishing=SERVE) as dure:
        ingest_source(dure.store, "jsonl", sample, ProblemReport(strict=True), {}, publishing=dure)
    serve(settings, ready=show)
    out.print("Stopped.")


@cli.command()
def ingest(
    source: Annotated[str, typer.Argument(help=f"The kind of input: {', '.join(SOURCES)}.")],
    path: Export,
    home: Home = None,
    engine: Engine = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first problem.")] = False,
    include_private: Annotated[
        bool, typer.Option("--include-private", help="slack: also private channels and direct messages.")
    ] = False,
    accept_removals: Annotated[
        bool,
        typer.Option("--accept-removals", help="Close and delete even if far more is missing than usual."),
    ] = False,
) -> None:
    """Read an export into the store and publish it. May run again on the same or an overlapping export.

    What an export no longer holds is closed or deleted, unless that is far more than goes in a day. Exits
    with 1 where not one record could be used; of other problems it tells, and exits with 0.
    """
    from search_api.cli.jobs import ingest_source
    from search_api.cli.way_in import way_in
    from search_api.wiring.app import open_dure
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine)
    report = ProblemReport(strict=strict)
    options: dict[str, object] = {"include_private": True} if include_private else {}
    check_options(source, options)
    check_path(path)
    try:
        with open_dure(settings, publishing="ingest") as dure:
            ingest_source(
                dure.store, source, path, report, options, publishing=dure, accept_removals=accept_removals
            )
            err.print(f"Next: `dure serve`. {way_in(settings, dure.store)}")
    except PublisherRunning as running:
        if running.command != SERVE:
            raise
        with open_store(settings) as store:
            ingest_source(store, source, path, report, options, accept_removals=accept_removals)
        err.print("The running server publishes what was written.")


@cli.command()
def publish(home: Home = None, engine: Engine = None) -> None:
    """Bring the index up to the store: put what is pending, withdraw what was deleted."""
    from search_api.cli.jobs import publish_pending
    from search_api.wiring.app import open_dure
    from search_api.wiring.home import require_home
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine)
    require_home(settings)
    with open_dure(settings, publishing="publish") as dure:
        out.print(publish_pending(dure))


@cli.command()
def rebuild(home: Home = None, engine: Engine = None) -> None:
    """Build the index anew aside, from the store, and swap it in. Searches go on meanwhile."""
    from search_api.cli.jobs import rebuild_index
    from search_api.wiring.settings import load_settings

    out.print(rebuild_index(load_settings(home=home, engine=engine)))


@cli.command()
def status(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """Count posts, people and channels, what is pending or refused by the index, and vectors to come."""
    from search_api.cli import store_report
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine)
    with open_store(settings) as store:
        refused = store.refusals.first(store_report.REFUSED_NAMED)
        to_come = store.kept_annotations.number_lacking_vectors() if settings.paired else 0
        store_report.status(store.status(), refused, to_come, as_json=as_json)


@cli.command()
def serve(
    home: Home = None,
    engine: Engine = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer.", show_default="one a core, at most 4")
    ] = None,
) -> None:
    """Serve the search page and the API, and publish what arrives."""
    from search_api.cli.way_in import way_in
    from search_api.wiring.home import open_store
    from search_api.wiring.server import serve as run_server
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine, host=host, port=port, workers=workers)

    def show(address: str) -> None:
        if settings.demo:
            out.print(f"Dure is ready at {address}")
            return
        with open_store(settings) as store:
            out.print(f"{way_in(settings, store)} Dure is ready at {address}")

    run_server(settings, ready=show)
    out.print("Stopped.")


@cli.command()
def doctor(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """Check the installation and say how to mend what is wrong. Exits with 1 where something is."""
    from search_api.cli import store_report
    from search_api.cli.doctor import examine
    from search_api.wiring.settings import load_settings

    findings = list(examine(load_settings(home=home, engine=engine)))
    store_report.findings(findings, as_json=as_json)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@cli.command()
def verify(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """Compare store and index post by post: counts, digests, differences. Exits with 1 where they differ."""
    from pipelines.verify import verify as compare
    from search_api.cli import store_report
    from search_api.wiring.app import open_dure
    from search_api.wiring.settings import load_settings

    with open_dure(load_settings(home=home, engine=engine)) as dure:
        comparison = compare(dure.store, dure.engine)
    store_report.comparison(comparison, as_json=as_json)
    if not comparison.agrees:
        raise typer.Exit(1)


@cli.command()
def people(
    name: Annotated[str, typer.Argument(help="A part of the name, id or login; without it, everybody.")] = "",
    viewer: Viewer = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="People to list.")] = 50,
    home: Home = None,
    engine: Engine = None,
    as_json: Json = False,
) -> None:
    """List people with the ids that `--as` takes."""
    from search_api.cli import directory_report
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store, store.one_moment():
        directory_report.people(store, name.strip(), store.scope_of(viewer), limit, as_json=as_json)


@cli.command()
def search(
    question: str,
    viewer: Viewer = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Threads to show.")] = 10,
    home: Home = None,
    engine: Engine = None,
    as_json: Json = False,
) -> None:
    """Find the answer."""
    calculate_alone()
    from search_api.cli import printing
    from search_api.search.page import find_answers
    from search_api.wiring.app import open_dure
    from search_api.wiring.settings import load_settings

    with open_dure(load_settings(home=home, engine=engine)) as dure, dure.store.one_moment():
        page = find_answers(dure.services, question, dure.store.scope_of(viewer), limit=limit)
        printing.search_page(page, dure.store.timezone, as_json=as_json)


@cli.command()
def experts(
    question: str,
    viewer: Viewer = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="People to show.")] = 5,
    home: Home = None,
    engine: Engine = None,
    as_json: Json = False,
) -> None:
    """Find who knows, with the posts that prove it."""
    calculate_alone()
    from search_api.cli import printing
    from search_api.experts.finding import find_experts
    from search_api.wiring.app import open_dure
    from search_api.wiring.settings import load_settings

    with open_dure(load_settings(home=home, engine=engine)) as dure, dure.store.one_moment():
        found = find_experts(dure.services, question, dure.store.scope_of(viewer), limit=limit)
        printing.experts(found, dure.store.timezone, as_json=as_json)
