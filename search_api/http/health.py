"""The routes that load balancers and people on night duty ask."""

from fastapi import APIRouter

from models.stored import Permission, StoreStatus
from search_api.identity.access import admitted
from search_api.identity.viewers import Program, Served
from search_api.retrieval.listing import check
from search_api.schemas.health import HealthBody, HealthDetailsBody
from search_api.services import Services

router = APIRouter(prefix="/health", tags=["operation"])


@router.get("")
def health(services: Served) -> HealthBody:
    """Whether store and index answer; 503 where either does not, without saying more."""
    _counts(services)
    return HealthBody(status="ok", demo=services.demo)


@router.get("/details")
def details(program: Program, services: Served) -> HealthDetailsBody:
    """What answers, and how many posts wait to be published or are refused: for tokens that may import."""
    with admitted(services, program, Permission.IMPORT):
        counts = _counts(services)
    return HealthDetailsBody(
        status="ok",
        engine=services.engine.name,
        generation=services.engine.generation,
        pending=counts.pending,
        refused=counts.refused,
        vector_lane=services.annotator.vector_lane,
        vectors_to_come=services.store.kept_annotations.number_lacking_vectors()
        if services.annotator.partial_embedder
        else 0,
        demo=services.demo,
    )


def _counts(services: Services) -> StoreStatus:
    """The numbers of the store; raises where store or index does not answer."""
    counts = services.store.status()
    check(services)
    return counts
