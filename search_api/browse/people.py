"""What one person knows: the topics of what they answered and wrote up, each with the posts that prove it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.engine import Bucket
from models.language.annotation import Tag
from models.language.packing import tags
from models.moments import now
from models.ranking_features import RankingFeatures
from models.scope import Scope
from search_api.browse.topics import NAMED_KINDS, RatedPost, Topic, named_topics
from search_api.experts.evidence import evidence_weight, summed
from search_api.experts.finding import THREAD_SHARE
from search_api.ranking.remarks import is_remark
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
    `carried` are the weighted topics of the `recent` posts, by id.
    """

    topics: tuple[KnownTopic, ...]
    further: tuple[Topic, ...]
    recent: tuple[RatedPost, ...]
    carried: Mapping[str, Sequence[Tag]]
    accepted: int


def knowledge_of(
    services: Services, person: str, scope: Scope, *, recent: int, at: datetime | None = None
) -> Knowledge:
    """What the scope may know of a person, and the last `recent` of their posts, never anonymous ones."""
    with services.store.one_moment():
        posts = services.store.posts_by(person, scope, limit=POSTS)
        rankings = services.store.ranking_features({post.id: 0 for post in posts}, scope)
        rated = [
            RatedPost(post=post, signals=rankings[post.id].signals) for post in posts if post.id in rankings
        ]
        topics, further = _topics(services, rated, rankings, scope, at or now())
    return Knowledge(
        topics=topics,
        further=further[:FURTHER],
        recent=tuple(rated[:recent]),
        carried={one.post.id: tags(rankings[one.post.id].topics) for one in rated[:recent]},
        accepted=sum(one.signals.accepted for one in rated),
    )


def _topics(
    services: Services,
    rated: Sequence[RatedPost],
    rankings: Mapping[str, RankingFeatures],
    scope: Scope,
    at: datetime,
) -> tuple[tuple[KnownTopic, ...], tuple[Topic, ...]]:
    """The topics with evidence of their own, and the others, each the best first."""
    proofs = [one for one in rated if not is_remark(rankings[one.post.id])]
    openers = services.store.conversations({rankings[one.post.id].thread for one in proofs}, scope).openers
    carried = {id_: tags(ranking.topics) for id_, ranking in {**rankings, **openers}.items()}
    weighed: dict[str, list[tuple[float, str, RatedPost]]] = defaultdict(list)
    for one in proofs:
        ranking = rankings[one.post.id]
        opener = openers.get(ranking.thread)
        worth = evidence_weight(1.0, ranking, opener.author if opener else None, at)
        for key, weight in _about(one.post.id, ranking.thread, carried).items():
            if worth > 0:
                weighed[key].append((-worth * weight, one.post.id, one))
    scores = {key: _score(found) for key, found in weighed.items()}
    topics: list[KnownTopic] = []
    further: list[Topic] = []
    shown: set[str] = set()
    for key in sorted(weighed, key=lambda key: (-scores[key], key)):
        known = _known(services, key, weighed[key], carried)
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
    weighed: list[tuple[float, str, RatedPost]],
    carried: Mapping[str, Sequence[Tag]],
) -> KnownTopic:
    [topic] = named_topics(services, [Bucket(key, len(weighed))], carried)
    evidence = tuple(one for _, _, one in sorted(weighed, key=lambda found: found[:2])[:SHOWN_EVIDENCE])
    return KnownTopic(topic=replace(topic, posts=len(weighed)), evidence=evidence)


def _about(post: str, thread: str, carried: Mapping[str, Sequence[Tag]]) -> dict[str, float]:
    """What a post is about, and how surely: its own topics, and those of what opened its thread."""
    weights: dict[str, float] = {}
    for id_, share in ((thread, THREAD_SHARE), (post, 1.0)):
        for tag in carried.get(id_, ()):
            if tag.kind in NAMED_KINDS:
                weights[tag.key] = max(weights.get(tag.key, 0.0), tag.weight * share)
    return weights


def _score(weighed: list[tuple[float, str, RatedPost]]) -> float:
    """As for experts: each further post counts less, and one thread counts once."""
    best: dict[str, float] = {}
    for weight, _, one in sorted(weighed, key=lambda found: found[:2]):
        best.setdefault(one.post.thread, -weight)
    return summed(best.values())
