"""The tagger: what the pipeline's components find in a post, weighed and merged into a few topics."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from threading import Lock

from spacy.attrs import LOWER  # type: ignore[import-not-found]  # compiled, without a stub
from spacy.language import Language
from spacy.vocab import Vocab

from models.language.analyzer import Analyzer, Token
from models.language.annotation import Tag
from models.language.components import PIPELINE, SIGNS, VocabularyMatcher, find_key_phrases
from models.language.cues import CueReader
from models.language.normalization import fold
from models.language.patterns import Found
from models.language.phrases import key_phrases
from models.language.relevance import IMPLIED, MARKED, Mentions, Relevance, probability
from models.language.tagging_rules import TAGGED_PASSAGES
from models.language.tokenizer import AnalyzerTokenizer, Reading, reading_of
from models.language.vocabulary import Vocabulary, key_of

MOST_TAGS = 12
"""Tags of one post: topics, what may become one in its place, and phrases."""
MOST_PHRASES = 5
ANOTHER_PHRASE = 200
"""Characters for each phrase beyond two: a comment is not about five things."""
KNOWN_WORDS = 100_000
"""Words that spaCy keeps, about 47 MB; those met after them are forgotten with each batch (a memory zone)."""
LONGEST_NAME = 60
"""Characters of a phrase: what is longer is no name of anything."""
KEPT = 0.1
"""The least weight at which a subject is kept: with its question, a reply may still be about it."""
PHRASE = 0.3
"""The most that a phrase weighs: it is something to find a post by, and no topic."""

_SHAPED = frozenset(("ticket", "error_code"))
"""Kinds found by their shape: a name of such a shape may be one of the vocabulary's (`YV-30`)."""

Passages = Sequence[tuple[str, Sequence[Token]]]
"""The passages of one post in order: each its text, and its tokens with offsets into that text."""


class Tagger:
    """Weighted topics of posts. `nlp` is the spaCy pipeline, open to `remove_pipe` and `add_pipe`."""

    def __init__(self, analyzer: Analyzer, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cues = CueReader(analyzer, vocabulary)
        self._relevance = Relevance(vocabulary)
        self._lock = Lock()
        # Of all that spaCy can work out for each new word, only the folded form is used.
        self.nlp = Language(
            Vocab(lex_attr_getters={LOWER: fold}),
        )
        self._tokenizer = self.nlp.tokenizer = AnalyzerTokenizer(analyzer, self.nlp.vocab)
        for name in PIPELINE:
            self.nlp.add_pipe(f"dure_{name}", name=name)
        matcher = self.nlp.get_pipe("vocabulary")
        assert isinstance(matcher, VocabularyMatcher)
        matcher.learn(vocabulary)
        self._matcher = matcher

    @property
    def vocabulary(self) -> Vocabulary:
        """The topics and products that are known by name."""
        return self._vocabulary

    def tag(self, posts: Iterable[tuple[Passages, Sequence[str], int]]) -> list[tuple[Tag, ...]]:
        """The tags of posts: at most `MOST_TAGS`, the source's own first, then the best.

        Posts are given as passages, source tags, and length of the title with which the first passage begins.
        """
        phrases = self.nlp.has_pipe("key_phrases")
        # Zones cannot be nested.
        with self._lock, self.nlp.memory_zone() if len(self.nlp.vocab) > KNOWN_WORDS else nullcontext():
            return [self._tags_of(*post, phrases) for post in posts]

    def _tags_of(
        self, passages: Passages, source_tags: Sequence[str], title: int, phrases: bool
    ) -> tuple[Tag, ...]:
        read = (self._read(text, tokens, phrases) for text, tokens in passages[:TAGGED_PASSAGES] if tokens)
        readings = list(read)
        mentions: dict[str, Mentions] = {}
        for name in source_tags:
            self._mark(mentions, "source", name.encode("utf-8", "replace").decode("utf-8").strip())
        before = 0
        for reading in readings:
            for found in reading.found:
                if found.kind == "hashtag":
                    self._mark(mentions, "hashtag", found.name)
                else:
                    self._name(mentions, found, before + found.start - title)
            before += len(reading.text)
        tags = self._subjects(mentions, passages, before - title)
        texts = [(reading.text, reading.sequences) for reading in readings]
        for phrase in key_phrases(texts, min(MOST_PHRASES, 2 + before // ANOTHER_PHRASE)):
            # What has a tag already gains nothing by being a phrase as well.
            if len(phrase.name) <= LONGEST_NAME and phrase.key not in mentions:
                tags.append(_tag(phrase.key, phrase.name, "phrase", PHRASE * phrase.strength))
        tags.sort(key=lambda tag: (tag.kind != "source", -tag.weight, tag.key))
        return tuple(tags[:MOST_TAGS])

    def _subjects(self, mentions: dict[str, Mentions], passages: Passages, length: int) -> list[Tag]:
        """What the post names and what its cues imply, as far as it is likely enough."""
        forms = {term.form for _, tokens in passages for token in tokens for term in token.terms}
        tags = []
        for key, logit in self._relevance.weigh(mentions, self._cues.read(forms), length).items():
            told = mentions.get(key)
            weight = probability(logit)
            if told and (told.source or told.hashtag):
                weight = max(weight, MARKED)
            if weight >= KEPT:
                subject = self._vocabulary.by_key(key)
                name = subject.name if subject else told.name if told else key
                tags.append(_tag(key, name, told.kind if told else IMPLIED, weight))
        return tags

    def _read(self, text: str, tokens: Sequence[Token], phrases: bool) -> Reading:
        if SIGNS.search(text) or self._matcher.may_match(text):
            return reading_of(self.nlp(self._tokenizer.doc(text, tokens)))
        # As in most comments. A document, and a walk through all components, would cost three times the rest.
        reading = Reading(text.encode("utf-8", "replace").decode("utf-8"), tokens)
        if phrases:
            find_key_phrases(reading)
        return reading

    def _mark(self, mentions: dict[str, Mentions], kind: str, name: str) -> None:
        """What people wrote as a tag is the vocabulary's subject of that name, if it has one."""
        subject = self._vocabulary.find(name)
        key = subject.key if subject else key_of(name)
        if not key:
            return
        told = mentions.setdefault(key, Mentions(kind, subject.name if subject else name, subject))
        told.source |= kind == "source"
        told.hashtag |= kind == "hashtag"

    def _name(self, mentions: dict[str, Mentions], found: Found, place: int) -> None:
        """One mention more, at `place` of the text; in the title, where that is negative."""
        key, name, kind = found.key, found.name, found.kind
        if kind in _SHAPED and (subject := self._vocabulary.find(name)):
            key, name, kind = subject.key, subject.name, subject.kind
        told = mentions.get(key)
        if told is None:
            told = mentions[key] = Mentions(kind, name, self._vocabulary.by_key(key))
            told.code = kind in ("ticket", "error_code")
        if place < 0:
            told.title += 1
        elif told.text:
            told.text += 1
        else:
            told.text, told.first = 1, place


def _tag(key: str, name: str, kind: str, weight: float) -> Tag:
    return Tag(key=key, name=name, kind=kind, weight=round(weight, 3))
