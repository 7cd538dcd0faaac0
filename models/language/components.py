"""The components of the tagging pipeline: each finds one kind of thing, and can be taken out by its name."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import add

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from models.language import patterns
from models.language.analyzer import Token
from models.language.patterns import Found
from models.language.phrases import noun_sequences
from models.language.tokenizer import Reading, reading_of
from models.language.vocabulary import Subject, Vocabulary, cuts, joined

PIPELINE = (
    "hashtags",
    "vocabulary",
    "error_codes",
    "tickets",
    "key_phrases",
)
"""Names of the components, in order: what is found early is blank to those after it, so that no code becomes
a phrase. Only the vocabulary leaves its words in place: they may be part of a phrase."""

SIGNS = re.compile(
    r"[A-Za-z][-_. /:]{0,2}\d|\d\.\d|[@#]|://|www\.|error|exception|err_|에러|오류", re.IGNORECASE
)
"""Without any of these in a text, only the vocabulary and the key phrases have anything to find."""

_Finder = Callable[[str, Sequence[Token]], Iterator[Found]]
_FINDERS: dict[str, _Finder] = {
    "hashtags": patterns.hashtags,
    "error_codes": patterns.error_codes,
    "tickets": patterns.tickets,
}


_INFLECTED = frozenset("VJEX")
"""First letters of the tags of verbs, particles and endings: "모아 두세요" names no system 모아."""


class VocabularyMatcher:
    """Finds the vocabulary's subjects by spaCy's `PhraseMatcher` over folded morphemes."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._subjects: dict[int, Subject] = {}
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._names: dict[str, list[str]] = {}

    def learn(self, vocabulary: Vocabulary) -> None:
        """Take these subjects in place of all former ones."""
        matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        subjects: dict[int, Subject] = {}
        names: dict[str, list[str]] = defaultdict(list)
        for subject in vocabulary.subjects:
            subjects[self._nlp.vocab.strings.add(subject.key)] = subject
            ways = {way for name in subject.names for way in cuts(name)}
            for name in map(joined, subject.names):
                names[name[:2]].append(name)
            matcher.add(subject.key, [Doc(self._nlp.vocab, words=list(way)) for way in sorted(ways)])
        self._matcher, self._subjects = matcher, subjects
        self._names = dict(names)

    def may_match(self, text: str) -> bool:
        """Whether the letters of any name stand in a text, however it is cut into words: False is certain."""
        letters = joined(text)
        pairs = self._names.keys() & set(map(add, letters, letters[1:]))
        return any(name in letters for pair in pairs for name in self._names[pair])

    def __call__(self, doc: Doc) -> Doc:
        """Add what is found; of overlapping names the first and longest."""
        matches = self._matcher(doc) if len(doc) else ()
        if matches:
            reading = reading_of(doc)
            past = 0
            for rule, first, last in sorted(matches, key=lambda match: (match[1], -match[2])):
                start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
                name = reading.text[start:end]
                # "IT" and "AS" are abbreviations in capitals only.
                everyday = name.lower() in STOP_WORDS and not name.isupper()
                if (
                    first >= past
                    and reading.plain[start:end] == name
                    and not (everyday or _is_chance(name) or doc[first].tag_[0] in _INFLECTED)
                ):
                    subject = self._subjects[rule]
                    reading.found.append(Found(subject.kind, subject.name, subject.key, start, end))
                    past = last
        return doc


def _is_chance(name: str) -> bool:
    """Whether blanks part a Korean name at a syllable: "문구도 커지나요" says nothing of 도커."""
    return " " in name and any(len(piece) == 1 and piece >= "가" for piece in name.split())


def _make_component(find: _Finder) -> Callable[[Doc], Doc]:
    def component(doc: Doc) -> Doc:
        reading = reading_of(doc)
        reading.take(find(reading.plain, reading.tokens))
        return doc

    return component


def find_key_phrases(reading: Reading) -> None:
    """Give a reading its noun sequences, less those that are a piece of something that has a tag."""
    reading.sequences = noun_sequences(reading.plain, reading.tokens)
    for _, _, _, start, end in reading.found:
        reading.sequences = [it for it in reading.sequences if not (start <= it[0] and it[1] <= end)]


def _key_phrases(doc: Doc) -> Doc:
    find_key_phrases(reading_of(doc))
    return doc


def _vocabulary(nlp: Language, name: str) -> VocabularyMatcher:
    return VocabularyMatcher(nlp)


# spaCy's registry is shared by all of a process, hence the prefix.
Language.factory("dure_vocabulary", func=_vocabulary)
Language.component("dure_key_phrases", func=_key_phrases)
for _name, _find in _FINDERS.items():
    Language.component(f"dure_{_name}", func=_make_component(_find))
