"""How sure it is that a thread answers: all that was asked, what means the same, what is only about it."""

import json
import math
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

CALIBRATIONS = Path(__file__).parent / "relevance.json"
"""Found on development data, and written with what was measured, by `python -m benchmarks.relevance`."""


class Level(StrEnum):
    """What a thread says of the question, the most first."""

    EXACT = "exact"
    """One of its posts says all that was asked, in its words, forms or synonyms, close together."""
    SIMILAR = "similar"
    """It says a part, or the same in other words or in the other language."""
    RELATED = "related"
    """Some of its words are those of the question, or like them: it need not answer."""


class Evidence(NamedTuple):
    """What speaks for a thread: of each feature of its candidates the most that one of them has.

    `fused` is the score of `search_api.ranking.fusion`; `said` the share of the telling words of the
    question, by their idf, that the posts say, as typed, by a synonym or in the other language, 0 to 1;
    `telling` how many telling words it has; `framed` the share of all words that are said without telling
    anything, as 방법 or 어떻게. `unread` says that words found a post that has just changed and
    is not read again yet: nothing more is known of it.
    """

    exact: bool
    fused: float
    words: float
    semantic: float
    cosine: float
    said: float
    telling: int
    framed: float
    unread: bool = False


class Calibration(NamedTuple):
    """From evidence to a probability, by logistic regression (Platt 1999), and to levels.

    `constant` and what follows it up to `telling` are the log-odds and what one of each feature adds, of
    `telling` the logarithm of one more. From the probability `similar` on a thread is similar. What says no
    telling word is shown above `least_semantic` or `least_words` of these features.
    """

    constant: float
    fused: float
    semantic: float
    cosine: float
    said: float
    telling: float
    similar: float
    least_semantic: float
    least_words: float


def read_calibrations(path: Path = CALIBRATIONS) -> dict[str, Calibration]:
    """The calibrations in a file that `benchmarks.relevance` wrote, by name."""
    content = json.loads(path.read_text(encoding="utf-8"))["calibrations"]
    return {name: Calibration(**values) for name, values in content.items()}


_FOUND = read_calibrations()
BY_MEANING = _FOUND["meaning"]
"""Where words are compared by what they mean, with vectors or while they are still to follow."""
BY_WORDS = _FOUND["words"]
"""Where there is no encoder."""
BY_ANOTHER_ENCODER = BY_WORDS._replace(least_semantic=-1.0)
"""Where vectors are by an encoder that nothing is known of: whatever it proposes is shown."""


def probability(evidence: Evidence, calibration: Calibration) -> float:
    """How probable it is that a thread among the first ten answers, 0 to 1; never shown, for it could tell a
    hidden word from an absent one.
    """
    odds = (
        calibration.constant
        + calibration.fused * evidence.fused
        + calibration.semantic * evidence.semantic
        + calibration.cosine * evidence.cosine
        + calibration.said * evidence.said
        + calibration.telling * math.log1p(evidence.telling)
    )
    return 1 / (1 + math.exp(-odds))


def level_of(evidence: Evidence, calibration: Calibration) -> Level | None:
    """The level of a thread; None for what means nothing of the question."""
    if evidence.exact:
        return Level.EXACT
    if evidence.unread:
        return Level.SIMILAR
    if not is_about(evidence, calibration):
        return None
    return Level.SIMILAR if probability(evidence, calibration) >= calibration.similar else Level.RELATED


def is_about(evidence: Evidence, calibration: Calibration) -> bool:
    """Whether a thread has anything to do with the question: letters at random are alike, too, by chance."""
    return (
        evidence.said > 0
        or evidence.semantic - evidence.framed > calibration.least_semantic
        or evidence.words - evidence.framed > calibration.least_words
    )
