"""Cues: words that speak for a subject without naming it, as certificate and tunnel speak for a VPN."""

from collections import defaultdict
from collections.abc import Mapping, Set

from models.language.analyzer import Analyzer
from models.language.vocabulary import Vocabulary

WORTH = 0.8
"""What one cue adds to a subject that has it alone."""
SHARED = 0.7
"""A cue of n subjects is worth n^-`SHARED` of that to each: "승인" tells approval from orders badly."""
MOST = 1.5
"""More cues than make up this say nothing new."""
SHORTEST = 2
"""Characters of the form of a cue that is one word: one syllable means too much."""


class CueReader:
    """Finds cues among the index terms of a text, which are there already, and without inflection."""

    def __init__(self, analyzer: Analyzer, vocabulary: Vocabulary) -> None:
        subjects: dict[frozenset[str], set[str]] = defaultdict(set)
        names: dict[frozenset[str], set[str]] = defaultdict(set)
        for subject in vocabulary.subjects:
            for words, kind in ((subject.cues, subjects), (subject.names, names)):
                for forms in filter(None, (_forms(analyzer, word) for word in words)):
                    kind[forms].add(subject.key)
        self._single: dict[str, list[tuple[str, float]]] = {}
        self._several: dict[str, list[tuple[frozenset[str], list[tuple[str, float]]]]] = defaultdict(list)
        for forms, keys in subjects.items():
            # What names another subject speaks for that one, too.
            worth = WORTH / len(keys | names.get(forms, set())) ** SHARED
            worths = [(key, worth) for key in sorted(keys)]
            if len(forms) == 1:
                self._single[next(iter(forms))] = worths
            else:
                self._several[max(forms, key=len)].append((forms, worths))

    def read(self, forms: Set[str]) -> Mapping[str, float]:
        """By key of the subject, what the cues among the forms of a text are worth to it: up to `MOST`."""
        found: dict[str, float] = {}
        for form in self._single.keys() & forms:
            for key, worth in self._single[form]:
                found[key] = min(MOST, found.get(key, 0.0) + worth)
        for form in self._several.keys() & forms:
            for wanted, worths in self._several[form]:
                if wanted <= forms:
                    for key, worth in worths:
                        found[key] = min(MOST, found.get(key, 0.0) + worth)
        return found


def _forms(analyzer: Analyzer, cue: str) -> frozenset[str]:
    """The forms of a cue's words, compounds whole; none for a cue that is too short to mean one thing."""
    forms = [token.terms[0].form for token in analyzer.analyze(cue) if token.terms]
    return frozenset() if len(forms) == 1 and len(forms[0]) < SHORTEST else frozenset(forms)
