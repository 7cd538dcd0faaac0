"""Experts: posts that answer vote for the people who wrote them.

The voting model of Macdonald & Ounis ("Voting for Candidates", CIKM 2006) in its CombSUM form: the score of a
person is the sum of the votes of their posts. The votes of one person and of one thread are capped, so that
writing much about anything never makes an expert. Hidden posts give no votes: every read has a scope.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from indexer.engine import Filters, Hit, Question, Word
from models.language.annotation import Annotation
from models.language.topics import PHRASE
from models.moments import now
from models.records import PostKind
from models.scope import Scope
from models.stored import NO_SIGNALS, Author, Profile, Signals, StoredPost
from search_api.experts.evidence import Reason, author_key, is_remark, reasons, vote
from search_api.query.function_words import PERSON_WANTED
from search_api.query.weighing import asked_forms, coverage
from search_api.ranking.fusion import Fused
from search_api.retrieval.candidates import Candidate, confirm, words_of
from search_api.search.snippets import Snippet, snippet
from search_api.services import Services

MATCHES = 200
"""Posts that vote: many weak votes tell people apart where one best answer would do for a search."""
REPLYING = frozenset({PostKind.QUESTION, PostKind.ANSWER, PostKind.REPLY, PostKind.COMMENT})
ANSWERS = 100
"""Candidates asked for among questions and replies, where chatter may have filled all places."""
THREADS = 20
"""Threads that are read whole: an answer need not repeat the words of its question."""
THREAD_POSTS = 50
THREAD_SHARE = 0.7
"""What of the score of the post that opened a thread is added to that of each reply."""

MIN_COVERAGE = 0.35
"""So much of what was asked a person has answered about, rare words counting most, or they are not named.

Of the 15 judged searches of `dev` 13 name the right person first, and all 10 about what nobody knows name
nobody; at .3 they are 13 and 9, and .4 changes nothing."""
MIN_COVERAGE_OF_POST = 0.15
"""Each post speaks of a part: one of repair, one of measuring."""
VOTES_A_THREAD = 5
"""One long thread is one conversation: its best votes count, one a person."""
NEXT_VOTE = 0.7
"""What each further vote of a person counts of the one before: all together, 3.3 times the best at most."""
MIN_SCORE = 0.45
"""More than a few posts that merely mention it: to name nobody is better than to name somebody at random."""
REPLIED_THREADS = 3
"""In so many threads one has replied, where nothing says that any of the replies was an answer."""
SHOWN_EVIDENCE = 3


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


class _Vote(NamedTuple):
    """A candidate's vote for its author, a person or an account (`author_key`)."""

    weight: float
    author: str
    candidate: Candidate


def find_experts(
    services: Services, text: str, scope: Scope, *, limit: int = 10, at: datetime | None = None
) -> list[Expert]:
    """Who knows about this, the best first; nobody, rather than anybody, where the evidence is thin.

    Anonymous posts and bots do not count, nor does asking; who left is not named. An account that belongs to
    no known person is named by itself. Raises `BadInput` for an empty question.
    """
    at = at or now()
    words = _subject(words_of(services, text))
    candidates = _candidates(services, words, scope)
    openers = services.store.posts({candidate.post.thread for candidate in candidates}, scope)
    ids = {candidate.post.id for candidate in candidates} | openers.keys()
    annotations = services.store.annotations(ids, scope)
    votes = _votes(candidates, openers, _speaking(words, candidates, annotations), at)
    forms = asked_forms(words)

    def evidence(candidate: Candidate) -> Evidence:
        post, signals = candidate.post, candidate.signals
        cut = snippet(post, annotations.get(post.id), candidate.passage, forms)
        return Evidence(post=post, signals=signals, snippet=cut, why=reasons(post, signals, at))

    experts: list[Expert] = []
    for _, ballot in _ranked(votes):
        author = ballot[0].candidate.post.author
        if author is None:
            continue
        profiles = services.store.profiles([author.person], scope) if author.person else {}
        person = profiles.get(author.person) if author.person else None
        if person is not None and person.left:
            continue
        shown = tuple(evidence(vote.candidate) for vote in ballot[:SHOWN_EVIDENCE])
        experts.append(Expert(rank=len(experts) + 1, author=author, person=person, evidence=shown))
        if len(experts) == limit:
            break
    return experts


def _candidates(services: Services, words: tuple[Word, ...], scope: Scope) -> list[Candidate]:
    """Posts that match, and the answers to those among them that ask."""
    question = Question(words=words, match=MATCHES)
    match = services.engine.ask(question, scope).match
    if len(match) == MATCHES:
        among_answers = replace(question, match=ANSWERS, filters=Filters(kinds=REPLYING))
        known = {hit.post for hit in match}
        answers = services.engine.ask(among_answers, scope).match
        match += tuple(hit for hit in answers if hit.post not in known)
    found = confirm(services, _weighed(match), scope)
    opened = {
        candidate.post.id: candidate.score * THREAD_SHARE
        for candidate in found
        if candidate.post.thread == candidate.post.id and candidate.signals.replies
    }
    in_context = [
        candidate
        if candidate.post.id == candidate.post.thread
        else candidate._replace(score=candidate.score + opened.get(candidate.post.thread, 0.0))
        for candidate in found
    ]
    return [*in_context, *_answers_without_words(services, opened, {hit.post.id for hit in found}, scope)]


