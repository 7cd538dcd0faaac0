"""The routes that load balancers and people on night duty ask."""

from fastapi import APIRouter

from search_api.identity.viewers import Importer, Served
from search_api.retrieval.listing import check
from search_api.schemas.health import HealthBody, HealthDetailsBody
from search_api.services import Services

router = APIRouter(prefix="/health", tags=["operation"])


@router.get("")
def health(services: Served) -> HealthBody:
    """Whether store and index answer; 503 where either does not, without saying more."""
    _pending(services)
    return HealthBody(status="ok", demo=services.demo)


@router.get("/details")
def details(viewer: Importer, services: Served) -> HealthDetailsBody:
    """What answers, and how many posts wait to be published: for tokens that may import."""
    pending = _pending(services)
    return HealthDetailsBody(
        status="ok",
        engine=services.engine.name,
        generation=services.engine.generation,
        pending=pending,
        vector_lane=services.annotator.vector_lane,
        demo=services.demo,
    )


def _pending(services: Services) -> int:
    """Posts that wait; raises where store or index does not answer."""
    pending = services.store.status().pending
    check(services)
    return pending
