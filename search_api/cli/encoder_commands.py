"""`dure encoder`: which encoder is in use, adapting it to the company, and going back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import BadSetting, IndexLost
from search_api.cli.options import Engine, Home, Json, extra_needed
from search_api.cli.terminal import err, out

if TYPE_CHECKING:
    from search_api.cli.encoder_report import EncoderState
    from search_api.wiring.settings import Settings

encoder_commands = typer.Typer(
    help="The sentence encoder: which is in use, and adapting it to the company.", no_args_is_help=True
)


@encoder_commands.command()
def adapt(
    private: Annotated[
        bool, typer.Option("--private", help="Also learn from posts that only some may read.")
    ] = False,
    home: Home = None,
    engine: Engine = None,
    as_json: Json = False,
) -> None:
    """Train the encoder on with the company's threads; use it if it finds the answers of later ones better.

    The latest fifth of the threads is held out and measured on. Until the index is rebuilt, the old vectors
    go on answering.
    """
    from models.language.analyzers import load_analyzer
    from models.language.dictionary import Dictionary
    from models.language.encoders import load_embedder
    from models.language.morpheme_encoder import MorphemeEncoder
    from models.moments import timezone_named
    from pipelines.progress import posts_bar
    from pipelines.threads import read_threads
    from search_api.cli import encoder_report
    from search_api.cli.jobs import stoppable
    from search_api.wiring.home import open_store, require_home
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine)
    require_home(settings)
    source = _adaptable(settings)
    with extra_needed("Adapting", "train"):
        from search_api.cli.adapting import adapt as adapt_to
    dictionary = Dictionary.load(settings.dictionary) if settings.dictionary else None
    analyzer = load_analyzer(settings.analyzer, dictionary, settings.cache_folder)
    encoder = load_embedder(source, analyzer)
    is_word = encoder.is_word if isinstance(encoder, MorphemeEncoder) else None
    with stoppable():
        with open_store(settings) as store, posts_bar("reading", store.status().posts) as advance:
            threads = read_threads(store, analyzer.revision, advance, is_word=is_word, private=private)
        adaptation = adapt_to(settings.home, source, analyzer, threads, posts_bar)
    encoder_report.adaptation(adaptation, timezone_named(settings.timezone), as_json=as_json)
    if adaptation.encoder:
        _use(settings, adaptation.encoder)


@encoder_commands.command()
def reset(home: Home = None, engine: Engine = None) -> None:
    """Go back to the encoder that ships; the adapted one answers until the index is rebuilt."""
    from models.language.adapted import AdaptedEncoders
    from search_api.wiring.home import require_home
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine)
    require_home(settings)
    if AdaptedEncoders(settings.home).current() is None:
        out.print("No encoder was adapted to this home: there is nothing to go back from.")
        return
    _use(settings, None)


@encoder_commands.command()
def status(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """Which encoder is in use, what it was adapted to, and which one made the vectors of the index."""
    from models.moments import timezone_named
    from search_api.cli import encoder_report
    from search_api.wiring.home import require_home
    from search_api.wiring.settings import load_settings

    settings = load_settings(home=home, engine=engine)
    require_home(settings)
    encoder_report.state(_state(settings), timezone_named(settings.timezone), as_json=as_json)


def _adaptable(settings: "Settings") -> Path:
    directory = settings.encoder_directory
    if settings.encoder_given or directory is None:
        raise BadSetting(
            "DURE_ENCODER says which encoder is used: an adapted one would not be.",
            remedy="Unset DURE_ENCODER.",
        )
    return directory


def _use(settings: "Settings", encoder: Path | None) -> None:
    """Use an adapted encoder, or the one that ships: the rebuild swaps its vectors in."""
    from models.language.adapted import AdaptedEncoders
    from search_api.cli.jobs import rebuild_index
    from search_api.wiring.settings import load_settings

    encoders = AdaptedEncoders(settings.home)
    encoders.use(encoder)
    # Settings that are fresh name the new encoder, and the old one is found by the vectors of the index.
    told = rebuild_index(load_settings(home=settings.home, engine=settings.engine))
    encoders.sweep()
    err.print(told)


def _state(settings: "Settings") -> "EncoderState":
    from models.language.encoders import SHIPPED
    from models.language.morpheme_encoder import read_config
    from models.language.static_tensors import CONFIG
    from search_api.cli.encoder_report import EncoderState
    from search_api.wiring.app import annotator_spec, open_engine

    directory = settings.encoder_directory
    origin = "none" if directory is None else "shipped" if directory == SHIPPED else "adapted"
    if settings.encoder_given and directory is not None:
        origin = "setting"
    annotator = annotator_spec(settings).build()
    try:
        engine = open_engine(settings, annotator)
    except IndexLost:
        # There is none yet, or none any more. Of one that cannot be reached nothing is known.
        vectors = None
    else:
        vectors = engine.embedder
        engine.close()
    return EncoderState(
        origin=origin,
        encoder=directory,
        revision=annotator.embedder,
        adapted=read_config(directory / CONFIG).get("dure", {}).get("adapted") if directory else None,
        vectors=vectors,
    )
