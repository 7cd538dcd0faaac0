"""Routes of questions: search, experts, suggestions."""

from typing import Annotated

from fastapi import APIRouter, Query

from search_api.experts.finding import find_experts
from search_api.identity.access import admitted
from search_api.identity.viewers import Reader, Served
from search_api.retrieval.listing import suggested
from search_api.schemas.experts import ExpertsBody
from search_api.schemas.parameters import ExpertsParameters, SearchParameters, SuggestParameters
from search_api.schemas.search import SearchBody, SuggestionsBody
from search_api.search.page import find_answers

router = APIRouter(tags=["questions"])


@router.get("/search")
def search(asked: Annotated[SearchParameters, Query()], reader: Reader, services: Served) -> SearchBody:
    """Find the answer: threads, the best first, with the words that answer marked."""
    with admitted(services, reader) as viewer:
        page = find_answers(
            services,
            asked.q,
            viewer.scope,
            filters=asked.filters(services.store.timezone),
            facets=tuple(asked.facet),
            limit=asked.limit,
            cursor=asked.cursor,
        )
    return SearchBody.model_validate(page)


@router.get("/experts")
def experts(asked: Annotated[ExpertsParameters, Query()], reader: Reader, services: Served) -> ExpertsBody:
    """Find who knows: people, the best first, each with the posts that prove it."""
    with admitted(services, reader) as viewer:
        found = find_experts(services, asked.q, viewer.scope, limit=asked.limit)
    return ExpertsBody.model_validate({"experts": found})


@router.get("/suggest")
def suggest(
    asked: Annotated[SuggestParameters, Query()], reader: Reader, services: Served
) -> SuggestionsBody:
    """Complete the beginning of a question, from the tags of posts that the viewer may see."""
    with admitted(services, reader) as viewer:
        found = suggested(services, asked.prefix, viewer.scope, asked.limit)
    return SuggestionsBody.model_validate({"suggestions": found})
