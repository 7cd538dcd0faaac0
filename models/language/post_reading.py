"""A post while it is read: its passages, each analysed by itself."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.language.analyzer import Analyzer, Token
from models.language.labels import label_forms
from models.language.passages import passages
from models.language.tagging_rules import TAGGED_PASSAGES
from models.language.terms import terms


class PostReading:
    """A post being read: what becomes of it, without its tokens, of which a long post has very many."""

    __slots__ = ("passages", "text", "texts")

    def __init__(self, text: str) -> None:
        self.text = text
        self.texts: list[str] = []
        self.passages: list[tuple[int, int, tuple[str, ...], npt.NDArray[np.uint32]]] = []

    def read(self, analyzer: Analyzer) -> list[tuple[str, list[Token]]]:
        """Keep text, forms and spans of each passage; give text and tokens of those that are tagged.

        Each is analysed by itself, with offsets into it: no term straddles two passages.
        """
        pieces: list[tuple[str, list[Token]]] = []
        for start, end in passages(self.text):
            piece = self.text[start:end]
            tokens = analyzer.analyze(piece)
            found = terms(tokens)
            offsets: list[int] = []
            for term in found:
                offsets += term[1:3]
            spans = np.array(offsets, dtype=np.uint32).reshape(-1, 2)
            self.passages.append((start, end, tuple([term.form for term in found]), spans + np.uint32(start)))
            self.texts.append(piece)
            if len(pieces) < TAGGED_PASSAGES:
                pieces.append((piece, tokens))
        return pieces

    def label(self, analyzer: Analyzer, labels: Sequence[str]) -> None:
        """Let the last passage be found by what stands beside the text, which no place in the text says."""
        start, end, forms, spans = self.passages[-1]
        more = label_forms(analyzer, labels, forms)
        nowhere = np.full((len(more), 2), end, dtype=np.uint32)
        self.passages[-1] = (start, end, forms + more, np.concatenate([spans, nowhere]))
