"""What a part is worth: search's own order without it, and the paired difference that this makes."""

from datetime import UTC, datetime

import pytest

from indexer.engine import NO_FREQUENCIES, Answer
from models.ranking_features import RankingFeatures
from models.stored import NO_SIGNALS, Signals
from search_api.evaluation.ablation import PARTS, Ablation, Part, half_of, ordered_without, worth_of
from search_api.evaluation.asking import Judged
from search_api.evaluation.bench import best_first
from search_api.evaluation.questions import Group, Question, groups_of
from search_api.ranking.fusion import FOUND, FusionWeights
from search_api.ranking.ordering import ordered
from search_api.retrieval.candidate import Candidate, CandidateFeatures
from search_api.retrieval.retrieve import NOTHING_AROUND, Retrieved

QUESTIONS = {
    "q2": Question(text="휴가", kind="short", split="dev"),
    "q3": Question(text="연차는 어떻게 올리나요?", kind="plain", split="test"),
    "q4": Question(text="vacation", kind="cross_language", split="dev"),
    "q6": Question(text="휴가 언제", split="dev"),
    "q8": Question(text="휴가 신쳥", kind="noisy", split="dev"),
    "q": Question(text="반차", kind="short"),
}


def candidate(post: str, features: CandidateFeatures, signals: Signals = NO_SIGNALS) -> Candidate:
    created = datetime(2026, 3, 2, tzinfo=UTC)
    return Candidate(
        post, 0, features, RankingFeatures(post, "post", False, created, None, signals, None, "", "", None)
    )


def retrieved(*candidates: Candidate) -> Retrieved:
    return Retrieved(
        query=None,  # by which nothing is ordered
        candidates=candidates,
        evidence=(),
        around=NOTHING_AROUND,
        kept={},
        openers={},
        listed={},
        frequencies=NO_FREQUENCIES,
        search=Answer(),
        periods=(),
        beside=(),
    )


def judged(questions: dict[str, Question] = QUESTIONS) -> Judged:
    return Judged(
        documents=20,
        questions=questions,
        judgements={id_: {"right": 1} for id_ in questions},
        answering=1,
        scopes={},
        unit_of=lambda one: one.post,
        order=best_first,
    )


SAYS_NOTHING = CandidateFeatures(*(0.0 for _ in CandidateFeatures._fields))
PLAIN = candidate("plain", SAYS_NOTHING._replace(words=0.01))
"""Leads where the other one says nothing."""


def parts_without_which(
    first: Candidate, second: Candidate, weights: FusionWeights = FOUND
) -> list[tuple[str, str]]:
    """The parts of ranking without which `first` leads."""
    leading = {
        part: next(iter(ordered_without(part, retrieved(first, second), best_first, weights)))
        for part in PARTS
        if part.of not in ("lane", "vector")
    }
    return [part for part, leader in leading.items() if leader.post == first.post]


@pytest.mark.parametrize(
    ("lost_without", "other"),
    [
        ([("feature", "words")], candidate("z", SAYS_NOTHING._replace(words=0.5))),
        (
            [("feature", "semantic"), ("weight", "semantic")],
            candidate("z", SAYS_NOTHING._replace(semantic=0.5)),
        ),
        ([("deed", "accepted")], candidate("z", SAYS_NOTHING, Signals(accepted=True))),
        ([("deed", "verified")], candidate("z", SAYS_NOTHING, Signals(verified=True))),
        ([("deed", "reactions")], candidate("z", SAYS_NOTHING, Signals(reactors=30))),
    ],
)
def test_what_leads_by_one_part_alone_leads_no_more_without_it(
    lost_without: list[tuple[str, str]], other: Candidate
) -> None:
    assert ordered([PLAIN, other])[0] is other
    assert parts_without_which(PLAIN, other) == lost_without


def test_a_post_in_the_other_language_needs_what_is_weighed_for_it() -> None:
    other = candidate("z", SAYS_NOTHING._replace(cosine=0.5, foreign=1.0))
    assert ordered([PLAIN, other])[0] is other
    assert parts_without_which(PLAIN, other) == [
        ("feature", "cosine"),
        ("feature", "foreign"),
        ("weight", "foreign_nearness"),
    ]


@pytest.mark.parametrize("part", ["opener", "thread"])
def test_a_thread_that_is_alike_needs_its_cosine_and_the_weight_of_that(part: str) -> None:
    """By a weight of its own: whatever weight was found may be 0."""
    weights = FOUND._replace(**{part: 0.5})
    alike = candidate("z", SAYS_NOTHING._replace(**{part: 0.5}))
    assert ordered([PLAIN, alike], weights)[0] is alike
    assert parts_without_which(PLAIN, alike, weights) == [("feature", part), ("weight", part)]


def test_only_the_half_that_may_be_tuned_on_is_asked() -> None:
    half = half_of(judged())
    assert list(half.questions) == list(half.judgements) == ["q2", "q4", "q6", "q8"]


def test_the_difference_is_to_the_whole_question_by_question() -> None:
    """Without the one part a fourth of the questions is not answered first any more; the other changes none
    that is looked at.
    """
    asked = half_of(judged())
    whole = {id_: ["right", *"abcdefghijk"] for id_ in asked.questions}
    worse, unseen = Part("lane", "words"), Part("feature", "bm25")
    without = {
        worse: whole | {"q6": ["a", "right"]},
        unseen: whole | {"q6": [*whole["q6"][:10], "k", "j"]},
    }
    worth = worth_of(Ablation(asked, whole, without))

    assert (worth[worse].changed, worth[unseen].changed) == (1, 0)
    # Of four questions one loses 1: resampled, no more than 2 of them have a probability of .949, no more
    # than 3 of .996, and none of .316.
    assert worth[worse].difference["success@1"] == (-0.25, -0.75, 0.0)
    assert worth[worse].difference["mrr@10"] == (-0.125, -0.375, 0.0)
    assert worth[worse].difference["success@5"] == (0.0, 0.0, 0.0)
    assert set(worth[unseen].difference.values()) == {(0.0, 0.0, 0.0)}


def test_questions_are_grouped_by_kind_and_half_and_none_is_empty() -> None:
    assert groups_of(QUESTIONS) == {
        Group("plain", "test"): [1],
        Group("cross_language", "dev"): [2],
        Group("noisy", "dev"): [4],
        Group("short", "dev"): [0],
        Group("short", None): [5],
        Group(None, "dev"): [0, 2, 3, 4],
        Group(None, "test"): [1],
        Group(None, None): [5],
    }
