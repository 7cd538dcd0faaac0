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
from models.language.normalization import fold
from models.language.phrases import key_phrases
from models.language.tokenizer import AnalyzerTokenizer, Reading, reading_of
from models.language.vocabulary import Vocabulary, key_of

RULES = "1"
"""Changes with any rule, list or weight of tagging that is not in the vocabulary."""
MOST_TAGS = 8
"""Tags of one post: what fits on a card. More would be words, and words are searched anyway."""
MOST_PHRASES = 5
ANOTHER_PHRASE = 200
"""Characters for each phrase beyond two: a comment is not about five things."""
KNOWN_WORDS = 100_000
"""Words that spaCy keeps, about 47 MB; those met after them are forgotten with each batch (a memory zone)."""
LONGEST_NAME = 60
"""Characters of a phrase: what is longer is no name of anything."""
TAGGED_PASSAGES = 3
"""Passages of a long post that are tagged: what it is about stands at its start, and cost is bounded."""

WEIGHTS = {
    "source": 1.0,
    "hashtag": 0.9,
    "vocabulary": 0.7,
    "product": 0.7,
    "error_code": 0.65,
    "ticket": 0.6,
    "version": 0.5,
    "phrase": 0.5,
    "link": 0.15,
    "mention": 0.1,
}
"""How sure one occurrence makes a tag: what people mark on purpose first; a phrase by its strength, too.
A person or a host is something to filter by, not a topic: links and mentions only fill places left over."""
SUREST = 0.98
"""The most that text can say, however often: only the source's own tags have weight 1."""

Passages = Sequence[tuple[str, Sequence[Token]]]
"""The passages of one post in order: each its text, and its tokens with offsets into that text."""


class Tagger:
    """Weighted topics of posts. `nlp` is the spaCy pipeline, open to `remove_pipe` and `add_pipe`."""

    def __init__(self, analyzer: Analyzer, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
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

    @property
    def revision(self) -> str:
        """Changes whenever the same tokens may give other tags."""
        return f"{RULES}-{self._vocabulary.digest}"

    def tag(self, posts: Iterable[tuple[Passages, Sequence[str]]]) -> list[tuple[Tag, ...]]:
        """The tags of posts given as their passages and source tags: at most `MOST_TAGS`, best first."""
        phrases = self.nlp.has_pipe("key_phrases")
        # Zones cannot be nested.
        with self._lock, self.nlp.memory_zone() if len(self.nlp.vocab) > KNOWN_WORDS else nullcontext():
            return [self._tags_of(passages, source_tags, phrases) for passages, source_tags in posts]

    def _tags_of(self, passages: Passages, source_tags: Sequence[str], phrases: bool) -> tuple[Tag, ...]:
        read = (self._read(text, tokens, phrases) for text, tokens in passages[:TAGGED_PASSAGES] if tokens)
        readings = list(read)
        evidence = _Evidence()
        for name in source_tags:
            self._add_named(evidence, "source", name.encode("utf-8", "replace").decode("utf-8").strip())
        for reading in readings:
            for found in reading.found:
                if found.kind == "hashtag":
                    self._add_named(evidence, "hashtag", found.name)
                else:
                    evidence.add(found.kind, found.name, found.key, WEIGHTS[found.kind])
        texts = [(reading.text, reading.sequences) for reading in readings]
        length = sum(len(reading.text) for reading in readings)
        for phrase in key_phrases(texts, min(MOST_PHRASES, 2 + length // ANOTHER_PHRASE)):
            # What has a tag already gains nothing by being a phrase as well.
            if len(phrase.name) <= LONGEST_NAME and phrase.key not in evidence:
                evidence.add("phrase", phrase.name, phrase.key, WEIGHTS["phrase"] * phrase.strength)
        return evidence.tags()

    def _read(self, text: str, tokens: Sequence[Token], phrases: bool) -> Reading:
        if SIGNS.search(text) or self._matcher.may_match(text):
            return reading_of(self.nlp(self._tokenizer.doc(text, tokens)))
        # As in most comments. A document, and a walk through all components, would cost three times the rest.
        reading = Reading(text.encode("utf-8", "replace").decode("utf-8"), tokens)
        if phrases:
            find_key_phrases(reading)
        return reading

    def _add_named(self, evidence: "_Evidence", kind: str, name: str) -> None:
        """What people wrote as a tag is the vocabulary's subject of that name, if it has one."""
        subject = self._vocabulary.find(name)
        key = subject.key if subject else key_of(name)
        if key:
            evidence.add(kind, subject.name if subject else name, key, WEIGHTS[kind])


class _Evidence:
    """Evidence for tags, joined by noisy-or (Pearl 1988): weight = 1 - Π (1 - weight of an occurrence)."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[float, str, str]] = {}
        self._doubt: dict[str, float] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._best

    def add(self, kind: str, name: str, key: str, weight: float) -> None:
        """One more occurrence; kind and name are those of the strongest."""
        best = self._best.get(key)
        if best is None or weight > best[0]:
            self._best[key] = (weight, kind, name)
        self._doubt[key] = self._doubt.get(key, 1.0) * (1.0 - weight)

    def tags(self) -> tuple[Tag, ...]:
        """The best, the source's own first."""
        ranked = [
            (-1.0 if kind == "source" else -min(SUREST, 1.0 - self._doubt[key]), key, name, kind)
            for key, (_, kind, name) in self._best.items()
        ]
        ranked.sort()
        return tuple(
            [
                Tag(key=key, name=name, kind=kind, weight=round(-weight, 3))
                for weight, key, name, kind in ranked[:MOST_TAGS]
            ]
        )
