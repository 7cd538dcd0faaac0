"""Topics: what they are called, what is said of them, and by whom, all as far as the viewer may see.

A topic is what posts are filed under: the key of their tags. Nobody curates it; one that no visible post
carries does not exist for the viewer.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.engine import Answer, Bucket, Filters
from models.errors import NotFound
from models.language.annotation import Tag
from models.language.packing import tags
from models.moments import FUTURE, now
from models.ranking_features import Conversations, RankingFeatures
from models.records import PostKind
from models.scope import Scope
from models.stored import NO_SIGNALS, Signals, StoredPost
from search_api.experts.evidence import evidence_weight
from search_api.experts.finding import THREAD_SHARE, Expert, chosen
from search_api.experts.finding import shown as shown_experts
from search_api.query.analyzed import analyze
from search_api.ranking.remarks import is_remark
from search_api.retrieval.facets import is_told
from search_api.retrieval.listing import Listing, listed
from search_api.retrieval.retrieve import WHOLE_THREADS, retrieve, surrounded
from search_api.services import Services

NAMED_KINDS = frozenset({"source", "hashtag", "vocabulary", "product", "implied", "thread"})
"""Topics that people know and talk about; codes and tickets only identify things."""
SUBJECT_KINDS = NAMED_KINDS | {"phrase"}
"""The same, and what may be a topic: a phrase, where several posts say it."""

NEWEST = 200
"""Posts that are looked at by date, and as many again by how much they speak of the topic."""
ANSWERS = 5
RECENT = 6
EXPERTS = 5
RELATED = 8
CANDIDATES = 20
"""Topics that most often stand beside this one, of which the closest are shown."""
LEAST_TOGETHER = 2
"""Posts that carry both: one may be chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic's key, its names, and how many visible posts carry it (of those that were counted)."""

    key: str
    name: str
    name_en: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPost:
    """A visible post with what people did with it."""

    post: StoredPost
    signals: Signals


