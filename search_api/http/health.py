"""The route that load balancers and people on night duty ask."""

from fastapi import APIRouter

from search_api.identity.viewers import Served
from search_api.retrieval.listing import check
from search_api.schemas.health import HealthBody

router = APIRouter(tags=["operation"])


@router.get("/health")
def health(services: Served) -> HealthBody:
    """Whether store and index answer, and how many posts wait to be published. 503 where either does not."""
    status = services.store.status()
    check(services)
    return HealthBody(
        status="ok",
        engine=services.engine.name,
        generation=services.engine.generation,
        pending=status.pending,
        vector_lane=services.annotator.vector_lane,
        demo=services.demo,
    )
