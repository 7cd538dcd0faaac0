"""The pages of questions: home, search, who knows, and what is shown while somebody types."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from indexer.engine import FACETS, Bucket, Filters
from models.errors import BadInput
from models.language.annotation import Tag
from models.moments import day_begins, day_of, now
from models.stored import Viewer
from search_api.browse.latest import latest
from search_api.browse.topics import NAMED_KINDS, SUBJECT_KINDS, Topic, named_topics, topic_of
from search_api.experts.finding import chosen, find_experts
from search_api.experts.finding import shown as shown_experts
from search_api.identity.access import admitted
from search_api.identity.viewers import Reader, Served
from search_api.pages.catalogue import Language
from search_api.pages.frame import PageRoute, fragment, reader_of, render
from search_api.pages.rendering import day
from search_api.query.analyzed import AnalyzedQuery, analyze
from search_api.retrieval.listing import suggested
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.schemas.parameters import SearchParameters
from search_api.search.cursors import marked
from search_api.search.levels import LeveledAnswers, leveled
from search_api.search.page import NAMED_FACETS, SearchPage, page_of
from search_api.search.similar import similar_threads
from search_api.services import Services

PEOPLE_BESIDE = 3
PEOPLE_LISTED = 20
FACETS_SHOWN = ("kind", "channel", "company", "topic", "language")
"""In the order in which they help."""
TOPICS_SHOWN = 4
SUGGESTIONS = 7
SIMILAR = 3
NO_SUBJECT = re.compile(r"@|https?:|(?<![\W\d])[\W\d]++$")
PERIODS = {"week": timedelta(days=7), "month": timedelta(days=30), "year": timedelta(days=365)}

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class PageParameters(SearchParameters):
    """A question as the search form sends it; the page without one is the start page."""

    q: str = ""
    lang: Language | None = None


class Period(NamedTuple):
    """A stretch of time up to now, from a date on, and how many visible posts match in it."""

    name: str
    since: str
    posts: int


class Filter(NamedTuple):
    """A value that narrows the question, and what people call it; empty where the catalogue knows."""

    field: str
    value: str
    name: str


@router.get("/", response_class=HTMLResponse)
def search_page(
    asked: Annotated[PageParameters, Query()], request: Request, reader: Reader, services: Served
) -> HTMLResponse:
    """The home page or, once something is asked, hits and who knows."""
    with admitted(services, reader) as viewer:
        if not asked.q.strip():
            return _home(request, viewer, services)
        query = analyze(services.annotator, asked.q, filters=asked.filters(services.store.timezone))
        periods = _periods(query, services.store.timezone)
        found = retrieve(
            services,
            query,
            viewer.scope,
            facets=FACETS_SHOWN,
            count=True,
            narrowed=[filters for _, _, filters in periods],
            evidence=True,
            deeper=marked(asked.cursor),
        )
        at = now()
        people = chosen(services, found, viewer.scope, limit=PEOPLE_BESIDE, at=at)
        answers = leveled(services.annotator, found)
        _read_names(services, answers.found, asked, viewer)
        beside = [post for one in people for post in one.posts]
        page, restarted = _searched(services, answers, asked, viewer, also=beside)
        carried = services.store.browsing.topics([hit.post.id for hit in page.hits], viewer.scope)
        shown: dict[str, Any] = {
            "page": page,
            "restarted": restarted,
            "begins": restarted or asked.cursor is None,
            "experts": shown_experts(services, people, found, viewer.scope, at),
            "facets": FACETS_SHOWN,
            "filters": _filters(services, asked, viewer),
            "periods": [
                Period(name, since, matching)
                for (name, since, _), matching in zip(periods, answers.found.narrowed, strict=True)
                if matching
            ],
            "topics": chips_of(services, carried),
            "facet_topics": _facet_topics(services, page, carried),
        }
        return render(request, "search.html", services=services, viewer=viewer, **shown)


@router.get("/who", response_class=HTMLResponse)
def who_knows_page(request: Request, reader: Reader, services: Served, q: str = "") -> HTMLResponse:
    """Everybody who knows about something, with the posts that prove it."""
    with admitted(services, reader) as viewer:
        people = find_experts(services, q, viewer.scope, limit=PEOPLE_LISTED) if q.strip() else []
        companies = {company for one in people if one.person for company in one.person.companies}
        names = services.store.names({"company": companies, **reader_of(viewer)}, viewer.scope)
        shown: dict[str, Any] = {"experts": people, "company_names": names["company"]}
        return render(request, "who.html", services=services, viewer=viewer, **shown)


@router.get("/suggestions", response_class=HTMLResponse)
def suggestions(request: Request, reader: Reader, services: Served, q: str = "") -> HTMLResponse:
    """Completions of what is being typed, from the topics of posts that the viewer may see."""
    with admitted(services, reader) as viewer:
        found = completions(services, q[:100], viewer)
        return fragment(request, "suggestions.html", viewer=viewer, completions=found)


@router.get("/similar", response_class=HTMLResponse)
def similar(
    request: Request, reader: Reader, services: Served, title: str = "", text: str = ""
) -> HTMLResponse:
    """Threads that may hold the answer to a question that is being written."""
    with admitted(services, reader) as viewer:
        asked = title.strip() or text.strip()[:200]
        found = similar_threads(services, asked, viewer.scope, limit=SIMILAR) if asked else []
        return fragment(request, "similar.html", viewer=viewer, similar=found)


def completions(services: Services, typed: str, viewer: Viewer) -> list[str]:
    """Whole questions that begin as typed; if there are none, the last word completed."""
    if not typed.strip():
        return []
    whole = suggested(services, typed.lstrip(), viewer.scope, SUGGESTIONS)
    if whole:
        return [bucket.value for bucket in whole]
    before, blank, last = typed.rpartition(" ")
    found = suggested(services, last, viewer.scope, SUGGESTIONS) if blank and last else ()
    return [f"{before} {bucket.value}" for bucket in found]


def chips_of(services: Services, carried: Mapping[str, Sequence[Tag]]) -> dict[str, list[Topic]]:
    """The first few topics of each post, the surest first, of those that it carries."""
    return {
        post: [topic_of(services, tag.key, tag.name) for tag in found if tag.kind in NAMED_KINDS][
            :TOPICS_SHOWN
        ]
        for post, found in carried.items()
    }


def _home(request: Request, viewer: Viewer, services: Services) -> HTMLResponse:
    fresh = latest(services, viewer.scope)
    return render(request, "home.html", services=services, viewer=viewer, latest=fresh)


def _searched(
    services: Services,
    answers: LeveledAnswers,
    asked: PageParameters,
    viewer: Viewer,
    *,
    also: Collection[str],
) -> tuple[SearchPage, bool]:
    """The page asked for, or (True) the first one, where the cursor is of another question or reader."""
    try:
        return page_of(services, answers, viewer.scope, cursor=asked.cursor, also=also), False
    except BadInput:
        if asked.cursor is None:
            raise
        return page_of(services, answers, viewer.scope, also=also), True


def _read_names(services: Services, found: Retrieved, asked: PageParameters, viewer: Viewer) -> None:
    """Read the names of all that the page will name, at once."""
    wanted = {
        field: {*getattr(asked, field), *(bucket.value for bucket in found.facets.get(field, ()))}
        for field in NAMED_FACETS
    }
    services.store.names({**wanted, **reader_of(viewer)}, viewer.scope)


def _filters(services: Services, asked: PageParameters, viewer: Viewer) -> list[Filter]:
    """All that narrows the question, whether or not anything is left."""
    found = []
    names = services.store.names({field: getattr(asked, field) for field in NAMED_FACETS}, viewer.scope)
    for field in FACETS:
        values, known = getattr(asked, field), names.get(field, {})
        found += [Filter(field, value, known.get(value, value)) for value in values]
    for field in ("since", "until"):
        if edge := getattr(asked, field):
            shown = day(edge, services.store.timezone).isoformat()
            found.append(Filter(field, shown, shown))
    return found


def _facet_topics(
    services: Services, page: SearchPage, carried: Mapping[str, Sequence[Tag]]
) -> dict[str, Topic]:
    """The topics to narrow by, as spelt by the posts shown; people, hosts and numbers are none."""
    kinds = {tag.key: tag.kind for found in carried.values() for tag in found}
    buckets = [
        Bucket(value.value, value.posts)
        for value in page.facets.get("topic", ())
        if kinds.get(value.value, "phrase") in SUBJECT_KINDS and not NO_SUBJECT.match(value.value)
    ]
    return {topic.key: topic for topic in named_topics(services, buckets, carried)}


def _periods(query: AnalyzedQuery, timezone: tzinfo) -> list[tuple[str, str, Filters]]:
    """Names of the periods, the dates that they begin on, and the question's filters narrowed to each."""
    today = day_of(now(), timezone)
    found = []
    for name, length in PERIODS.items():
        since = today - length
        begin = day_begins(since, timezone)
        found.append((name, since.isoformat(), replace(query.filters, since=begin, until=None)))
    return found
