"""The composition root: settings in; store, engine, annotator and publisher out, wired once."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from indexer.embedded import EmbeddedEngine
from indexer.engine import Engine
from models.language.adapted import AdaptedEncoders
from models.language.annotator import Annotator, AnnotatorSpec
from models.language.encoder_revision import is_paired
from models.store import Store
from pipelines.collector import tune_collector
from pipelines.company_words import follow_dictionary
from pipelines.entries import fingerprint
from pipelines.people_names import NameFollower
from pipelines.publisher_lock import publisher_lock
from search_api.services import Services
from search_api.wiring.engine_name import EngineName
from search_api.wiring.home import make_home, open_store, require_home
from search_api.wiring.settings import Settings

if TYPE_CHECKING:
    from pipelines.publish import Publisher

log = logging.getLogger("dure.vectors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dure:
    """Everything that a command needs, opened from one set of settings."""

    settings: Settings
    store: Store
    engine: Engine
    annotator: Annotator
    spec: AnnotatorSpec

    @property
    def publisher(self) -> "Publisher":
        """Publishes this store to this engine on as many cores as the settings allow."""
        # Imported here: who only asks waits for nothing that publishes.
        from pipelines.publish import Publisher

        return Publisher(
            self.store,
            self.engine,
            self.annotator,
            self.spec,
            workers=self.settings.workers,
            next_spec=self.next_spec,
        )

    def complete_vectors(self) -> None:
        """Give posts the part of their vectors that follows; they are found by their words meanwhile. Shows
        progress.
        """
        partial = self.annotator.partial_embedder
        if partial and (lacking := self.store.kept_annotations.number_lacking_vectors()):
            from pipelines.progress import posts_bar

            with posts_bar("vectors", lacking) as advance:
                self.publisher.complete(advance)

    def next_spec(self) -> AnnotatorSpec:
        """How posts are read from the next rebuild on: the encoder may be another by then."""
        return replace(self.spec, encoder=self.settings.encoder_directory, paired=self.settings.paired)

    @property
    def services(self) -> Services:
        """What search and experts need."""
        return Services(
            store=self.store,
            engine=self.engine,
            annotator=self.annotator,
            demo=self.settings.demo,
            demo_viewers=self.settings.demo_viewers,
            spool=self.settings.cache_folder,
        )


@contextmanager
def open_dure(
    settings: Settings,
    *,
    publishing: str = "",
    rebuilding: bool = False,
    lost_ok: bool = False,
    built: tuple[AnnotatorSpec, Annotator] | None = None,
) -> Iterator[Dure]:
    """Everything. `publishing` names the command that takes the publisher's lock, if it publishes.

    Only who publishes makes a home where there is none: whoever reads has mistyped. `rebuilding` reads too,
    and also accepts a stale index. A lost index is accepted by who publishes, which makes it anew, and with
    `lost_ok`. `built` is an annotator that is there already, with its spec. Who publishes is warned of what
    is wrong with the encoder, but not with `built`: that was told when it was built.

    Raises any `DureError` of the parts: BadSetting, StoreUnavailable, EngineUnavailable, StaleIndex,
    PublisherRunning …
    """
    making = bool(publishing) and not rebuilding
    with ExitStack() as opened:
        if publishing:
            (make_home if making else require_home)(settings)
            opened.enter_context(publisher_lock(settings.home, publishing))
        store = opened.enter_context(open_store(settings, making=making))
        if publishing:
            # An embedded index is nobody else's: two of them would take the posts from each other.
            opened.enter_context(store.publishers.admitted(alone=settings.engine is EngineName.EMBEDDED))
        spec, annotator = built or _annotator(settings)
        # Readers would take an empty one that is made at once for all there is.
        lost_ok = lost_ok or (bool(publishing) and store.last_revision() > 0)
        open_it = partial(
            open_engine, settings, publishing=bool(publishing), rebuilding=rebuilding, lost_ok=lost_ok
        )
        engine = open_it(annotator)
        if old := _spec_until_rebuilt(settings, spec, annotator, engine):
            # The index has vectors of another encoder: that one serves until a rebuild swaps others in.
            engine.close()
            spec, annotator = old, annotator.with_encoder(old.encoder, paired=old.paired)
            engine = open_it(annotator)
        opened.callback(engine.close)
        NameFollower(store, annotator.analyzer).learn()
        if publishing and not built and annotator.encoder_fault:
            log.warning("%s Search by meaning goes on with a part of its vectors.", annotator.encoder_fault)
        if publishing:
            follow_dictionary(store, annotator.analyzer, settings.dictionary)
            tune_collector()
        yield Dure(settings=settings, store=store, engine=engine, annotator=annotator, spec=spec)


def annotator_spec(settings: Settings) -> AnnotatorSpec:
    """How posts and questions are read under these settings."""
    return AnnotatorSpec(
        analyzer=settings.analyzer,
        dictionary=settings.dictionary,
        vocabulary=settings.vocabulary,
        encoder=settings.encoder_directory,
        paired=settings.paired,
        cache=settings.cache_folder,
    )


def _annotator(settings: Settings) -> tuple[AnnotatorSpec, Annotator]:
    spec = annotator_spec(settings)
    return spec, spec.build()


def open_engine(
    settings: Settings,
    annotator: Annotator,
    *,
    publishing: bool = False,
    rebuilding: bool = False,
    lost_ok: bool = False,
) -> Engine:
    """The engine that the settings name, for what this annotator makes of posts and questions."""
    if settings.engine is EngineName.EMBEDDED:
        return EmbeddedEngine.open(
            settings.index_folder,
            fingerprint(annotator),
            writable=publishing,
            lost_ok=lost_ok,
            stale_ok=rebuilding,
        )
    # Imported here: the embedded engine shall not wait for a client that it does not use.
    from indexer.opensearch import OpenSearchEngine

    password = settings.opensearch_password
    return OpenSearchEngine.open(
        settings.opensearch_url.split(","),
        settings.opensearch_index,
        fingerprint(annotator),
        writable=publishing,
        user=settings.opensearch_user,
        password=password.get_secret_value() if password else None,
        lost_ok=lost_ok,
        rebuilding=rebuilding,
    )


def _spec_until_rebuilt(
    settings: Settings, spec: AnnotatorSpec, annotator: Annotator, engine: Engine
) -> AnnotatorSpec | None:
    """That of the encoder of the index's vectors, if that is another one than the annotator's, and there."""
    if engine.vectors_current or engine.embedder is None or annotator.dimensions is None:
        return None
    encoder = AdaptedEncoders(settings.home).find(engine.embedder)
    return replace(spec, encoder=encoder, paired=is_paired(engine.embedder)) if encoder else None
