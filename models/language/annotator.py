"""The annotator: reads posts and questions in one and the same way."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import BadEncoder
from models.language.analyzer import Analyzer
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.annotation import (
    Annotation,
    AnnotationRevision,
    Passage,
    Vector,
    VectorByEncoder,
    reading_text,
)
from models.language.dictionary import Dictionary
from models.language.embedder import Embedder, WordVectors
from models.language.packing import PackedAnnotation, headers, unpack, with_vectors
from models.language.paired_encoder import PairedEncoder, prompt_part
from models.language.post_reading import PostReading
from models.language.script import language_of
from models.language.tagging_rules import tagger_revision
from models.language.translations import Translations, read_translations
from models.language.vector_lane import VectorLane, vector_lane_by, word_vectors_beside
from models.language.vocabulary import Subject, Vocabulary

if TYPE_CHECKING:
    from models.language.tagging import Tagger


@dataclass(frozen=True, slots=True, kw_only=True)
class PostText:
    """A post as far as reading it goes."""

    title: str | None
    text: str
    source_tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Annotator:
    """Analyser, tagger and, where there is one worth having, an embedder. Serves posts and questions."""

    def __init__(
        self,
        *,
        analyzer: Analyzer,
        vocabulary: Vocabulary,
        tagging: "Callable[[], Tagger]",
        lane: VectorLane,
        word_vectors: WordVectors | None,
        cache: Path | None = None,
    ) -> None:
        self.analyzer = analyzer
        self.word_vectors = word_vectors
        """What single words mean; None without a vector lane."""
        self._lane = lane
        self._vocabulary = vocabulary
        self._tagging = tagging
        self._cache = cache
        self._embedder, self._prompt = lane.embedder, prompt_part(lane.embedder)
        self._asking: tuple[Embedder | None, ...] = (lane.embedder,)
        self._analyzer_revision = analyzer.revision

    @property
    def vector_lane(self) -> str:
        """One sentence for people: why there is, or is no, vector lane."""
        return self._lane.told

    @property
    def encoder_fault(self) -> BadEncoder | None:
        """What is wrong with a part of its encoder, without which it goes on."""
        return self._lane.fault

    @property
    def revision(self) -> AnnotationRevision:
        """What annotations are made with now; the dictionary may be swapped while running.

        Of an encoder of two parts it names the one whose vectors are there at once.
        """
        return AnnotationRevision(
            analyzer=self._analyzer_revision,
            dictionary=self.analyzer.dictionary_revision,
            tagger=tagger_revision(self._vocabulary),
            embedder=self._prompt.revision if self._prompt else None,
        )

    @property
    def embedder(self) -> str | None:
        """The revision of the encoder of questions, and of vectors that lack nothing."""
        return self._embedder.revision if self._embedder else None

    @property
    def filled_dimensions(self) -> int | None:
        """The length of a vector whose second part is to come; None where vectors have no two parts."""
        return self._embedder.dimensions if isinstance(self._embedder, PairedEncoder) else None

    @property
    def partial_embedder(self) -> str | None:
        """The revision of vectors that lack the part that `embed_again` gives them; None where none do."""
        whole = self.filled_dimensions is None or self.encoder_fault
        return None if whole or self._prompt is None else self._prompt.revision

    @property
    def translations(self) -> Translations:
        """What a question's words are in the other language; none without a vector lane, which ranks them.

        Read when first asked for: the processes that only read posts never do.
        """
        return read_translations() if self.word_vectors else {}

    @property
    def dimensions(self) -> int | None:
        """The length of a vector; None without a vector lane."""
        return self._embedder.dimensions if self._embedder else None

    def annotate(self, post_texts: Sequence[PostText]) -> list[Annotation]:
        """Read posts, each once; the tags of a long one come from its first passages."""
        # Taken before reading: a dictionary that is swapped meanwhile has these posts read again.
        revision = self.revision
        readings = [PostReading(reading_text(post_text.title, post_text.text)) for post_text in post_texts]
        # All are analysed, then all are tagged: turn by turn, each pushes the other out of the cache.
        tags = self._tagging().tag(
            [
                (reading.read(self.analyzer), post_text.source_tags, len(post_text.title or ""))
                for post_text, reading in zip(post_texts, readings, strict=True)
            ]
        )
        vectors = iter(
            _vectors(
                self._prompt,
                [text for reading in readings for text in reading.texts],
                [forms for reading in readings for _, _, forms, _ in reading.passages],
            )
        )
        for reading, post_text in zip(readings, post_texts, strict=True):
            reading.label(self.analyzer, post_text.labels)
        return [
            Annotation(
                passages=tuple(
                    Passage(start=start, end=end, forms=forms, spans=spans, vector=next(vectors))
                    for start, end, forms, spans in reading.passages
                ),
                tags=tags_of_post,
                language=language_of(reading.text),
                revision=revision,
            )
            for reading, tags_of_post in zip(readings, tags, strict=True)
        ]

    def subject(self, name: str) -> Subject | None:
        """The topic or product that goes by a name, if the vocabulary has it."""
        return self._vocabulary.find(name)

    def take_out(self, component: str) -> None:
        """Tag without one of `models.language.components.PIPELINE`: for measuring what it is worth."""
        self._tagging().nlp.remove_pipe(component)

    def vector(self, text: str, forms: Sequence[str] | None = None) -> VectorByEncoder:
        """The vector of a question by each encoder in use, of which there are two while one takes over.

        `forms` are its index terms, where they are at hand. Empty without a vector lane, or if the question
        says nothing to an encoder.
        """
        rows = (
            (embedder.revision, embedder.embed([text], None if forms is None else [forms])[0])
            for embedder in self._asking
            if embedder
        )
        return {revision: row for revision, row in rows if row.any()}

    def embed_again(
        self, posts: Sequence[tuple[str, PackedAnnotation]], *, complete: bool = False
    ) -> list[PackedAnnotation]:
        """The annotations of reading texts, with the vectors of this encoder: nothing is analysed again.

        Of an encoder of two parts they have both if they are to be `complete`, or else the prompt one.
        """
        embedder = self._embedder if complete else self._prompt
        vectors = iter(
            _vectors(
                embedder,
                [text[start:end] for text, kept in posts for start, end, *_ in headers(kept)],
                [passage.text_forms for _, kept in posts for passage in unpack(kept).passages],
            )
        )
        revision = embedder.revision if embedder else None
        return [
            with_vectors(kept, revision, [next(vectors) for _ in range(kept.passages)]) for _, kept in posts
        ]

    def with_encoder(self, encoder: Path | None, *, paired: bool = False) -> "Annotator":
        """One that reads alike, but with the encoder in another directory; raises `BadEncoder`."""
        return _read_by(encoder, paired, self.analyzer, self._vocabulary, self._tagging, self._cache)

    @contextmanager
    def awaiting(self, successor: "Annotator") -> Iterator[None]:
        """Questions are read by the encoder of `successor` too, meanwhile; posts are not."""
        if successor._embedder is not self._embedder:
            self._asking = (self._embedder, successor._embedder)
        try:
            yield
        finally:
            self._asking = (self._embedder,)

    def take_over(self, successor: "Annotator") -> None:
        """Read by the encoder of `successor` from now on, posts and questions."""
        self._embedder, self._prompt = successor._embedder, successor._prompt
        self._lane = successor._lane
        self.word_vectors = successor.word_vectors
        self._asking = (self._embedder,)


def _vectors(
    embedder: Embedder | None, texts: Sequence[str], forms: Sequence[Sequence[str]]
) -> list[Vector | None]:
    if embedder is None or not texts:
        return [None] * len(texts)
    # A copy of its own for each, or one kept vector would keep the whole batch in memory.
    return [row.copy() if row.any() else None for row in embedder.embed(texts, forms)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorSpec:
    """What an annotator is built from, also in worker processes."""

    analyzer: AnalyzerName = AnalyzerName.MECAB
    dictionary: Path | None = None
    vocabulary: Path | None = None
    encoder: Path | None = None
    paired: bool = False
    """Whether the pretrained encoder of whole sentences stands beside that."""
    cache: Path | None = None
    """The folder for what is found out once: compiled dictionaries, what an encoder is worth."""
    names: tuple[str, ...] = ()

    def build(self) -> Annotator:
        """The annotator; raises `BadInput`, `BadSetting` or `BadEncoder` for a file that cannot be used."""
        dictionary = Dictionary.load(self.dictionary) if self.dictionary else None
        analyzer = load_analyzer(self.analyzer, dictionary, self.cache, self.names)
        return build_annotator(
            analyzer=analyzer,
            vocabulary=self.vocabulary,
            encoder=self.encoder,
            paired=self.paired,
            cache=self.cache,
        )


def build_annotator(
    *,
    analyzer: Analyzer,
    vocabulary: Path | None = None,
    encoder: Path | None = None,
    paired: bool = False,
    cache: Path | None = None,
) -> Annotator:
    """An annotator from the company's vocabulary file and encoder directory, if any.

    An encoder that does not beat words on paraphrases is left out, and `vector_lane` says so. Raises
    `BadSetting` and `BadEncoder`.
    """
    known = Vocabulary.load(vocabulary)

    @functools.cache
    def tagging() -> "Tagger":
        # Loaded when the first post is read: questions are not tagged, and spaCy is much to wait for.
        from models.language.tagging import Tagger

        return Tagger(analyzer, known)

    return _read_by(encoder, paired, analyzer, known, tagging, cache)


def _read_by(
    encoder: Path | None,
    paired: bool,
    analyzer: Analyzer,
    vocabulary: Vocabulary,
    tagging: "Callable[[], Tagger]",
    cache: Path | None,
) -> Annotator:
    lane = vector_lane_by(encoder, analyzer, cache, paired=paired)
    return Annotator(
        analyzer=analyzer,
        vocabulary=vocabulary,
        tagging=tagging,
        lane=lane,
        word_vectors=word_vectors_beside(lane.embedder, analyzer),
        cache=cache,
    )