def rated_posts(services: Services, ids: Collection[str], scope: Scope) -> dict[str, RatedPost]:
    """The visible ones of the posts with what people did with them, in the order of the ids."""
    posts = services.store.posts(ids, scope)
    signals = services.store.signals(ids, scope)
    return {
        id_: RatedPost(post=posts[id_], signals=signals.get(id_, NO_SIGNALS)) for id_ in ids if id_ in posts
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOverview:
    """All that the viewer may know of a topic.

    `also` are its other names; `introduction` is the document or blog entry on it that is worth most, if any;
    `channels` and `companies` are where it is talked about, most first, as ids with numbers of posts.
    """

    topic: Topic
    also: tuple[str, ...]
    since: datetime
    until: datetime
    introduction: RatedPost | None
    answers: tuple[RatedPost, ...]
    experts: tuple[Expert, ...]
    recent: tuple[RatedPost, ...]
    related: tuple[Topic, ...]
    channels: tuple[Bucket, ...]
    companies: tuple[Bucket, ...]


def topic_overview(
    services: Services, key: str, scope: Scope, *, at: datetime | None = None
) -> TopicOverview:
    """A topic as the scope sees it; raises `NotFound` where no visible post carries it."""
    with services.store.one_moment():
        return _overview(services, key, scope, at or now())


def _overview(services: Services, key: str, scope: Scope, at: datetime) -> TopicOverview:
    filed = Filters(topics=frozenset({key}))
    listing = Listing(filters=filed, posts=NEWEST, count=True, facets=("topic", "channel", "company"))
    [newest] = listed(services, [listing], scope)
    query = analyze(services.annotator, topic_of(services, key).name, filters=filed)
    found = retrieve(
        services,
        query,
        scope,
        evidence=True,
        matches=NEWEST,
        neighbours=0,
        listed=[hit.post for hit in newest.match],
        around=False,
    )
    known = {**found.listed, **{one.post: one.ranking for one in found.candidates}}
    topics = {id_: tags(ranking.topics) for id_, ranking in known.items()}
    # What was edited a moment ago may carry the topic no longer.
    weights = {id_: tag.weight for id_, carried in topics.items() for tag in carried if tag.key == key}
    posts = {id_: known[id_] for id_ in weights}
    if not posts:
        raise NotFound.unseen("topic", key)
    name = _name(services, key, [topics[id_] for id_ in posts])
    found = surrounded(
        services,
        found,
        scope,
        threads={ranking.thread for ranking in posts.values()},
        whole=_surest(posts, weights)[:WHOLE_THREADS],
    )
    best = _best(found.around, posts, weights, at)
    # What is dated in the future comes last: nobody knows when it was written.
    latest = at + FUTURE
    by_date = sorted(
        posts, key=lambda id_: (posts[id_].created <= latest, posts[id_].created, id_), reverse=True
    )
    dates = [posts[id_].created for id_ in by_date]
    dates = [created for created in dates if created <= latest] or dates
    written_up = next((id_ for id_, ranking in best.items() if ranking.kind in _WRITTEN_UP), None)
    answers = [id_ for id_, ranking in best.items() if ranking.replies_to][:ANSWERS]
    ranked = known | best
    of_topic = {*answers, *by_date[:RECENT], *([written_up] if written_up else [])}
    people = chosen(services, found, scope, limit=EXPERTS, at=at)
    # What is read together costs less: the experts' posts are shown beside these.
    shown = services.store.posts({*of_topic, *(post for one in people for post in one.posts)}, scope)
    rated = {id_: RatedPost(post=shown[id_], signals=ranked[id_].signals) for id_ in of_topic if id_ in shown}
    channels, companies = _told(services, ("channel", "company"), newest, scope)
    return TopicOverview(
        topic=replace(name, posts=newest.count or len(posts)),
        also=_other_names(services, key, name),
        since=dates[-1],
        until=dates[0],
        introduction=rated.get(written_up or ""),
        answers=tuple(rated[id_] for id_ in answers if id_ in rated),
        experts=tuple(shown_experts(services, people, found, scope, at)),
        recent=tuple(rated[id_] for id_ in by_date[:RECENT] if id_ in rated),
        related=_related(services, key, newest, {id_: topics[id_] for id_ in posts}, scope),
        channels=channels,
        companies=companies,
    )


def _told(
    services: Services, fields: Sequence[str], counted: Answer, scope: Scope
) -> tuple[tuple[Bucket, ...], ...]:
    """The counts by value of each field, as far as their reader may learn of the values."""
    names = services.store.names(
        {field: [bucket.value for bucket in counted.facets[field]] for field in fields}, scope
    )
    return tuple(
        tuple(bucket for bucket in counted.facets[field] if is_told(field, bucket.value, names[field], scope))
        for field in fields
    )


def named_topics(
    services: Services, buckets: Collection[Bucket], tags: Mapping[str, Sequence[Tag]]
) -> list[Topic]:
    """Counted topics with their names, of which the posts that carry them know the spelling."""
    return [replace(_name(services, key, tags.values()), posts=posts) for key, posts in buckets]


def topic_of(services: Services, key: str, spelt: str | None = None) -> Topic:
    """A topic by its names in the vocabulary; one that is not there is called as spelt. It is not counted."""
    subject = services.annotator.subject(key)
    if subject is not None and subject.key == key:
        return Topic(key=key, name=subject.name, name_en=_english(subject.names) or subject.name, posts=0)
    return Topic(key=key, name=spelt or key, name_en=spelt or key, posts=0)


_WRITTEN_UP = frozenset({PostKind.DOCUMENT, PostKind.BLOG})


def _name(services: Services, key: str, tags: Collection[Sequence[Tag]]) -> Topic:
    spelt = Counter(tag.name for found in tags for tag in found if tag.key == key)
    return topic_of(services, key, min(spelt, key=lambda name: (-spelt[name], name), default=key))


def _english(names: Sequence[str]) -> str | None:
    return next((name for name in names if name.isascii()), None)


def _other_names(services: Services, key: str, topic: Topic) -> tuple[str, ...]:
    subject = services.annotator.subject(key)
    if subject is None or subject.key != key:
        return ()
    return tuple(name for name in subject.names if name not in (topic.name, topic.name_en))


def _surest(posts: Mapping[str, RankingFeatures], weights: Mapping[str, float]) -> list[str]:
    """The posts that opened threads, those first that are most surely on the topic."""
    opened = (id_ for id_, ranking in posts.items() if id_ == ranking.thread)
    return sorted(opened, key=lambda id_: (-weights[id_], id_))


def _best(
    around: Conversations,
    posts: Mapping[str, RankingFeatures],
    weights: Mapping[str, float],
    at: datetime,
) -> dict[str, RankingFeatures]:
    """What is worth most on the topic, and more than a remark, the best first: one post a thread.

    An answer is on the topic of its question, too, though it may not say the word.
    """
    of_questions = {
        id_: weights[ranking.thread] * THREAD_SHARE
        for id_, ranking in around.members.items()
        if ranking.thread in weights
    }
    considered = {**around.members, **posts}
    rated: list[tuple[float, str]] = []
    for id_, weight in {**of_questions, **weights}.items():
        ranking = considered[id_]
        opener = around.openers.get(ranking.thread)
        worth = evidence_weight(weight, ranking, opener.author if opener else None, at)
        if worth > 0 and not is_remark(ranking):
            rated.append((-worth, id_))
    best: dict[str, str] = {}
    for _, id_ in sorted(rated):
        best.setdefault(considered[id_].thread, id_)
    return {id_: considered[id_] for id_ in best.values()}


def _related(
    services: Services, key: str, newest: Answer, tags: Mapping[str, Sequence[Tag]], scope: Scope
) -> tuple[Topic, ...]:
    """Topics of the same posts, by the cosine of the two sets of posts: not simply the most common ones."""
    kinds = {tag.key: tag.kind for found in tags.values() for tag in found}
    together = {
        bucket.value: bucket.posts
        for bucket in newest.facets["topic"]
        if bucket.value != key
        and bucket.posts >= LEAST_TOGETHER
        and kinds.get(bucket.value, "phrase") in SUBJECT_KINDS
    }
    closest = sorted(together, key=lambda other: (-together[other], other))[:CANDIDATES]
    in_all = _posts_of(services, closest, scope)
    cosines = {other: together[other] / math.sqrt(max(1, in_all.get(other, 0))) for other in closest}
    ranked = sorted(closest, key=lambda other: (-cosines[other], other))[:RELATED]
    return tuple(named_topics(services, [Bucket(other, together[other]) for other in ranked], tags))


def _posts_of(services: Services, keys: Collection[str], scope: Scope) -> dict[str, int]:
    """How many visible posts carry each of the topics."""
    if not keys:
        return {}
    [counted] = listed(services, [Listing(filters=Filters(topics=frozenset(keys)), facets=("topic",))], scope)
    return {bucket.value: bucket.posts for bucket in counted.facets["topic"]}
