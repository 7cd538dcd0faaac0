"""The `Engine` protocol: what an index takes in, and what may be asked of it under a scope."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from indexer.words import Clause as Clause
from indexer.words import TextField as TextField
from indexer.words import Word as Word
from models.language.annotation import Vector, VectorByEncoder
from models.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageEntry:
    """The part of an entry that is scored on its own: ready-made terms and bigrams, space-separated."""

    terms: str
    grams: str
    vector: Vector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A post as the index holds it; all of it is replaced by a later `revision` of the same post."""

    post: str
    revision: int
    audience: tuple[str, ...]
    containers: tuple[str, ...]
    thread: str
    channel: str
    network: str
    kind: str
    language: str
    created: datetime
    company: str | None = None
    unit: str | None = None
    topics: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    passages: tuple[PassageEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A post to take out, as of `revision`."""

    post: str
    revision: int


FACETS = ("company", "unit", "channel", "network", "kind", "language", "topic")
"""The fields that can be counted by value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Narrow a question to posts with one of the values given in each field, created in [since, until)."""

    companies: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None


FILTER_FIELDS = {
    "companies": "company",
    "units": "unit",
    "channels": "channel",
    "networks": "network",
    "kinds": "kind",
    "languages": "language",
    "topics": "topic",
}
"""The index field that each set of `Filters` narrows."""


class Frequencies(NamedTuple):
    """How many `documents` (posts or passages) everyone may read, and how many `of` these hold each term."""

    documents: int = 0
    of: Mapping[tuple[TextField, str], int] = MappingProxyType({})


NO_FREQUENCIES = Frequencies()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as an engine takes it. Without words nothing matches; nothing is near without a vector of
    the encoder that the index was built with. By `frequencies` the words are weighed; alike without any.

    `match` and `near` say how many hits of each kind are wanted (0: none). Counted are the posts that say
    every one of the words `required`, each by any of its clauses: `count` whether to, `facets` by which
    fields. With `browse` every post that the filters leave matches and counts, whatever the words: the newest
    first (ties by post id), all with score 0.
    """

    words: tuple[Word, ...] = ()
    required: tuple[Word, ...] = ()
    frequencies: Frequencies = NO_FREQUENCIES
    vector: VectorByEncoder = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    match: int = 0
    near: int = 0
    facets: tuple[str, ...] = ()
    count: bool = False
    browse: bool = False

    def vector_by(self, embedder: str | None) -> Vector | None:
        """The vector that the encoder of this revision made of it."""
        return self.vector.get(embedder) if embedder else None


class Hit(NamedTuple):
    """A passage that answers: its post, its number in the post, and a score: of what is near the product of
    the vectors, else one that is comparable within one answer only.
    """

    post: str
    passage: int
    score: float


class Bucket(NamedTuple):
    """A facet value and the number of counted posts that carry it."""

    value: str
    posts: int


class Counts(NamedTuple):
    """How many posts were counted (None where nobody asked), and by facet its values: at most 50, those of
    most posts first, ties broken by value.
    """

    posts: int | None = None
    facets: Mapping[str, tuple[Bucket, ...]] = MappingProxyType({})


def nothing_counted() -> Counts:
    """The counts of a question that wants none."""
    return Counts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine found. `match` and `near` hold at most one hit a post (its best passage), best first,
    ties broken by post id; counts and facets are of posts that say all that is required, and of the same
    generation. Counting may still go on: `counted` waits for it, and may raise what `Engine.ask_all` does.
    """

    match: tuple[Hit, ...] = ()
    near: tuple[Hit, ...] = ()
    counted: Callable[[], Counts] = nothing_counted

    @property
    def count(self) -> int | None:
        """How many posts say all that is required."""
        return self.counted().posts

    @property
    def facets(self) -> Mapping[str, tuple[Bucket, ...]]:
        """How many of them carry each value."""
        return self.counted().facets


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an index was built with, or is asked and written with; another `analyzer` raises `StaleIndex`.

    `embedder` is the encoder's revision and `dimensions` the length of its vectors, both None where there is
    no vector lane.
    """

    analyzer: str
    embedder: str | None = None
    dimensions: int | None = None

    def shares_vectors(self, other: "Fingerprint") -> bool:
        """Whether the vectors of both are of one encoder: those of two have nothing to do with each other."""
        return (self.embedder, self.dimensions) == (other.embedder, other.dimensions)


class Engine(Protocol):
    """An index of posts. It may be thrown away at any time: the store is the truth.

    Writes become visible at `commit`. A write whose revision is not above the post's present one is ignored,
    also after a drop. Every read takes a scope and tells only what that scope may see. Implementations raise
    `EngineUnavailable` when the index cannot be reached, `IndexLost` when it is missing or damaged, until it
    is rebuilt, and `StaleIndex` when another analyser built it.

    A write that raises, unless `PostsRefused`, may take those since the last commit with it: do all again.
    """

    name: str

    @property
    def identity(self) -> str:
        """Names this very index; another one (wiped, moved, rebuilt elsewhere) has another identity.

        Asked by who publishes, it looks whether the index is whole.
        """
        ...

    @property
    def generation(self) -> str:
        """Changes with every visible write."""
        ...

    @property
    def embedder(self) -> str | None:
        """The revision of the encoder that made the vectors of this index; None where there are none."""
        ...

    @property
    def vectors_current(self) -> bool:
        """False from a change of the encoder to the next rebuild: no vector is kept of what is put."""
        ...

    def put(self, entries: Iterable[Entry]) -> None:
        """Index posts, replacing earlier revisions.

        Raises `PostsRefused`, after all others are in, if it cannot take some; their earlier revisions stay.
        """
        ...

    def drop(self, removals: Iterable[Removal]) -> None:
        """Take posts out with all their passages."""
        ...

    def commit(self) -> None:
        """Make all writes so far visible and durable."""
        ...

    def ask_all(self, questions: Sequence[Question], scope: Scope) -> list[Answer]:
        """Everything that each question wants, from one generation and in one round trip."""
        ...

    def frequencies(self, terms: Collection[tuple[TextField, str]]) -> Frequencies:
        """How common these terms are, as of about the last commit: for weighing, never for showing."""
        ...

    def suggest(self, prefix: str, scope: Scope, limit: int) -> tuple[Bucket, ...]:
        """Suggestions of visible posts that begin with `prefix` (folded), by number of visible posts."""
        ...

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Every indexed post and its revision, in any order: what `dure verify` compares with the store."""
        ...

    def begin_rebuild(self, fingerprint: Fingerprint | None = None) -> "Rebuild":
        """Start a new index aside; reads and writes of this one go on.

        With another `fingerprint` it is built for that, which is this engine's once the new index is in.
        """
        ...

    def close(self) -> None:
        """Release files, locks and connections; writes since the last commit are lost."""
        ...


class Rebuild(Protocol):
    """An index being built aside. Nothing of it is visible until `finish`."""

    def put(self, entries: Iterable[Entry]) -> None:
        """As `Engine.put`, into the new index."""
        ...

    def drop(self, removals: Iterable[Removal]) -> None:
        """As `Engine.drop`, from the new index."""
        ...

    def finish(self) -> None:
        """Swap the new index in, atomically, and remove the old one."""
        ...

    def abandon(self) -> None:
        """Remove what was built."""
        ...
