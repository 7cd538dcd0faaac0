"""What reading a post yields, kept with the post so that a rebuild annotates nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
"""Shape (dimensions,), unit length."""

VectorByEncoder = Mapping[str, Vector]
"""A question's vector by the revision of the encoder that made it. An index takes the one of the encoder that
made its own vectors, and no other: those of two encoders have nothing to do with each other. While one
encoder takes over from another, a question has both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """About 1,000 characters of a post, cut at sentence ends; offsets are into its reading text.

    `forms` are the index terms in text order; `spans` gives their character offsets into the reading text,
    shape (len(forms), 2), uint32. At the end of the last passage come the terms of its labels, with empty
    spans: they are found, but neither shown nor part of the meaning. `vector` is absent where there
    is no encoder or it has nothing to say.
    """

    start: int
    end: int
    forms: tuple[str, ...]
    spans: npt.NDArray[np.uint32]
    vector: Vector | None = None

    @property
    def text_forms(self) -> tuple[str, ...]:
        """The index terms of the text alone."""
        return self.forms[: int(np.count_nonzero(self.spans[:, 0] < self.spans[:, 1]))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A weighted topic of a post: `key` is its folded form, `name` what people see, `weight` in (0, 1).

    `kind` says where it came from: source, hashtag, vocabulary, product, error_code, ticket, implied (nothing
    names it, but other words speak for it) or phrase. `models.language.topics` tells the topics among them.
    """

    key: str
    name: str
    kind: str
    weight: float


TagRow = tuple[str, str, str, float]
"""A `Tag` on its way in and out of the store: key, name, kind, weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationRevision:
    """Which analyser, company dictionary, tagger and encoder made an annotation."""

    analyzer: str
    dictionary: str
    tagger: str
    embedder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Everything that reading one post yields. `language` is ko, en, mixed or und."""

    passages: tuple[Passage, ...]
    tags: tuple[Tag, ...]
    topics: tuple[Tag, ...] = ()
    """What the post is filed under, once it has been published."""
    language: str
    revision: AnnotationRevision


def reading_text(title: str | None, text: str) -> str:
    """What is read, indexed and pointed into by every offset: the text, after a line of the title if any."""
    return f"{title}\n{text}" if title else text
