"""Vectors of questions, made beside what else is done with a question."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from models.language.annotation import Vector, VectorByEncoder
from models.language.embedder import Embedder
from models.language.paired_encoder import PairedEncoder


class QuestionVectors:
    """Makes vectors of questions: those of a quick encoder at once, others in a thread beside the reader's.

    An encoder of sentences takes longer than all other reading of a question, mostly in products of matrices,
    which let go of the interpreter: meanwhile the index looks for the words.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(thread_name_prefix="question-vectors")

    def of(
        self, text: str, forms: Sequence[str] | None, embedders: Sequence[Embedder | None]
    ) -> VectorByEncoder:
        """The vector of a question by each of the encoders; one to which it says nothing has none."""
        asked = [embedder for embedder in embedders if embedder]
        if any(isinstance(embedder, PairedEncoder) for embedder in asked):
            return _Awaited(self._threads.submit(_vectors, text, forms, asked))
        return _vectors(text, forms, asked)


class _Awaited(Mapping[str, Vector]):
    """What a thread is making; whoever looks at it first waits, and is told of errors."""

    def __init__(self, vectors: Future[dict[str, Vector]]) -> None:
        self._vectors = vectors

    def __getitem__(self, revision: str) -> Vector:
        return self._vectors.result()[revision]

    def __iter__(self) -> Iterator[str]:
        return iter(self._vectors.result())

    def __len__(self) -> int:
        return len(self._vectors.result())


def _vectors(text: str, forms: Sequence[str] | None, embedders: Sequence[Embedder]) -> dict[str, Vector]:
    rows = (
        (embedder.revision, embedder.embed([text], None if forms is None else [forms])[0])
        for embedder in embedders
    )
    return {revision: row for revision, row in rows if row.any()}
