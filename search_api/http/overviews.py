"""Routes of overviews: a topic, and what there is when nothing was asked."""

from fastapi import APIRouter

from search_api.browse.latest import latest
from search_api.browse.topics import topic_overview
from search_api.identity.viewers import Reader, Served
from search_api.schemas.overviews import LatestBody, TopicOverviewBody

router = APIRouter(tags=["overviews"])


@router.get("/topics/{key:path}")
def topic(key: str, viewer: Reader, services: Served) -> TopicOverviewBody:
    """A topic: what it is, its best answers, who knows it, what is new, and what is close to it."""
    return TopicOverviewBody.model_validate(topic_overview(services, key, viewer.scope))


@router.get("/latest")
def whats_new(viewer: Reader, services: Served) -> LatestBody:
    """Questions without an answer, what was solved lately, and topics of the day."""
    return LatestBody.model_validate(latest(services, viewer.scope))