def _weighed(match: Sequence[Hit]) -> list[Fused]:
    """The hits by their share of the best one's score."""
    best = max((hit.score for hit in match), default=1.0)
    return [Fused(hit.post, hit.passage, hit.score / best) for hit in match]


def _answers_without_words(
    services: Services, opened: Mapping[str, float], known: Container[str], scope: Scope
) -> list[Candidate]:
    """What the best threads hold besides the posts known, each with what its opening post is worth to it."""
    answers = {
        post.id: post
        for thread in list(opened)[:THREADS]
        for post in services.store.thread(thread, scope, limit=THREAD_POSTS)
        if post.id not in known
    }
    signals = services.store.signals(answers.keys(), scope) if answers else {}
    return [
        Candidate(post, signals.get(post.id, NO_SIGNALS), 0, opened[post.thread]) for post in answers.values()
    ]


def _subject(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """What somebody should know about; the words themselves where they only say that somebody is wanted."""
    kept = tuple(word for word in words if not PERSON_WANTED.issuperset(asked_forms([word])))
    return kept or words


def _speaking(
    words: tuple[Word, ...], candidates: Sequence[Candidate], annotations: Mapping[str, Annotation]
) -> frozenset[str]:
    """The posts that are evidence: they, with what opened their thread, speak of a part of the question, and
    all that their author answered speaks of enough of it. Less is chance.
    """
    spoken = {post: _spoken_of(annotation) for post, annotation in annotations.items()}
    nothing: set[str] = set()
    in_context = {
        post.id: spoken.get(post.id, nothing) | spoken.get(post.thread, nothing) for post, *_ in candidates
    }
    idfs = {word: _idf(word, in_context.values()) for word in words}
    covered = {post: coverage(idfs, forms) for post, forms in in_context.items()}
    answered: dict[str | None, set[str]] = defaultdict(set)
    for post, signals, *_ in candidates:
        if covered[post.id] >= (MIN_COVERAGE if is_remark(post, signals) else MIN_COVERAGE_OF_POST):
            answered[author_key(post)] |= in_context[post.id]
    knowing = {author for author, forms in answered.items() if coverage(idfs, forms) >= MIN_COVERAGE}
    return frozenset(
        post.id
        for post, *_ in candidates
        if author_key(post) in knowing and covered[post.id] >= MIN_COVERAGE_OF_POST
    )


def _idf(word: Word, texts: Collection[set[str]]) -> float:
    """idf among the candidates: what nearly all of them say tells nothing, what none says is what is missing.

    Of the candidates, which their reader sees, never of the index: that would tell of hidden posts.
    """
    terms = asked_forms([word]).keys()
    saying = sum(not terms.isdisjoint(forms) for forms in texts)
    return math.log((len(texts) + 1) / (saying + 0.5))


def _spoken_of(annotation: Annotation) -> set[str]:
    """What a post speaks of: its terms, and the topics that it is filed under."""
    forms = {form for passage in annotation.passages for form in passage.forms}
    return forms | {word for tag in annotation.topics if tag.kind != PHRASE for word in tag.key.split()}


def _votes(
    candidates: Iterable[Candidate], openers: Mapping[str, StoredPost], speaking: frozenset[str], at: datetime
) -> list[_Vote]:
    votes: list[_Vote] = []
    for candidate in candidates:
        post = candidate.post
        author = author_key(post)
        if author is None or post.id not in speaking:
            continue
        opener = openers.get(post.thread)
        weight = vote(candidate.score, post, candidate.signals, author_key(opener) if opener else None, at)
        if weight > 0:
            votes.append(_Vote(weight, author, candidate))
    return votes


def _ranked(votes: Iterable[_Vote]) -> list[tuple[float, list[_Vote]]]:
    """Each author's score and votes, the best first: one vote a thread, few votes of each thread."""
    taken: dict[str, set[str]] = {}
    ballots: dict[str, list[_Vote]] = {}
    for ballot in sorted(votes, key=lambda vote: (-vote.weight, vote.candidate.post.id)):
        authors = taken.setdefault(ballot.candidate.post.thread, set())
        if ballot.author not in authors and len(authors) < VOTES_A_THREAD:
            authors.add(ballot.author)
            ballots.setdefault(ballot.author, []).append(ballot)
    scored = [
        (sum(vote.weight * NEXT_VOTE**place for place, vote in enumerate(ballot)), ballot)
        for ballot in ballots.values()
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1][0].author))
    enough = [(score, ballot) for score, ballot in scored if score >= MIN_SCORE]
    # Remarks in several threads speak for somebody only where nobody has shown more: one may be a joke.
    return [(score, ballot) for score, ballot in enough if _has_answered(ballot)] or [
        (score, ballot) for score, ballot in enough if _has_replied(ballot)
    ]


def _has_answered(ballot: list[_Vote]) -> bool:
    """Whether any vote is more than a remark."""
    return any(not is_remark(vote.candidate.post, vote.candidate.signals) for vote in ballot)


def _has_replied(ballot: list[_Vote]) -> bool:
    """Whether there are remarks in several threads."""
    posts = [vote.candidate.post for vote in ballot]
    return len({post.thread for post in posts if post.parent is not None}) >= REPLIED_THREADS
