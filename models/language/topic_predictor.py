"""Predicts the topics that people would give a post, from the posts that they tagged themselves."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log, sqrt

from models.language.analyzer import Analyzer
from models.language.terms import terms

NAMED = 0.1
"""What a topic gains, in cosines, where all words of its name stand in the post."""


class TopicPredictor:
    """Nearest centroids of TF-IDF vectors (Rocchio 1971), one a topic: few posts a topic are enough.

    The vector of a text is (1 + ln count) · ln(texts / texts with the term), of unit length.
    """

    def __init__(self, posts: Iterable[tuple[Sequence[str], Collection[str]]], analyzer: Analyzer) -> None:
        """Learn from index forms and topics of posts; the analyser is what made the forms."""
        learnt = [(Counter(forms), topics) for forms, topics in posts]
        frequency = Counter(form for forms, _ in learnt for form in forms)
        self._rarity = {form: log(len(learnt) / count) for form, count in frequency.items()}
        centroids: dict[str, Counter[str]] = defaultdict(Counter)
        for forms, topics in learnt:
            vector = self._vector(forms)
            for topic in topics:
                for form, value in vector.items():
                    centroids[topic][form] += value  # type: ignore[assignment]  # a counter of weights
        self._weights: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for topic, centroid in centroids.items():
            for form, value in _unit(centroid).items():
                self._weights[form].append((topic, value))
        self._names = {topic: _forms(topic, analyzer) for topic in centroids}

    def predict(self, forms: Sequence[str], most: int) -> list[tuple[str, float]]:
        """At most `most` topics of a text that has these index forms, the likeliest first, with scores."""
        scores: dict[str, float] = defaultdict(float)
        for form, value in self._vector(Counter(forms)).items():
            for topic, weight in self._weights.get(form, ()):
                scores[topic] += value * weight
        said = set(forms)
        for topic, name in self._names.items():
            if name and name <= said:
                scores[topic] += NAMED
        return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:most]

    def _vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        rarity = self._rarity
        return _unit({form: (1 + log(n)) * rarity[form] for form, n in counts.items() if form in rarity})


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(value * value for value in vector.values()))
    return {form: value / length for form, value in vector.items()} if length else {}


def _forms(topic: str, analyzer: Analyzer) -> frozenset[str]:
    return frozenset(term.form for term in terms(analyzer.analyze(topic.replace("-", " "))))
