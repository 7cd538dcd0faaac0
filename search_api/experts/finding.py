"""Experts: posts that answer vote for the people who wrote them.

The voting model of Macdonald & Ounis ("Voting for Candidates", CIKM 2006) in its CombSUM form: the score of a
person is the sum of the weights of their posts. What one person and one thread can give is capped, so that
writing much about anything never makes an expert. Hidden posts give nothing: every read has a scope.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import NamedTuple

from indexer.engine import Word
from models.language.packing import tag_rows
from models.language.topics import PHRASE
from models.moments import now
from models.ranking_features import RankingFeatures
from models.scope import Scope
from models.stored import Author, Profile, Signals, StoredPost
from search_api.experts.evidence import Reason, evidence_weight, reasons, summed
from search_api.query.analyzed import analyze
from search_api.query.saying import coverage, says, telling_forms, told_words
from search_api.ranking.fusion import fused
from search_api.ranking.remarks import is_remark
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.search.snippets import Snippet, snippet
from search_api.services import Services

THREAD_SHARE = 0.7
"""What of the score of the post that opened a thread is added to that of each reply."""

MIN_COVERAGE = 0.75
"""So much of what was asked a person has answered about, rare words counting most, or they are not named:
the share for a subject of one word.

With one share of .35 for subjects of any length, and as it is now, somebody is named for 34 and 16 of 89
topics that are foreign to the sample company, 13 and 10 of 223 foreign questions and 7 and 6 of 70 foreign
titles; for the 15 judged searches of `dev` the right one comes first in 13 and 13, for 49 questions with an
accepted answer its author in 47 and 48."""
MANY_WORDS = 0.4
"""The power of the number of words by which `MIN_COVERAGE` falls: one word of two is another subject, while
nobody says all of eight."""
MOST_COVERAGE = 0.55
"""What is never asked for more than: a subject of one word that is said by a good translation of it."""
MIN_COVERAGE_OF_REMARK = 0.35
"""What a remark says of the subject, or it is by the way."""
MIN_COVERAGE_OF_POST = 0.15
"""Each post speaks of a part: one of repair, one of measuring."""
PEOPLE_A_THREAD = 5
"""One long thread is one conversation: its best evidence counts, one post a person."""
MIN_SCORE = 0.45
"""More than a few posts that merely mention it: to name nobody is better than to name somebody at random."""
REPLIED_THREADS = 3
"""In so many threads one has replied, where nothing says that any of the replies was an answer."""
SHOWN_EVIDENCE = 3
PERSON = "person:"
LEFT_AMONG_THEM = 10
"""So many of the best may have left, and others are named instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A post that speaks for its author, and why."""

    post: StoredPost
    signals: Signals
    snippet: Snippet
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """Someone who knows, and the posts that prove it, the best first.

    `author` is who wrote the best of them; `person` is absent for an account that belongs to nobody known.
    """

    rank: int
    author: Author
    person: Profile | None
    evidence: tuple[Evidence, ...]


class Proof(NamedTuple):
    """A post that speaks for its author, how much, and the passage to show."""

    weight: float
    post: str
    passage: int
    ranking: RankingFeatures


class ChosenExpert(NamedTuple):
    """Someone who knows, if known by name, and the best that proves it."""

    person: Profile | None
    proofs: tuple[Proof, ...]

    @property
    def posts(self) -> list[str]:
        """The posts to show."""
        return [proof.post for proof in self.proofs]


def find_experts(
    services: Services, text: str, scope: Scope, *, limit: int = 10, at: datetime | None = None
) -> list[Expert]:
    """Who knows about this, the best first; nobody, rather than anybody, where the evidence is thin.

    Anonymous posts and bots do not count, nor does asking; who left is not named. An account that belongs to
    no known person is named by itself. Raises `BadInput` for an empty question.
    """
    query, at = analyze(services.annotator, text), at or now()
    with services.store.one_moment():
        found = retrieve(services, query, scope, answers=False, evidence=True)
        people = chosen(services, found, scope, limit=limit, at=at)
        return shown(services, people, found, scope, at)


def chosen(
    services: Services, found: Retrieved, scope: Scope, *, limit: int, at: datetime
) -> list[ChosenExpert]:
    """Who knows, the best first, before their evidence is read; who has left is not among them."""
    ranked = _ranked(_proofs(found, at))[: limit + LEFT_AMONG_THEM]
    persons = [author.removeprefix(PERSON) for author, _ in ranked if author.startswith(PERSON)]
    profiles = services.store.profiles(persons, scope) if persons else {}
    people = [
        ChosenExpert(profiles.get(author.removeprefix(PERSON)), tuple(proofs[:SHOWN_EVIDENCE]))
        for author, proofs in ranked
    ]
    return [one for one in people if one.person is None or not one.person.left][:limit]


def shown(
    services: Services, people: Sequence[ChosenExpert], found: Retrieved, scope: Scope, at: datetime
) -> list[Expert]:
    """The experts with their evidence as it is shown, as far as it is still there."""
    posts = services.store.posts({post for one in people for post in one.posts}, scope)
    annotations = services.store.annotations(posts.keys(), scope)
    words = tuple(found.query.subject.values())

    def evidence(proof: Proof) -> Evidence:
        post = posts[proof.post]
        return Evidence(
            post=post,
            signals=proof.ranking.signals,
            snippet=snippet(post, annotations.get(post.id), proof.passage, words),
            why=reasons(proof.ranking, at),
        )

    experts: list[Expert] = []
    for one in people:
        # What was deleted since it was ranked is not shown.
        proved = tuple(evidence(proof) for proof in one.proofs if proof.post in posts)
        if proved and (by := proved[0].post.author):
            experts.append(Expert(rank=len(experts) + 1, author=by, person=one.person, evidence=proved))
    return experts


def _proofs(found: Retrieved, at: datetime) -> list[Proof]:
    """What speaks for somebody, with its weight: candidates, and other answers in the best threads."""
    posts = {one.post: one.ranking for one in found.evidence}
    passages = {one.post: one.passage for one in found.evidence}
    scores = _scores(found)
    for id_, ranking in found.around.members.items():
        if ranking.thread in scores and id_ not in posts:
            posts[id_], passages[id_], scores[id_] = ranking, 0, scores[ranking.thread] * THREAD_SHARE
    openers = found.around.openers
    speaking = _speaking(found.query.subject, posts, openers)
    proofs = []
    for id_ in speaking:
        ranking = posts[id_]
        opener = openers.get(ranking.thread)
        weight = evidence_weight(scores[id_], ranking, opener.author if opener else None, at)
        if weight > 0:
            proofs.append(Proof(weight, id_, passages[id_], ranking))
    return proofs


def _scores(found: Retrieved) -> dict[str, float]:
    """The share of the best text's score that each candidate has, with what opened its thread."""
    texts = fused([one.features for one in found.evidence])
    best = max(texts, default=0.0) or 1.0
    alone = {one.post: text / best for one, text in zip(found.evidence, texts, strict=True)}
    opened = {
        one.post: alone[one.post] * THREAD_SHARE
        for one in found.evidence
        if one.post == one.ranking.thread and one.ranking.signals.replies
    }
    return {
        one.post: alone[one.post] + (opened.get(one.ranking.thread, 0.0) if one.post not in opened else 0.0)
        for one in found.evidence
    }


