"""Topics: what they are called, what is said of them, and by whom, all as far as the viewer may see.

A topic is what posts are filed under: the key of their tags. Nobody curates it; one that no visible post
carries does not exist for the viewer.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.engine import Answer, Bucket, Filters, Question
from models.errors import NotFound
from models.language.annotation import Tag
from models.moments import FUTURE, now
from models.records import PostKind
from models.scope import Scope
from models.stored import NO_SIGNALS, Signals, StoredPost
from search_api.experts.evidence import author_key, is_remark, vote
from search_api.experts.finding import THREAD_POSTS, THREAD_SHARE, THREADS, Expert, find_experts
from search_api.retrieval.candidates import words_of
from search_api.retrieval.facets import told
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
        return _overview(services, key, scope, at)


def _overview(services: Services, key: str, scope: Scope, at: datetime | None) -> TopicOverview:
    filed = Question(filters=Filters(topics=frozenset({key})))
    facets = ("topic", "channel", "company")
    newest = services.engine.ask(replace(filed, browse=True, match=NEWEST, count=True, facets=facets), scope)
    speaking = services.engine.match(replace(filed, words=words_of(services, key)), scope, NEWEST)
    posts = services.store.posts({hit.post for hit in (*newest.match, *speaking)}, scope)
    tags = services.store.browsing.topics(posts.keys(), scope)
    # What was edited a moment ago may carry the topic no longer.
    posts = {id_: post for id_, post in posts.items() if any(tag.key == key for tag in tags.get(id_, ()))}
    if not posts:
        raise NotFound.unseen("topic", key)
    at = at or now()
    best = _best(services, key, posts, tags, scope, at)
    # What is dated in the future comes last: nobody knows when it was written.
    latest = at + FUTURE
    by_date = sorted(
        posts.values(), key=lambda post: (post.created <= latest, post.created, post.id), reverse=True
    )
    dates = [post.created for post in by_date if post.created <= latest] or [by_date[0].created]
    signals = services.store.signals([post.id for post in by_date[:RECENT]], scope)
    name = _name(services, key, tags.values())
    shown = told(services, newest.facets, scope)
    return TopicOverview(
        topic=replace(name, posts=newest.count or len(posts)),
        also=_other_names(services, key, name),
        since=dates[-1],
        until=dates[0],
        introduction=next((rated for rated in best if rated.post.kind in _WRITTEN_UP), None),
        answers=tuple(rated for rated in best if rated.post.parent is not None)[:ANSWERS],
        experts=tuple(find_experts(services, name.name, scope, limit=EXPERTS, at=at)),
        recent=tuple(
            RatedPost(post=post, signals=signals.get(post.id, NO_SIGNALS)) for post in by_date[:RECENT]
        ),
        related=_related(services, key, newest, tags, scope),
        channels=shown["channel"],
        companies=shown["company"],
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


def _best(
    services: Services,
    key: str,
    posts: Mapping[str, StoredPost],
    tags: Mapping[str, Sequence[Tag]],
    scope: Scope,
    at: datetime,
) -> list[RatedPost]:
    """What is worth most on the topic, and more than a remark: one post a thread.

    An answer is on the topic of its question, too, though it may not say the word.
    """
    weights = {id_: next(tag.weight for tag in tags[id_] if tag.key == key) for id_ in posts}
    openers = services.store.posts({post.thread for post in posts.values()}, scope)
    considered = dict(posts)
    opened = sorted((id_ for id_ in openers if id_ in weights), key=lambda id_: (-weights[id_], id_))
    for opener in opened[:THREADS]:
        for post in services.store.thread(opener, scope, limit=THREAD_POSTS):
            weights.setdefault(post.id, weights[opener] * THREAD_SHARE)
            considered.setdefault(post.id, post)
    signals = services.store.signals(considered.keys(), scope)
    rated: list[tuple[float, str]] = []
    for id_, post in considered.items():
        did = signals.get(id_, NO_SIGNALS)
        opening = openers.get(post.thread)
        worth = vote(weights[id_], post, did, author_key(opening) if opening else None, at)
        if worth > 0 and not is_remark(post, did):
            rated.append((-worth, id_))
    best: dict[str, RatedPost] = {}
    for _, id_ in sorted(rated):
        post = considered[id_]
        best.setdefault(post.thread, RatedPost(post=post, signals=signals.get(id_, NO_SIGNALS)))
    return list(best.values())


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
    """How many visible posts carry each of the topics, in one round trip."""
    if not keys:
        return {}
    question = Question(browse=True, filters=Filters(topics=frozenset(keys)))
    counted = services.engine.facets(question, scope, ("topic",))["topic"]
    return {bucket.value: bucket.posts for bucket in counted}
