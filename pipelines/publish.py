"""Brings the index up to the store: first what may not be read any more goes out, then what is pending in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import chain

from indexer.engine import Engine, Rebuild, Removal
from models.errors import IndexLost, PostsRefused
from models.language.annotator import Annotator, AnnotatorSpec
from models.store import Store
from models.store.publishers import Claims
from models.stored import PendingPost, Refusal
from pipelines.annotating import Reader, ReadPost, changed_annotations
from pipelines.entries import entry, fingerprint, removal
from pipelines.people_names import NameFollower
from pipelines.progress import Advance, quiet
from pipelines.publishing_run import Run, Tally
from pipelines.succession.following import SuccessionFollower
from pipelines.topic_assignment import TopicAssignment

PAGE = 1_000
"""Posts read, put and kept together: enough to share a commit, few enough for a smooth bar."""

COMMIT_EVERY = 20_000
"""Posts between two commits. A killed run repeats at most these puts, never their reading."""

WITHDRAWN_TOGETHER = 5_000
"""Posts taken out of the index and committed together: .8 s on two busy cores (20,000 in 3.8 s)."""

INDEX_STATE = "published_index"
"""The state that names the index to which the store's acknowledgements refer."""


class Publisher:
    """Publishes the posts of one store to one engine, beside others where store and index are shared.

    Running again repairs any crash: a post stays pending until the index has confirmed it.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        annotator: Annotator,
        spec: AnnotatorSpec,
        *,
        workers: int = 1,
        next_spec: Callable[[], AnnotatorSpec] | None = None,
    ) -> None:
        """`next_spec` tells how posts are to be read from the next rebuild on: the encoder may be another."""
        self._store = store
        self._engine = engine
        self._annotator = annotator
        self._spec = spec
        self._workers = workers
        self._next_spec = next_spec
        self._topics = TopicAssignment(store, annotator)
        self._names = NameFollower(store, annotator.analyzer)
        self._successions = SuccessionFollower(store)
        self._rebuilding = False

    def lost(self) -> IndexLost | None:
        """Why there is no index to publish to, if there is none: it has to be rebuilt."""
        try:
            self._engine.identity  # noqa: B018 (asking is what finds out)
        except IndexLost as error:
            return error
        return None

    def publish(self, advance: Advance = quiet, *, arriving: Iterable[object] = ()) -> Tally:
        """Publish all that is pending, a lost index rebuilt first; `advance` is called with numbers of posts.

        `arriving` is drawn step by step, each step leaving more pending posts: reading them overlaps with
        writing the next. Its end is not the end of the work: what is pending then is published too. Raises
        `PostsRefused`, at the end, for posts that the index does not take: they are remembered, and tried
        again once they have changed or the index is built anew.
        """
        run = Run()
        try:
            self._adopt_index()
        except IndexLost:
            if self._rebuilding:
                return run.tally()  # what is pending goes into the index that is being built
            run = self._rebuild_lost(advance)
        self._publish_pending(run, advance, arriving)
        while self._successions.follow():
            advance(0)
            self._publish_pending(run, advance)  # what was written meanwhile waits for none of the rest
        return run.tally()

    def _publish_pending(self, run: Run, advance: Advance, arriving: Iterable[object] = ()) -> None:
        with self._store.publishers.claims() as claims, self._reader() as reader:
            withdraw = partial(self._withdraw, claims, run, advance)
            withdraw()  # drawing and reading take their time: now, and after each step
            steps = chain((withdraw() for _ in arriving), self._followed_names())
            for page in reader.read(self._pages(claims.pending, steps)):
                withdraw()  # workers read pages ahead: what is withdrawn meanwhile waits for none of them
                refused = self._transfer(page, self._engine, self._annotator.filled_dimensions)
                run.transferred(page, refused)
                if refused:
                    self._store.refusals.remember(refused)
                if len(run.unconfirmed) >= COMMIT_EVERY:
                    self._confirm(claims, run)
                advance(len(page))
            if run.unconfirmed:
                self._confirm(claims, run)

    def complete(self, advance: Advance = quiet) -> int:
        """Give the posts of the index the part of their vectors that follows, and publish them so.

        Returns how many. Stopped at any moment it has lost nothing, and goes on when called again.
        """
        completed = 0
        with self._reader(complete=True) as reader:
            for page in reader.read(self._lacking()):
                completed += self._store.kept_annotations.complete_vectors(changed_annotations(page))
                advance(len(page))
                if completed % COMMIT_EVERY < len(page):
                    self.publish()
        if completed:
            self.publish()
        return completed

    def _lacking(self) -> Iterator[Sequence[PendingPost]]:
        lacking, after = self._store.kept_annotations.lacking_vectors, ""
        while (partial := self._annotator.partial_embedder) and (page := lacking(partial, after, PAGE)):
            yield page
            after = page[-1].id

    def rebuild(self, advance: Advance = quiet, *, meanwhile: Callable[[], object] = lambda: None) -> Tally:
        """Build the index anew aside, from the store and its annotations, and swap it in.

        `meanwhile` runs after every page: a server goes on publishing to the index that still serves.
        What it publishes has a higher revision and is replayed here before the swap.

        Where the encoder changes, only vectors are made anew, from the terms that are kept. Until the swap
        the old index goes on with the old encoder, for questions and for what is published meanwhile.
        """
        with self._store.publishers.rebuilding(), self._at_it():
            with suppress(IndexLost):
                self._adopt_index()
            spec = self._next_spec() if self._next_spec else self._spec
            if spec == self._spec:
                return self._rebuild(self._annotator, spec, advance, meanwhile)
            successor = self._annotator.with_encoder(spec.encoder, paired=spec.paired)
            with self._annotator.awaiting(successor):
                try:
                    return self._rebuild(successor, spec, advance, meanwhile)
                finally:
                    # Also where something failed after the swap: the index decides.
                    if self._engine.embedder == successor.embedder:
                        self._annotator.take_over(successor)
                        self._spec = spec

    def _rebuild(
        self, annotator: Annotator, spec: AnnotatorSpec, advance: Advance, meanwhile: Callable[[], object]
    ) -> Tally:
        target = self._engine.begin_rebuild(fingerprint(annotator))
        run = Run()
        reached = 0

        def replay(reader: Reader, after_page: Callable[[], object]) -> None:
            nonlocal reached
            for page in reader.read(self._pages(self._store.replay, self._followed_names(), reached)):
                run.count(page, self._transfer(page, target, annotator.filled_dimensions))
                reached = page[-1].post.revision
                advance(len(page))
                after_page()

        with Reader(annotator, spec, workers=self._workers) as reader, ExitStack() as until_swapped:
            try:
                replay(reader, meanwhile)
                # What another publisher would put from now on would go into the index that goes.
                until_swapped.enter_context(self._store.publishers.paused())
                replay(reader, lambda: None)
                target.finish()
            except BaseException:
                target.abandon()
                raise
            self._store.acknowledge_through(reached, run.refused)
            self._store.set_state(INDEX_STATE, self._engine.identity)
        return run.tally()

    def _rebuild_lost(self, advance: Advance) -> Run:
        try:
            return Run(self.rebuild(advance))
        except PostsRefused:
            return Run()  # all others are in, these are remembered, and what arrives has still to be drawn

    @contextmanager
    def _at_it(self) -> Iterator[None]:
        self._rebuilding = True
        try:
            yield
        finally:
            self._rebuilding = False

    def _adopt_index(self) -> None:
        # Another index than the one that the acknowledgements speak of holds nothing that we know of.
        if self._holds_another_index():
            with self._store.publishers.paused():
                # Looked at again: another publisher may have swapped it a moment ago, or adopted it.
                if self._holds_another_index():
                    self._store.withdraw_all()
                    self._store.set_state(INDEX_STATE, self._engine.identity)

    def _holds_another_index(self) -> bool:
        return self._store.get_state(INDEX_STATE) != self._engine.identity

    def _reader(self, *, complete: bool = False) -> Reader:
        return Reader(self._annotator, self._spec, workers=self._workers, complete=complete)

    def _pages(
        self, fetch: Callable[[int, int], Sequence[PendingPost]], steps: Iterable[object], after: int = 0
    ) -> Iterator[Sequence[PendingPost]]:
        """What there is to fetch above a revision after each step."""
        for _ in steps:
            while page := fetch(after, PAGE):
                self._names.learn()
                yield page
                after = page[-1].revision

    def _withdraw(self, claims: Claims, run: Run, advance: Advance) -> None:
        """Take out of the index, visibly, what it may still show to who may not read it any more."""
        after, through = 0, None
        # Up to what is there now: deletions that never cease do not keep everything else waiting.
        while through is None or after < through:
            with claims.withdrawals(after, WITHDRAWN_TOGETHER) as page:
                if not page:
                    break
                if through is None:
                    through = self._store.last_revision()
                self._engine.drop(Removal(post=one.post, revision=one.revision) for one in page)
                self._confirm(claims, run)
                claims.settle(page)
            after = page[-1].revision
            advance(run.take_out(page))

    def _followed_names(self) -> Iterator[None]:
        """Once, and again as long as posts have to be read again for the names that have come."""
        self._names.follow()
        yield
        while self._names.follow():
            yield

    def _transfer(
        self, page: Sequence[ReadPost], target: Engine | Rebuild, filled: int | None
    ) -> list[Refusal]:
        """Put and drop the posts of a page, vectors filled up to a length; returns those refused."""
        refused: list[Refusal] = []
        page = self._topics.assigned(page)
        target.drop([removal(read.post) for read in page if read.post.deleted])
        try:
            target.put([entry(read.post, read.annotation, filled) for read in page if read.annotation])
        except PostsRefused as error:
            refused = [
                Refusal(post=read.post.id, revision=read.post.revision, reason=error.reasons[read.post.id])
                for read in page
                if read.post.id in error.reasons
            ]
        if fresh := changed_annotations(page):
            self._store.kept_annotations.keep(fresh)
        return refused

    def _confirm(self, claims: Claims, run: Run) -> None:
        self._engine.commit()
        self._store.acknowledge(run.unconfirmed)
        run.unconfirmed = []
        claims.release(run.reached)
