"""How sure a post is about a subject: a logistic model over what is said of it, and where.

The weights are near those of a logistic regression on the development half of the judged posts, which
`python -m benchmarks.tagging` prints. Those of `title`, `code` and `share` are set higher, by hand: too few
of these posts name a subject in the title alone, quote a code, or are as short as "VPN 접속이 안 돼요".
"""

from collections.abc import Iterable, Mapping
from math import exp, log, log1p
from operator import mul

from models.language.vocabulary import Subject, Vocabulary

FIRST_WORDS = 100
"""Characters after which a first mention is worth 1/e: a post says first what it is about."""
SHARE = 4
"""A text of which a name makes up a quarter is about it: few are so short."""
MARKED = 0.5
"""The least weight of what people marked as a tag on purpose."""
SURE = 6.0
"""The most that evidence may add up to, in logits: 0.998."""
BROADER = 1.0
"""Logits between a subject and what it is filed under as well, which is not always."""
OWN_BROADER = 0.5
"""The same for a company's own: whoever writes of 밑돌 writes of its ERP."""
WORTH_WIDENING = 0.05
"""Odds below which nothing is said for a broader subject."""
CUES_ALONE = 0.3
"""What the cues of a subject that is not named must be worth for it to be weighed at all."""

WEIGHTS = {
    "bias": -3.1,
    "source": 1.4,
    "hashtag": 0.4,
    "title": 0.8,
    "named": 0.45,
    "again": 0.45,
    "early": 1.4,
    "company": 1.9,
    "passing": -1.6,
    "code": 2.0,
    "length": 0.5,
    "cues": 1.5,
    "lead": 1.0,
    "share": 1.5,
}
_WEIGHTS = tuple(WEIGHTS.values())
_UNNAMED = (0.0,) * (len(WEIGHTS) - 4)
IMPLIED = "implied"
"""The kind of a subject that only cues speak for, or that is broader than one named."""


class Mentions:
    """Where a post names one subject; `first` counts characters of the text after the title."""

    __slots__ = ("code", "first", "hashtag", "kind", "name", "own", "passing", "source", "text", "title")

    def __init__(self, kind: str, name: str, subject: Subject | None) -> None:
        self.kind = kind
        self.name = name
        self.own = subject is not None and subject.own
        self.passing = subject is not None and subject.passing
        self.source = self.hashtag = self.code = False
        self.title = self.text = 0
        self.first = 0


def features(mentions: Mentions | None, cues: float, best_cues: float, length: int) -> tuple[float, ...]:
    """The values that `WEIGHTS` weigh, in its order; `length` is that of the text in characters."""
    lead = cues / best_cues if best_cues else 0.0
    if mentions is None:
        return (1.0, *_UNNAMED, cues, lead, 0.0)
    times = mentions.title + mentions.text
    named = times > 0
    return (
        1.0,
        float(mentions.source),
        float(mentions.hashtag),
        float(mentions.title > 0),
        float(named),
        log(times) if named else 0.0,
        exp(-mentions.first / FIRST_WORDS) if named and not mentions.title else float(named),
        float(mentions.own and named),
        float(mentions.passing and named),
        float(mentions.code),
        log1p(length) / 5 if named else 0.0,
        cues,
        lead,
        min(1.0, SHARE * times * len(mentions.name) / max(1, length)),
    )


def logit(values: Iterable[float]) -> float:
    """The evidence of features, weighed: 0 is even odds."""
    return min(SURE, float(sum(map(mul, _WEIGHTS, values))))


def probability(logit: float) -> float:
    """From evidence to a weight in (0, 1)."""
    return 1.0 / (1.0 + exp(-logit))


class Relevance:
    """Weighs what a post says of the subjects of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._broader: dict[str, list[tuple[str, float]]] = {}
        for subject in vocabulary.subjects:
            wider = [found.key for name in subject.broader if (found := vocabulary.find(name))]
            self._broader[subject.key] = [(key, OWN_BROADER if subject.own else BROADER) for key in wider]

    def weigh(
        self, mentions: Mapping[str, Mentions], cues: Mapping[str, float], length: int
    ) -> dict[str, float]:
        """By key the logits of what a text of `length` characters names or implies, and of what is wider."""
        best = max(cues.values(), default=0.0)
        implied = {key for key, worth in cues.items() if worth >= CUES_ALONE}
        logits = {
            key: logit(features(mentions.get(key), cues.get(key, 0.0), best, length))
            for key in mentions.keys() | implied
        }
        for key, narrower in list(logits.items()):
            self._widen(key, narrower, logits)
        return logits

    def _widen(self, key: str, narrower: float, logits: dict[str, float]) -> None:
        for wider, loss in self._broader.get(key, ()):
            odds = exp(narrower - loss)
            if odds < WORTH_WIDENING:
                continue
            logits[wider] = min(SURE, log(exp(logits[wider]) + odds if wider in logits else odds))
            self._widen(wider, narrower - loss, logits)
