"""Levels of hits about the sample company: whether what is called exact is, and what keeps its answers."""

import json
from collections.abc import Callable

import pytest
from judgements import FOLDER, QUESTIONS, Ask, told

from search_api.evaluation.measures import share
from search_api.evaluation.sample import BEST, NOW
from search_api.evaluation.split import SPLITS, Split, split_of
from search_api.ranking.relevance import Level
from search_api.wiring.app import Dure

pytestmark = pytest.mark.slow

EXACT = {"dev": (44, 47), "test": (64, 68)}
"""Of the judged threads: how many are called exact and are, and how many are called exact. Measured."""

KEPT = {"dev": 113, "test": 115}
"""Of how many questions that are answered among the first five threads what answers is exact or similar."""

ANSWERED = 5
NONSENSE = (
    "쀍쀍쀍",
    "asdfgh",
    "ㅁㄴㅇㄹ",
    "뷁뷁",
    "qwertyuiop",
    "🦑",
    "짮쀼웱",
    "xkqz plmw",
)
JUDGED = [json.loads(line) for line in (FOLDER / "exact.jsonl").read_text(encoding="utf-8").splitlines()]


def test_two_hundred_threads_are_judged_once_each() -> None:
    assert len({(one["text"], one["viewer"], one["post"]) for one in JUDGED}) == len(JUDGED) >= 200


@pytest.mark.parametrize("split", SPLITS)
def test_what_is_called_exact_says_all_that_was_asked(
    company: Dure, hits: Ask, tell: Callable[[str], None], split: Split
) -> None:
    mine = [one for one in JUDGED if split_of(one["id"]) == split]
    exact = {
        (text, person): {hit.post.thread for hit in hits(text, person) if hit.level is Level.EXACT}
        for text, person in {(one["text"], one["viewer"]) for one in mine}
    }
    threads = {
        post.id: post.thread
        for person in {one["viewer"] for one in mine}
        for post in company.store.posts(
            {one["post"] for one in mine}, company.store.scope_of(person, NOW)
        ).values()
    }
    called = [one for one in mine if threads[one["post"]] in exact[one["text"], one["viewer"]]]
    right = sum(one["exact"] for one in called)
    least, most = EXACT[split]
    line = f"called exact   {split:<5}{right} of {len(called)} are: {told(share(right, len(called)))}"
    tell(line)

    assert right >= least, line
    assert len(called) - right <= most - least, line


@pytest.mark.parametrize("split", SPLITS)
def test_what_answers_is_exact_or_similar(
    company: Dure, hits: Ask, tell: Callable[[str], None], split: Split
) -> None:
    kept = answered = 0
    for question in QUESTIONS:
        if split_of(question.id) != split:
            continue
        scope = company.store.scope_of(question.viewer, NOW)
        right = {
            post.thread
            for post in company.store.posts(question.relevant, scope).values()
            if question.relevant[post.id] == BEST
        }
        first = [hit for hit in hits(question.text, question.viewer)[:ANSWERED] if hit.post.thread in right]
        answered += bool(first)
        kept += any(hit.level is not Level.RELATED for hit in first)
    line = (
        f"answers kept   {split:<5}{kept} of {answered} are exact or similar: {told(share(kept, answered))}"
    )
    tell(line)

    assert kept >= KEPT[split], line


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_what_means_nothing_finds_nothing(hits: Ask, nonsense: str) -> None:
    assert hits(nonsense, QUESTIONS[0].viewer) == ()
