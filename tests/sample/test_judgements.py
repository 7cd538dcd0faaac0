"""The judged questions about the sample company: who may see the answers, and how many are found."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from judgements import (
    QUESTIONS,
    UNKNOWN,
    WANTED,
    Ask,
    Wanted,
    ndcg,
    place,
    recall,
    reciprocal,
    told,
)

from indexer.engine import FACETS, Filters
from indexer.suggestions import fold
from models.scope import Scope
from search_api.evaluation.measures import estimate, share
from search_api.evaluation.sample import BEST, NOW, SampleQuestion
from search_api.evaluation.split import SPLITS, Split, split_of
from search_api.experts.finding import Expert, find_experts
from search_api.search.hits import SearchHit
from search_api.search.page import SearchPage, find_answers
from search_api.wiring.app import Dure

pytestmark = pytest.mark.slow

ANSWERED = 5
"""An answer that is not among the first five threads is not found by most people."""

FOUND = {
    ("plain", "dev"): 33,
    ("plain", "test"): 37,
    ("cross_language", "dev"): 29,
    ("cross_language", "test"): 31,
    ("noisy", "dev"): 25,
    ("noisy", "test"): 24,
    ("short", "dev"): 19,
    ("short", "test"): 19,
    ("restricted", "dev"): 7,
    ("restricted", "test"): 6,
}
"""How many questions of each kind are answered among the first five threads. Measured; raise, and lower one only for what
raises the whole.