def _speaking(
    subject: Mapping[Word, Word],
    posts: Mapping[str, RankingFeatures],
    openers: Mapping[str, RankingFeatures],
) -> list[str]:
    """The posts that are evidence: they, with what opened their thread, speak of a part of the question, and
    all that their author answered speaks of enough of it. Less is chance.
    """
    telling = telling_forms((*subject.keys(), *subject.values()))
    spoken = {id_: _spoken_of(ranking, telling) for id_, ranking in {**openers, **posts}.items()}
    nothing: frozenset[str] = frozenset()
    in_context = {
        id_: spoken[id_] | (spoken[ranking.thread] if ranking.thread in openers else nothing)
        for id_, ranking in posts.items()
    }
    # Many posts speak of the same: it is worked out once.
    alike = Counter(in_context.values())
    idfs = {typed: _idf(word, alike) for typed, word in subject.items()}
    covered = cache(lambda forms: coverage(idfs, forms, subject))
    answered: dict[str, frozenset[str]] = defaultdict(frozenset)
    for id_, ranking in posts.items():
        least = MIN_COVERAGE_OF_REMARK if is_remark(ranking) else MIN_COVERAGE_OF_POST
        if ranking.author and covered(in_context[id_]) >= least:
            answered[ranking.author] |= in_context[id_]
    enough = min(MOST_COVERAGE, MIN_COVERAGE * max(1, told_words(subject)) ** -MANY_WORDS)
    knowing = {author for author, forms in answered.items() if covered(forms) >= enough}
    return [
        id_
        for id_, ranking in posts.items()
        if ranking.author in knowing and covered(in_context[id_]) >= MIN_COVERAGE_OF_POST
    ]


def _idf(word: Word, texts: Counter[frozenset[str]]) -> float:
    """idf among the candidates: what nearly all of them say tells nothing, what none says is what is missing.

    Of the candidates, which their reader sees, never of the index: that would tell of hidden posts.
    """
    saying = sum(number for forms, number in texts.items() if says(word, forms))
    return math.log((texts.total() + 1) / (saying + 0.5))


def _spoken_of(post: RankingFeatures, telling: frozenset[str]) -> frozenset[str]:
    """What a post speaks of that tells something: its terms, and the topics that it is assigned to."""
    spoken = telling.intersection(post.terms.split())
    # Of hundreds of posts hardly any is filed under what was asked: theirs are looked through unread.
    if not any(form in post.topics for form in telling):
        return spoken
    topics = (key.split() for key, _, kind, _ in tag_rows(post.topics) if kind != PHRASE)
    return spoken | telling.intersection(chain.from_iterable(topics))


def _ranked(proofs: Iterable[Proof]) -> list[tuple[str, list[Proof]]]:
    """Each author's proofs, the best first: one a thread, few of each thread."""
    taken: dict[str, set[str]] = {}
    by_author: dict[str, list[Proof]] = {}
    for proof in sorted(proofs, key=lambda proof: (-proof.weight, proof.post)):
        authors, author = taken.setdefault(proof.ranking.thread, set()), proof.ranking.author or ""
        if author not in authors and len(authors) < PEOPLE_A_THREAD:
            authors.add(author)
            by_author.setdefault(author, []).append(proof)
    scored = [(summed(proof.weight for proof in found), author, found) for author, found in by_author.items()]
    scored.sort(key=lambda one: (-one[0], one[1]))
    enough = [(author, found) for score, author, found in scored if score >= MIN_SCORE]
    # Remarks in several threads speak for somebody only where nobody has shown more: one may be a joke.
    return [(author, found) for author, found in enough if _has_answered(found)] or [
        (author, found) for author, found in enough if _has_replied(found)
    ]


def _has_answered(proofs: Sequence[Proof]) -> bool:
    """Whether any is more than a remark."""
    return any(not is_remark(proof.ranking) for proof in proofs)


def _has_replied(proofs: Sequence[Proof]) -> bool:
    """Whether there are remarks in several threads."""
    threads = {proof.ranking.thread for proof in proofs if proof.ranking.replies_to}
    return len(threads) >= REPLIED_THREADS
