"""`dure eval`: how good search and its parts are, measured on judged data by this very installation."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.counted import counted
from models.errors import BadInput, BadSetting
from search_api.cli.options import Json, extra_needed, named_path
from search_api.cli.terminal import err

if TYPE_CHECKING:
    from models.language.embedder import Embedder
    from search_api.wiring.settings import Settings

eval_commands = typer.Typer(help="Measure on judged data, in a temporary home.", no_args_is_help=True)

Encoder = Annotated[
    Path | None,
    typer.Option(
        help="Model directory in place of the encoder in use.",
        show_default=False,
        parser=named_path,
        metavar="PATH",
    ),
]


@eval_commands.command()
def search(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv; without one, the sample company.",
            show_default=False,
            parser=named_path,
            metavar="FOLDER",
        ),
    ] = None,
    encoder: Encoder = None,
    ablate: Annotated[
        bool,
        typer.Option(
            "--ablate",
            help="Also without each part of retrieval and ranking, on the half of the questions to tune on.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """How well search finds judged documents: by words, by vectors, and by both."""
    from pipelines.progress import posts_bar
    from search_api.evaluation.collection import QUERIES, read_collection
    from search_api.wiring.settings import load_settings

    settings = load_settings(encoder=encoder)
    with extra_needed("Measuring", "eval"):
        from search_api.cli import search_report as report
        from search_api.evaluation import ablation, bench, sample
        from search_api.evaluation.asking import ask_all
    if folder is None:
        company = sample.read_sample()
        settings, judging = sample.own_words(settings), partial(sample.judged, company)
        records, documents = iter(company), len(sample.posts_of(company))
    else:
        collection = read_collection(folder)
        if collection.unanswered:
            err.print(
                f"Left out: {counted(collection.unanswered, 'question')} without a document that answers."
            )
        if ablate:
            ablation.check(collection.questions, folder / QUERIES)
        records, documents = bench.records_of(collection), len(collection.documents)
        judging = partial(bench.judged, collection)
    with bench.opened(settings) as dure:
        if settings.encoder_directory is not None and dure.annotator.dimensions is None:
            err.print(dure.annotator.vector_lane)
        bench.publish(records, documents, dure)
        judged = judging(dure)
        with posts_bar("asking", len(judged.questions)) as advance:
            rankings = ask_all(judged, dure.services, advance)
        ablated = None
        if ablate:
            half = ablation.half_of(judged)
            with posts_bar("leaving out", len(half.questions)) as advance:
                ablated = ablation.ablate(half, dure.services, advance)
    report.search(judged, rankings, ablated, as_json=as_json)


@eval_commands.command()
def encoder(
    sts: Annotated[
        Path | None,
        typer.Option(
            help="TSV with the columns sentence1, sentence2 and score.", parser=named_path, metavar="PATH"
        ),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines with `a` and `b`, of which each is the other's best.",
            parser=named_path,
            metavar="PATH",
        ),
    ] = None,
    encoder: Encoder = None,
    as_json: Json = False,
) -> None:
    """How well the encoder tells how alike sentences are, and finds the other half of a pair."""
    from pipelines.progress import posts_bar
    from search_api.wiring.settings import load_settings

    if sts is None and pairs is None:
        raise BadInput("There is nothing to measure on.", remedy="Give --sts FILE, --pairs FILE or both.")
    with extra_needed("Measuring", "eval"):
        from search_api.cli import search_report as report
        from search_api.evaluation import encoder as checks
    alike = checks.read_likeness(sts) if sts else []
    halves = checks.read_pairs(pairs) if pairs else []
    embedder = _embedder(load_settings(encoder=encoder))
    with posts_bar("embedding", 2 * (len(alike) + len(halves))) as advance:
        likeness = checks.likeness(embedder, alike, advance) if alike else []
        found = checks.halves(embedder, halves, advance) if halves else []
    report.encoder(likeness, found, as_json=as_json)


@eval_commands.command()
def tags(
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Also without each component of the tagging pipeline.")
    ] = False,
    as_json: Json = False,
) -> None:
    """How well posts are filed under topics: on the judged posts of the sample company."""
    from models.language.components import PIPELINE
    from search_api.wiring.settings import load_settings

    settings = load_settings()
    with extra_needed("Measuring", "eval"):
        from search_api.cli import tag_report
        from search_api.evaluation import tagging
        from search_api.evaluation.sample import read_sample
    sample = read_sample()
    figures = tagging.measure(sample, settings)
    parts = PIPELINE if ablate else ()
    without = {component: tagging.measure(sample, settings, without=component) for component in parts}
    tag_report.tags(figures, without, as_json=as_json)


def _embedder(settings: "Settings") -> "Embedder":
    """The encoder of the settings, whole, also one that the gate of the vector lane would refuse."""
    from models.language.analyzers import load_analyzer
    from models.language.dictionary import Dictionary
    from models.language.paired_encoder import fault_in
    from models.language.vector_lane import embedder_of

    if settings.encoder_directory is None:
        raise BadSetting("No encoder is set.", remedy="Give one with --encoder, or unset DURE_ENCODER.")
    dictionary = Dictionary.load(settings.dictionary) if settings.dictionary else None
    analyzer = load_analyzer(settings.analyzer, dictionary)
    cache = settings.cache_folder
    embedder = embedder_of(settings.encoder_directory, analyzer, cache, paired=settings.paired)
    if fault := fault_in(embedder):
        raise fault
    return embedder
