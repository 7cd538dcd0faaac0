"""Reads posts on every core: pages go to worker processes and come back in order."""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import NamedTuple, Self

from models.language.annotation import reading_text
from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.language.grams import grams
from models.language.known_names import KnownNames
from models.language.packing import PackedAnnotation, headers, pack
from models.stored import PendingPost
from pipelines.collector import tune_collector

WORTH_WORKERS = 1_000
"""Posts read here before workers are started: a server's trickle never needs any."""

AT_ONCE = 100
"""Posts read together: enough for an encoder's batch, few enough for their tokens to stay in the cache."""

_worker_annotator: Annotator


class ReadPost(NamedTuple):
    """A post and what reading it yields; nothing for a deleted one."""

    post: PendingPost
    annotation: "Indexable | None"


class Indexable(NamedTuple):
    """An annotation, and the bigrams of each of its passages, which only the index needs."""

    packed: PackedAnnotation
    grams: tuple[str, ...]


def changed_annotations(page: Iterable[ReadPost]) -> dict[str, tuple[int, PackedAnnotation]]:
    """What reading the posts has changed, each with the revision that was read."""
    return {
        read.post.id: (read.post.revision, read.annotation.packed)
        for read in page
        if read.annotation and read.annotation.packed is not read.post.annotation
    }


class _Unread(NamedTuple):
    """A post to read, or an annotation (`kept`) that only lacks the vectors of this encoder, or a part."""

    post_text: PostText
    kept: PackedAnnotation | None


class Reader:
    """Gives every post of a stream of pages its annotation, keeping those that are still true.

    A context manager: leaving it stops the workers, also after Ctrl-C. They end by themselves when this
    process is killed.
    """

    def __init__(
        self, annotator: Annotator, spec: AnnotatorSpec, *, workers: int, complete: bool = False
    ) -> None:
        """With `complete` vectors are given all their parts, where other readers leave the slow one out. What
        is read so is kept, and put from there: it has no bigrams.
        """
        self._annotator = annotator
        self._spec = spec
        self._workers = workers
        self._complete = complete
        self._pool: ProcessPoolExecutor | None = None
        self._starting: list[Future[None]] = []
        self._names_given = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def read(self, pages: Iterable[Sequence[PendingPost]]) -> Iterator[list[ReadPost]]:
        """The same pages in the same order, each post with its annotation."""
        for page, annotations in self._annotated(pages):
            fresh = iter(annotations)
            yield [ReadPost(post, next(fresh) if self._unread(post) else _kept(post)) for post in page]

    def _annotated(
        self, pages: Iterable[Sequence[PendingPost]]
    ) -> Iterator[tuple[Sequence[PendingPost], list[Indexable]]]:
        # Two pages a worker: one being read, one waiting, and memory does not grow with the input.
        flight: deque[tuple[Sequence[PendingPost], Future[list[Indexable]]]] = deque()
        read_here = 0
        for page in pages:
            unread = [found for post in page if (found := self._unread(post))]
            pool = self._ready_pool(read_here)
            if pool is None:
                read_here += len(unread)
                yield page, _indexable(self._annotator, unread, complete=self._complete)
                continue
            flight.append((page, pool.submit(_annotate, unread, self._fresh_names(), self._complete)))
            if len(flight) > 2 * self._workers:
                landed, annotations = flight.popleft()
                yield landed, annotations.result()
        for landed, annotations in flight:
            yield landed, annotations.result()

    def _ready_pool(self, read_here: int) -> ProcessPoolExecutor | None:
        """The workers, once they are worth it and have started, which takes them two seconds."""
        if self._workers > 1 and self._pool is None and read_here >= WORTH_WORKERS:
            # A fork server shares what is imported among the workers and never forks our threads.
            context = get_context("forkserver")
            context.set_forkserver_preload(["models.language.annotator"])
            spec = replace(self._spec, names=self._annotator.analyzer.names.shown)
            self._names_given = len(spec.names)
            self._pool = ProcessPoolExecutor(self._workers, context, _start_worker, (spec,))
            self._starting = [self._pool.submit(_started) for _ in range(self._workers)]
        return self._pool if all(start.done() for start in self._starting) else None

    def _fresh_names(self) -> tuple[str, ...]:
        """The names that became known after the workers were started."""
        return self._annotator.analyzer.names.shown[self._names_given :]

    def _unread(self, post: PendingPost) -> _Unread | None:
        """What there is to do about a post; None where there is nothing."""
        if post.deleted:
            return None
        post_text = PostText(
            title=post.title, text=post.text, source_tags=post.source_tags, labels=post.labels
        )
        if post.annotation is None:
            return _Unread(post_text, None)
        # A changed dictionary has already taken the annotation from every post that it concerns.
        made, now = post.annotation.revision, self._annotator.revision
        if (made.analyzer, made.tagger) != (now.analyzer, now.tagger):
            return _Unread(post_text, None)
        whole = self._annotator.embedder
        current = made.embedder == whole or (made.embedder == now.embedder and not self._complete)
        return None if current else _Unread(post_text, post.annotation)


def _start_worker(spec: AnnotatorSpec) -> None:
    global _worker_annotator
    # Ctrl-C is the parent's to handle: a worker that dies of it would break the page in flight.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker_annotator = spec.build()
    tune_collector()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _started() -> None:
    """Comes back when a worker has built its annotator."""


def _annotate(unread: list[_Unread], names: tuple[str, ...], complete: bool) -> list[Indexable]:
    analyzer = _worker_annotator.analyzer
    if fresh := set(names).difference(analyzer.names.shown):
        analyzer.know(KnownNames(fresh, analyzer.names))
    return _indexable(_worker_annotator, unread, complete=complete)


def _indexable(annotator: Annotator, unread: Sequence[_Unread], *, complete: bool) -> list[Indexable]:
    return [
        indexable
        for start in range(0, len(unread), AT_ONCE)
        for indexable in _read_at_once(annotator, unread[start : start + AT_ONCE], complete=complete)
    ]


def _read_at_once(annotator: Annotator, unread: Sequence[_Unread], *, complete: bool) -> Iterator[Indexable]:
    texts = [reading_text(post_text.title, post_text.text) for post_text, _ in unread]
    lacking = [(text, kept) for text, (_, kept) in zip(texts, unread, strict=True) if kept]
    embedded = iter(annotator.embed_again(lacking, complete=complete))
    read = iter(annotator.annotate([post_text for post_text, kept in unread if not kept]))
    for text, (_, kept) in zip(texts, unread, strict=True):
        # Packed where it is read: thirty times fewer objects travel to the process that writes.
        packed = next(embedded) if kept else pack(next(read))
        yield Indexable(packed, ()) if complete else _with_grams(text, packed)


def _kept(post: PendingPost) -> Indexable | None:
    if post.deleted or post.annotation is None:
        return None
    return _with_grams(reading_text(post.title, post.text), post.annotation)


def _with_grams(text: str, packed: PackedAnnotation) -> Indexable:
    return Indexable(packed, tuple([grams(text[start:end]) for start, end, *_ in headers(packed)]))