Constants may be set on `dev`; `test` only tells how good the outcome is."""

ANSWERS_SHOWN, ANSWERS_WRONG = 96, 3
"""How many answers are shown with another post of their thread where one is judged best, and how many of these
are another one. Measured, likewise."""

FIRST_EXPERTS = {"dev": 13, "test": 14}
EXPERTS_AMONG_THREE = {"dev": 14, "test": 14}
"""For how many of the searches the one to ask comes first, and among the first three. Measured, likewise."""

NOBODY_NAMED = {"dev": 10, "test": 10}
"""For how many of the searches for what nobody knows nobody is named. Measured, likewise."""

RESTRICTED = [question for question in QUESTIONS if question.kind == "restricted"]
PAGE, PAGES = 10, 20
"""The hits of a page unless told otherwise, and more pages than there can be."""


@dataclass
class Viewer:
    """The company as one person sees it."""

    company: Dure
    scope: Scope

    def pages(self, text: str) -> list[SearchPage]:
        """Every page of a question, the first with all facets."""
        found: list[SearchPage] = []
        cursor: str | None = None
        for _ in range(PAGES):
            facets = () if cursor else FACETS
            page = find_answers(
                self.company.services, text, self.scope, limit=50, cursor=cursor, facets=facets
            )
            found.append(page)
            if (cursor := page.cursor) is None:
                return found
        raise AssertionError("more pages than there are posts")

    def experts(self, text: str) -> list[Expert]:
        """Who knows."""
        return find_experts(self.company.services, text, self.scope, limit=50, at=NOW)


class Outcome(NamedTuple):
    """What a judged question found: threads best first, and the grades of the threads judged."""

    threads: list[str]
    grades: dict[str, int]
    shown: list[str]
    """The posts that the hits show, of each the best one: the leading post or the accepted answer."""


def viewer(company: Dure, person: str) -> Viewer:
    return Viewer(company, company.store.scope_of(person, NOW))


def outcome(company: Dure, question: SampleQuestion, hits: Sequence[SearchHit]) -> Outcome:
    asking = viewer(company, question.viewer)
    grades: dict[str, int] = {}
    for post in company.store.posts(question.relevant, asking.scope).values():
        grades[post.thread] = max(grades.get(post.thread, 0), question.relevant[post.id])
    shown = [[hit.post.id, *([hit.answer.post.id] if hit.answer else [])] for hit in hits]
    best = [max(posts, key=lambda post: question.relevant.get(post, 0)) for posts in shown]
    return Outcome([hit.post.thread for hit in hits], grades, best)


@pytest.fixture(scope="module")
def outcomes(company: Dure, hits: Ask) -> dict[str, Outcome]:
    return {
        question.id: outcome(company, question, hits(question.text, question.viewer)[:PAGE])
        for question in QUESTIONS
    }


@pytest.fixture(scope="module")
def named(company: Dure) -> dict[str, list[str]]:
    """By search: the persons named, the best first."""
    return {
        wanted.id: [
            expert.author.person
            for expert in viewer(company, wanted.viewer).experts(wanted.text)
            if expert.author.person
        ]
        for wanted in WANTED
    }


def test_there_are_enough_questions_of_each_kind_and_each_has_its_own_id() -> None:
    assert Counter(question.kind for question in QUESTIONS) == {
        "plain": 90,
        "cross_language": 62,
        "noisy": 52,
        "short": 38,
        "restricted": 18,
    }
    assert len(WANTED) == 30
    ids = Counter([*(question.id for question in QUESTIONS), *(wanted.id for wanted in WANTED)])
    assert max(ids.values()) == 1
    assert [
        question.id for question in QUESTIONS if (question.kind == "restricted") != bool(question.hidden_from)
    ] == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_whoever_asks_may_see_every_judged_post_and_one_of_them_answers(
    company: Dure, question: SampleQuestion
) -> None:
    seen = company.store.posts(question.relevant, viewer(company, question.viewer).scope)

    assert seen.keys() == question.relevant.keys()
    assert BEST in question.relevant.values()


@pytest.mark.parametrize(
    "question",
    [question for question in QUESTIONS if question.kind == "cross_language"],
    ids=lambda question: question.id,
)
def test_questions_across_languages_are_answered_in_the_other_one(
    company: Dure, question: SampleQuestion
) -> None:
    answers = [post for post, grade in question.relevant.items() if grade == BEST]
    posts = company.store.posts(answers, viewer(company, question.viewer).scope)

    if re.search("[가-힣]", question.text):
        assert not any(_mostly_korean(post.text) for post in posts.values())
    else:
        # Their Korean is full of English words, which is how people here write.
        assert all(len(re.findall("[가-힣]+", post.text)) > 20 for post in posts.values())


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.id)
def test_the_one_to_ask_has_an_accepted_answer_that_whoever_asks_may_see(
    company: Dure, wanted: Wanted
) -> None:
    scope = viewer(company, wanted.viewer).scope
    best = [person for person, grade in wanted.experts.items() if grade == BEST]

    assert best
    assert company.store.profiles([*wanted.experts, *wanted.never_before], scope).keys() >= set(best)
    assert not {wanted.viewer, *wanted.never_before} & wanted.experts.keys()
    for person in best:
        written = [post.id for post in company.store.posts_by(person, scope, limit=200)]
        assert any(signals.accepted for signals in company.store.signals(written, scope).values())


@pytest.mark.parametrize("question", RESTRICTED, ids=lambda question: question.id)
def test_a_restricted_answer_reaches_nobody_whom_it_is_hidden_from(
    company: Dure, question: SampleQuestion
) -> None:
    """Not as a hit, a count, a facet, a suggestion or evidence, even where its own words are the question."""
    assert question.hidden_from
    asking, outside = viewer(company, question.viewer), viewer(company, question.hidden_from)
    secret = company.store.posts(question.relevant, asking.scope)
    channels = {post.channel for post in secret.values()}
    within = Filters(channels=frozenset(channels))

    assert company.store.posts(question.relevant, outside.scope) == {}
    for text in [question.text, *(post.text for post in secret.values())]:
        page, *more = outside.pages(text)
        narrowed = find_answers(company.services, text, outside.scope, filters=within, facets=FACETS)
        shown = _shown([hit for one in (page, *more) for hit in one.hits])
        evidence = {evidence.post.id for expert in outside.experts(text) for evidence in expert.evidence}

        assert shown.isdisjoint(secret)
        assert channels.isdisjoint(bucket.value for bucket in page.facets["channel"])
        # Networks are counted of exact answers alone.
        assert page.posts == sum(bucket.posts for bucket in page.facets["network"])
        assert (narrowed.posts, narrowed.hits) == (0, ())
        assert not any(narrowed.facets.values())
        assert evidence.isdisjoint(secret)
    told = max(secret.values(), key=lambda post: len(post.text))
    assert _shown(find_answers(company.services, told.text, asking.scope).hits) & secret.keys(), (
        "its own words lead to it, for whoever may see it"
    )


@pytest.mark.parametrize(
    "person", sorted({question.hidden_from for question in RESTRICTED if question.hidden_from})
)
def test_suggestions_count_only_the_posts_that_their_reader_may_see(
    company: Dure, every_post: list[str], person: str
) -> None:
    outside = viewer(company, person)
    visible = Counter(
        fold(name)
        for annotation in company.store.annotations(every_post, outside.scope).values()
        for name in {tag.name for tag in annotation.tags if tag.kind != "implied"}
    )
    hidden = {
        tag.name
        for question in RESTRICTED
        if question.hidden_from == person
        for annotation in company.store.annotations(
            question.relevant, viewer(company, question.viewer).scope
        ).values()
        for tag in annotation.tags
        if tag.kind != "implied"
    }

    assert hidden
    for name in hidden:
        for prefix in (name, name[:2]):
            for suggestion in company.engine.suggest(prefix, outside.scope, 20):
                assert suggestion.posts == visible[fold(suggestion.value)], suggestion


@pytest.mark.parametrize(("kind", "split"), FOUND)
def test_the_answers_that_were_found_are_still_found(
    outcomes: dict[str, Outcome], tell: Callable[[str], None], kind: str, split: Split
) -> None:
    mine = [
        (question, outcomes[question.id])
        for question in QUESTIONS
        if (question.kind, split_of(question.id)) == (kind, split)
    ]
    places = [place(outcome.threads, outcome.grades) for _, outcome in mine]
    answered = sum(at is not None and at <= ANSWERED for at in places)
    shown = sum(
        (at := place(outcome.shown, question.relevant)) is not None and at <= ANSWERED
        for question, outcome in mine
    )
    ndcgs = np.array([ndcg(outcome.threads, outcome.grades) for _, outcome in mine])
    recalls = np.array([recall(outcome.threads, outcome.grades) for _, outcome in mine])
    line = (
        f"{kind:<15}{split:<5}{answered:>2} of {len(mine)} answered among the first {ANSWERED}: "
        f"{told(share(answered, len(mine)))}; {places.count(1):>2} first, {shown:>2} shown without opening the "
        f"thread; nDCG@10 {told(estimate(ndcgs))}, recall@10 {told(estimate(recalls))}"
    )
    tell(line)

    assert answered >= FOUND[kind, split], line


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.id)
def test_nobody_who_only_talks_about_it_comes_before_the_one_to_ask(
    named: dict[str, list[str]], wanted: Wanted
) -> None:
    names = named[wanted.id]
    before = names[: (place(names, wanted.experts) or len(names) + 1) - 1]

    assert not set(before) & set(wanted.never_before)


@pytest.mark.parametrize("split", SPLITS)
def test_the_experts_that_were_found_are_still_found(
    named: dict[str, list[str]], tell: Callable[[str], None], split: Split
) -> None:
    mine = [wanted for wanted in WANTED if split_of(wanted.id) == split]
    places = [place(named[wanted.id], wanted.experts) for wanted in mine]
    first = places.count(1)
    among_three = sum(at is not None and at <= 3 for at in places)
    reciprocals = np.array([reciprocal(at) for at in places])
    line = (
        f"{'experts':<15}{split:<5}{first:>2} of {len(mine)} first: {told(share(first, len(mine)))}; {among_three} "
        f"among the first 3, {sum(not named[wanted.id] for wanted in mine)} with nobody named; "
        f"MRR {told(estimate(reciprocals))}"
    )
    tell(line)

    assert first >= FIRST_EXPERTS[split], line
    assert among_three >= EXPERTS_AMONG_THREE[split], line


@pytest.mark.parametrize("split", SPLITS)
def test_where_nobody_knows_nobody_is_named(company: Dure, tell: Callable[[str], None], split: Split) -> None:
    mine = [asked for asked in UNKNOWN if split_of(asked.id) == split]
    silent = sum(not viewer(company, asked.viewer).experts(asked.text) for asked in mine)
    line = (
        f"{'nobody knows':<15}{split:<5}{silent} of {len(mine)} name nobody: {told(share(silent, len(mine)))}"
    )
    tell(line)

    assert silent >= NOBODY_NAMED[split], line


def test_the_answer_shown_with_a_question_is_the_one_that_answers_it(
    company: Dure, hits: Ask, tell: Callable[[str], None]
) -> None:
    """Of threads with a reply that was judged best, shown among the first by another of their posts."""
    right = shown = 0
    for question in QUESTIONS:
        asking = viewer(company, question.viewer)
        for hit in hits(question.text, question.viewer)[:ANSWERED]:
            if hit.answer is None or question.relevant.get(hit.post.id) == BEST:
                continue
            thread = company.store.thread(hit.post.id, asking.scope)
            if any(question.relevant.get(post.id) == BEST for post in thread[1:]):
                shown += 1
                right += question.relevant.get(hit.answer.post.id) == BEST
    line = f"answers shown with a question: {right} of {shown} are the one that answers"
    tell(line)

    assert shown >= ANSWERS_SHOWN, line
    assert shown - right <= ANSWERS_WRONG, line


@pytest.fixture(scope="module")
def every_post(company: Dure) -> list[str]:
    return [post for post, _ in company.store.published()]


def _shown(hits: Sequence[SearchHit]) -> set[str]:
    return {post.id for hit in hits for post in (hit.post, hit.answer and hit.answer.post) if post}


def _mostly_korean(text: str) -> bool:
    return len(re.findall("[가-힣]", text)) > len(re.findall("[A-Za-z]", text))
