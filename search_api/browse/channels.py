"""Channels: what they are for, what is talked about in them, and what was posted last."""

from dataclasses import dataclass, replace

from indexer.engine import Bucket, Filters
from models.errors import NotFound
from models.moments import FUTURE, now
from models.records import PostKind
from models.scope import Scope, is_guest
from models.stored import Place
from search_api.browse.topics import SUBJECT_KINDS, RatedPost, Topic, named_topics, rated_posts
from search_api.retrieval.listing import Listing, listed
from search_api.services import Services

OPENING = frozenset({PostKind.QUESTION, PostKind.POST, PostKind.IDEA, PostKind.BLOG, PostKind.DOCUMENT})
"""What opens a thread: a reply says little without it."""
RECENT = 20
TOPICS = 12
LEAST_POSTS = 2
"""Posts that carry a topic: one may be chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOverview:
    """All that the viewer may know of a channel: `posts` counts what they see, `recent` opened threads."""

    channel: Place
    company: str | None
    posts: int
    topics: tuple[Topic, ...]
    recent: tuple[RatedPost, ...]


def channel_overview(services: Services, id_: str, scope: Scope) -> ChannelOverview:
    """A channel as the scope sees it; raises `NotFound` where it does not."""
    with services.store.one_moment():
        place = services.store.participation.place(id_, scope)
        if place is None:
            raise NotFound.unseen("channel", id_)
        within = Filters(channels=frozenset({id_}))
        # What is dated in the future is not the latest: nobody knows when it was written.
        latest = replace(within, kinds=OPENING, until=now() + FUTURE)
        newest, everything = listed(
            services,
            [Listing(filters=latest, posts=RECENT), Listing(filters=within, facets=("topic",), count=True)],
            scope,
        )
        found = [hit.post for hit in newest.match]
        tags = services.store.browsing.topics(found, scope)
        kinds = {tag.key: tag.kind for carried in tags.values() for tag in carried}
        talked = [
            Bucket(bucket.value, bucket.posts)
            for bucket in everything.facets["topic"]
            if bucket.posts >= LEAST_POSTS and kinds.get(bucket.value) in SUBJECT_KINDS
        ]
        companies = [place.company] if place.company else []
        names = services.store.names({"company": companies}, scope)["company"]
        return ChannelOverview(
            channel=place,
            company=names.get(place.company or "", None if is_guest(scope) else place.company),
            posts=everything.count or 0,
            topics=tuple(named_topics(services, talked[:TOPICS], tags)),
            recent=tuple(rated_posts(services, found, scope).values()),
        )
