"""Routes of overviews: a topic, a channel, and what there is when nothing was asked."""

from fastapi import APIRouter

from search_api.browse.channels import channel_overview
from search_api.browse.latest import latest
from search_api.browse.topics import topic_overview
from search_api.identity.access import admitted
from search_api.identity.viewers import Reader, Served
from search_api.schemas.overviews import ChannelOverviewBody, LatestBody, TopicOverviewBody

router = APIRouter(tags=["overviews"])


@router.get("/topics/{key:path}")
def topic(key: str, reader: Reader, services: Served) -> TopicOverviewBody:
    """A topic: what it is, its best answers, who knows it, what is new, and what is close to it."""
    with admitted(services, reader) as viewer:
        return TopicOverviewBody.model_validate(topic_overview(services, key, viewer.scope))


@router.get("/channels/{id:path}")
def channel(id: str, reader: Reader, services: Served) -> ChannelOverviewBody:  # noqa: A002
    """A channel: what it is for, what is talked about in it, and what was posted last."""
    with admitted(services, reader) as viewer:
        return ChannelOverviewBody.model_validate(channel_overview(services, id, viewer.scope))


@router.get("/latest")
def whats_new(reader: Reader, services: Served) -> LatestBody:
    """Questions without an answer, what was solved lately, and topics of the day."""
    with admitted(services, reader) as viewer:
        return LatestBody.model_validate(latest(services, viewer.scope))
