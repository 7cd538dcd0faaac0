"""How well the tags of a Stack Exchange site's later questions are predicted from its earlier ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from models.errors import BadInput
from models.language.analyzer import Analyzer
from models.language.annotation import reading_text
from models.language.passages import passages
from models.language.terms import terms
from models.language.topic_predictor import TopicPredictor
from models.records import Post, PostKind
from pipelines.progress import Advance, quiet
from pipelines.sources.source import Located
from pipelines.sources.stackexchange import read
from search_api.evaluation.proportions import Score, outcome, score

EARLIER = 0.7
"""The share of the questions, by date, to learn from."""
PREDICTED = 5
TITLE_TIMES = 2
"""Times that the title counts more than once: chosen within the earlier questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Scores of five predicted tags, and of always saying the five most common ones.

    Precision and recall of `Score` are averages over all tags; `at_five` are those over questions.
    """

    learnt: int
    predicted: Score
    predicted_at_five: tuple[float, float]
    majority: Score
    majority_at_five: tuple[float, float]


def read_questions(dump: Path) -> list[Post]:
    """The tagged questions of a dump by date; raises `BadInput` where they are too few to learn from."""
    records = (item.record for item in read(dump) if isinstance(item, Located))
    questions = [it for it in records if isinstance(it, Post) and it.kind == PostKind.QUESTION and it.tags]
    if int(len(questions) * EARLIER) == 0:
        raise BadInput(f"{dump} holds no questions with tags to learn from.", remedy="Give a larger dump.")
    return sorted(questions, key=lambda question: (question.created, question.id))


def predict_tags(questions: Sequence[Post], analyzer: Analyzer, advance: Advance = quiet) -> Prediction:
    """Learn from the earlier questions and predict the later ones; `advance` is told of questions."""
    earlier = int(len(questions) * EARLIER)
    forms = []
    for question in questions:
        forms.append(_forms(question, analyzer))
        advance(1)
    known = [(found, question.tags) for found, question in zip(forms, questions, strict=False)][:earlier]
    predictor = TopicPredictor(known, analyzer)
    guesses = [[tag for tag, _ in predictor.predict(found, PREDICTED)] for found in forms[earlier:]]
    common = Counter(chain.from_iterable(tags for _, tags in known)).most_common(PREDICTED)
    usual = [[tag for tag, _ in common]] * len(guesses)
    wanted = [question.tags for question in questions[earlier:]]
    return Prediction(
        learnt=earlier,
        predicted=_score(guesses, wanted),
        predicted_at_five=_at_five(guesses, wanted),
        majority=_score(usual, wanted),
        majority_at_five=_at_five(usual, wanted),
    )


def _forms(question: Post, analyzer: Analyzer) -> list[str]:
    title, text = question.title or "", reading_text(question.title, question.text)
    forms = [term.form for start, end in passages(text) for term in terms(analyzer.analyze(text[start:end]))]
    return forms + TITLE_TIMES * [term.form for term in terms(analyzer.analyze(title))]


def _score(guesses: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> Score:
    return score([outcome(guess, tags) for guess, tags in zip(guesses, wanted, strict=True)])


def _at_five(guesses: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Mean precision and recall over questions."""
    outcomes = [outcome(guess, tags) for guess, tags in zip(guesses, wanted, strict=True)]
    precision = sum(it.right / PREDICTED for it in outcomes) / len(outcomes)
    return precision, sum(it.right / it.wanted for it in outcomes) / len(outcomes)
