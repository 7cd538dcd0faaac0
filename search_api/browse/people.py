"""What one person knows: the topics of what they answered and wrote up, each with the posts that prove it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.engine import Bucket
from models.language.annotation import Tag
from models.moments import now
from models.scope import Scope
from models.stored import NO_SIGNALS, Signals, StoredPost
from search_api.browse.topics import NAMED_KINDS, RatedPost, Topic, named_topics
from search_api.experts.evidence import author_key, is_remark, vote
from search_api.experts.finding import NEXT_VOTE, THREAD_SHARE
from search_api.services import Services

POSTS = 300
"""The person's last posts, which are looked through; older knowledge has mostly faded."""
TOPICS = 6
FURTHER = 12
SHOWN_EVIDENCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTopic:
    """A topic that someone knows, and the posts that prove it, the best first."""

    topic: Topic
    evidence: tuple[RatedPost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What a person's visible posts say of them; `accepted` counts their accepted answers among these.

    Each of `topics` has evidence that none before it shows; `further` are known, too, but by the same posts.
    """

    topics: tuple[KnownTopic, ...]
    further: tuple[Topic, ...]
    recent: tuple[RatedPost, ...]
    accepted: int


def knowledge_of(
    services: Services, person: str, scope: Scope, *, recent: int, at: datetime | None = None
) -> Knowledge:
    """What the scope may know of a person, and the last `recent` of their posts, never anonymous ones."""
    with services.store.one_moment():
        posts = services.store.posts_by(person, scope, limit=POSTS)
        signals = services.store.signals([post.id for post in posts], scope)
        rated = [RatedPost(post=post, signals=signals.get(post.id, NO_SIGNALS)) for post in posts]
        topics, further = _topics(services, rated, scope, at or now())
    return Knowledge(
        topics=topics,
        further=further[:FURTHER],
        recent=tuple(rated[:recent]),
        accepted=sum(one.signals.accepted for one in rated),
    )


def _topics(
    services: Services, rated: Sequence[RatedPost], scope: Scope, at: datetime
) -> tuple[tuple[KnownTopic, ...], tuple[Topic, ...]]:
    """The topics with evidence of their own, and the others, each the best first."""
    proofs = [one for one in rated if not is_remark(one.post, one.signals)]
    openers = services.store.posts({one.post.thread for one in proofs}, scope)
    tags = services.store.browsing.topics({one.post.id for one in proofs} | openers.keys(), scope)
    votes: dict[str, list[tuple[float, str, RatedPost]]] = defaultdict(list)
    for one in proofs:
        worth = _worth(one.post, one.signals, openers, at)
        for key, weight in _about(one.post, tags).items():
            if worth > 0:
                votes[key].append((-worth * weight, one.post.id, one))
    scores = {key: _score(found) for key, found in votes.items()}
    topics: list[KnownTopic] = []
    further: list[Topic] = []
    shown: set[str] = set()
    for key in sorted(votes, key=lambda key: (-scores[key], key)):
        known = _known(services, key, votes[key], tags)
        evidence = {rated.post.id for rated in known.evidence}
        if evidence <= shown or len(topics) == TOPICS:
            further.append(known.topic)
            continue
        shown |= evidence
        topics.append(known)
    return tuple(topics), tuple(further)


def _known(
    services: Services,
    key: str,
    votes: list[tuple[float, str, RatedPost]],
    tags: Mapping[str, Sequence[Tag]],
) -> KnownTopic:
    [topic] = named_topics(services, [Bucket(key, len(votes))], tags)
    evidence = tuple(one for _, _, one in sorted(votes, key=lambda vote: vote[:2])[:SHOWN_EVIDENCE])
    return KnownTopic(topic=replace(topic, posts=len(votes)), evidence=evidence)


def _about(post: StoredPost, tags: Mapping[str, Sequence[Tag]]) -> dict[str, float]:
    """What a post is about, and how surely: its own topics, and those of what opened its thread."""
    weights: dict[str, float] = {}
    for id_, share in ((post.thread, THREAD_SHARE), (post.id, 1.0)):
        for tag in tags.get(id_, ()):
            if tag.kind in NAMED_KINDS:
                weights[tag.key] = max(weights.get(tag.key, 0.0), tag.weight * share)
    return weights


def _worth(post: StoredPost, signals: Signals, openers: Mapping[str, StoredPost], at: datetime) -> float:
    opener = openers.get(post.thread)
    return vote(1.0, post, signals, author_key(opener) if opener else None, at)


def _score(votes: list[tuple[float, str, RatedPost]]) -> float:
    """As for experts: each further post counts less, and one thread counts once."""
    taken: set[str] = set()
    total = 0.0
    for weight, _, one in sorted(votes, key=lambda vote: vote[:2]):
        if one.post.thread not in taken:
            total -= weight * NEXT_VOTE ** len(taken)
            taken.add(one.post.thread)
    return total
