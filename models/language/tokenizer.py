"""spaCy's tokenizer by our analyser, and the `Reading` that its pipeline fills."""

from collections.abc import Iterable, Sequence

import numpy as np
from spacy.attrs import TAG  # type: ignore[import-not-found]  # compiled, without a stub
from spacy.tokens import Doc
from spacy.vocab import Vocab

from models.language.analyzer import Analyzer, Token
from models.language.patterns import Found, without_addresses

BLANK = "_SP"
"""The tag of white space that is more than one blank, as in spaCy's own tokenizers."""


class Reading:
    """One passage on its way through the pipeline: text, tokens, and what the components find in it.

    `plain` is the text with blanks for addresses and for what is already spoken for; offsets hold in both.
    `sequences` are the noun sequences, (start, end, tokens). It travels in `doc.user_data["reading"]`:
    spaCy's own extension attributes cost a microsecond at each use.
    """

    __slots__ = ("found", "plain", "sequences", "text", "tokens")

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.plain = without_addresses(text)
        self.found: list[Found] = []
        self.sequences: list[tuple[int, int, int]] = []

    def take(self, found: Iterable[Found]) -> None:
        """Keep what was found, and blank it out."""
        for find in found:
            self.plain = f"{self.plain[: find.start]}{' ' * (find.end - find.start)}{self.plain[find.end :]}"
            self.found.append(find)


class AnalyzerTokenizer:
    """Words are morphemes as they stand in the text; `tag_` is the Sejong tag.

    White space beyond one blank becomes a token, so that `doc.text` is the text and `token.idx` the offset
    into it. (spaCy cannot hold lone surrogates: each is a "?".)
    """

    def __init__(self, analyzer: Analyzer, vocab: Vocab) -> None:
        self._analyzer = analyzer
        self._vocab = vocab
        self._tags: dict[str, int] = {}

    def __call__(self, text: str) -> Doc:
        """Analyse a text."""
        return self.doc(text, self._analyzer.analyze(text))

    def doc(self, text: str, tokens: Sequence[Token]) -> Doc:
        """The document of a text that has been analysed already."""
        text = text.encode("utf-8", "replace").decode("utf-8")
        words: list[str] = []
        spaces: list[bool] = []
        tags: list[str] = []
        end = 0
        for start, stop, tag, _ in tokens:
            if start != end:
                _add_gap(text[end:start], words, spaces, tags)
            end = stop
            words.append(text[start:stop])
            spaces.append(False)
            tags.append(tag)
        if end != len(text):
            _add_gap(text[end:], words, spaces, tags)
        doc = Doc(self._vocab, words=words, spaces=spaces)
        known = self._tags
        if tags:
            ids = np.array([known.get(tag) or self._learn(tag) for tag in tags], np.uint64)
            doc.from_array([TAG], ids)  # type: ignore[arg-type]  # one attribute, one dimension
        doc.user_data["reading"] = Reading(text, tokens)
        return doc

    def _learn(self, tag: str) -> int:
        # For good: what is added in a memory zone is otherwise gone after it.
        self._tags[tag] = self._vocab.strings.add(tag, allow_transient=False)  # type: ignore[call-arg]
        return self._tags[tag]


def reading_of(doc: Doc) -> Reading:
    """The reading that travels with a document of ours."""
    reading: Reading = doc.user_data["reading"]
    return reading


def _add_gap(gap: str, words: list[str], spaces: list[bool], tags: list[str]) -> None:
    if gap[0] == " " and words:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
        tags.append(BLANK)
