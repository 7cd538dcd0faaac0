"""Routes that write: one post, or a stream of records, each any number of times."""

import logging
from asyncio import wrap_future
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import groupby
from typing import IO, Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator
from starlette.concurrency import iterate_in_threadpool
from starlette.exceptions import HTTPException

from models.errors import BadInput, DureError, StoreUnavailable
from models.records import Post
from models.stored import Change, Outcome
from pipelines.batching import batches, characters_of
from pipelines.problems import Problem
from pipelines.removals import guarded
from pipelines.sources.encoding import utf8
from pipelines.sources.jsonl import read_lines
from pipelines.sources.pieces import pieces
from pipelines.sources.source import Located
from pipelines.spool import spooled_file
from pipelines.unmatched_denials import UnmatchedDenials
from search_api.http.errors import UNAVAILABLE
from search_api.http.limits import MAX_POST_BYTES, few_fields
from search_api.identity.guarding import GuardedRoute
from search_api.identity.viewers import Importer, Served, Writer
from search_api.schemas.errors import ErrorBody, ErrorContent, status_of
from search_api.schemas.imports import LineBody, LineProblemBody, OutcomeBody
from search_api.services import Services

router = APIRouter(tags=["writing"], route_class=GuardedRoute)

NDJSON = "application/x-ndjson"
BATCH = 500
"""Lines written in one transaction, and answered together."""
CHUNK = 1 << 16
LONGER_LINES = "Write one JSON object on each line; a record that is longer is a job for `dure ingest`."
EXAMPLE_LINE = '{"type": "reaction", "post": "slack:C01:1", "kind": "like", "account": "slack:U2"}\n'

log = logging.getLogger(__name__)


@router.post("/posts", responses={201: {"model": OutcomeBody, "description": "The post is new."}})
async def write_post(
    post: Annotated[Post, BeforeValidator(few_fields)], viewer: Writer, services: Served, response: Response
) -> OutcomeBody:
    """Write a post, a new version of one, or the same once more, which changes nothing.

    The post's own id and version make it idempotent: an older version never replaces a newer one, and a
    deleted post stays deleted (`change`: `older`). It can be found as soon as the publisher has indexed it.
    503 with `Retry-After` says that too much is being written: nothing of this was.
    """
    [outcome] = await wrap_future(services.store.submit([post]))
    if outcome.change is Change.REJECTED:
        raise BadInput(outcome.detail or "The post was rejected.", remedy=outcome.remedy or "")
    services.wake()
    if outcome.change is Change.CREATED:
        response.status_code = 201
    return OutcomeBody.model_validate(outcome)


async def _body(request: Request, services: Served) -> IO[bytes]:
    """The body of a request, which may be far larger than memory, as a file."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != NDJSON:
        raise HTTPException(415)
    file = spooled_file(services.spool)  # closed when the answer has been sent
    async for chunk in request.stream():
        try:
            file.write(chunk)
        except OSError as error:
            raise _no_room(error) from error
    file.seek(0)
    return file


def _no_room(error: OSError) -> StoreUnavailable:
    return StoreUnavailable(
        f"An import cannot be kept on disk while it arrives: {error.strerror or error}.",
        remedy="Check the rights and the free space of the home.",
    )


@router.post(
    "/import",
    response_class=StreamingResponse,
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "One record a line: companies, people, memberships, posts, reactions, deletions …",
            "content": {
                NDJSON: {
                    "schema": {"type": "string"},
                    "example": EXAMPLE_LINE,
                }
            },
        }
    },
    responses={
        200: {
            "description": "One line of JSON for each line.",
            "content": {NDJSON: {"schema": LineBody.model_json_schema()}},
        }
    },
)
async def import_records(
    viewer: Importer,
    services: Served,
    body: Annotated[IO[bytes], Depends(_body)],
    accept_removals: bool = False,
) -> StreamingResponse:
    """Write any records, in any order, any number of times; good lines are kept when others are bad.

    The answer has one line of JSON for each line of the request that is not blank. At its end, a denial that
    closes nothing, since no line brought what it names, has one more. Should the store fail halfway, the last
    line is an error in the usual shape; what was answered before it is written. A line of more than 8 MB is
    refused. A snapshot by which far more would go than goes in a day is refused, unless `accept_removals`.
    """
    return StreamingResponse(_imported(services, body, accept_removals), media_type=NDJSON)


async def _imported(services: Services, body: IO[bytes], accept_removals: bool) -> AsyncIterator[str]:
    unmatched = UnmatchedDenials(services.store, services.spool)
    try:
        with body:
            lines = pieces(utf8(_chunks(body)), b"\n", MAX_POST_BYTES)
            read = read_lines(lines, "body", longest=MAX_POST_BYTES, remedy=LONGER_LINES)
            judged = guarded(services.store, read, accepted=accept_removals)
            async for batch in iterate_in_threadpool(_batches(judged)):
                located = [item for _, items in batch for item in items if isinstance(item, Located)]
                # One batch of each import waits at a time: however long it takes, the queue is not theirs.
                records = [item.record for item in located]
                written = await wrap_future(services.store.submit(records, patient=True))
                outcomes = map(unmatched.hold, located, written)
                services.wake()
                yield "".join(_line(number, items, outcomes) for number, items in batch)
            async for denial, outcome in iterate_in_threadpool(unmatched.told()):
                yield _line(denial.line or 0, [denial], iter([outcome]))
    except (DureError, OSError) as raised:
        error = _no_room(raised) if isinstance(raised, OSError) else raised
        message, remedy = error.message, error.remedy
        if status_of(error) >= 500:
            log.error("%s: %s %s", error.code, message, remedy)
            message, remedy = UNAVAILABLE
        content = ErrorContent(code=error.code, message=message, remedy=remedy)
        yield ErrorBody(error=content).model_dump_json(exclude_none=True) + "\n"


def _batches(items: Iterable[Located | Problem]) -> Iterator[list[tuple[int, list[Located | Problem]]]]:
    """What was read, line by line, in batches of lines."""
    lines = ((number or 0, list(group)) for number, group in groupby(items, key=lambda item: item.line))
    return batches(lines, BATCH, lambda line: sum(map(_characters, line[1])))


def _characters(item: Located | Problem) -> int:
    return characters_of(item.record) if isinstance(item, Located) else len(item.message)


def _line(number: int, items: Iterable[Located | Problem], outcomes: Iterator[Outcome]) -> str:
    change: Change | None = None
    problems: list[LineProblemBody] = []
    for item in items:
        if isinstance(item, Problem):
            problems.append(
                LineProblemBody(kind=item.kind, message=item.message, remedy=item.remedy, note=item.note)
            )
            continue
        outcome = next(outcomes)
        change = outcome.change
        if outcome.problem:
            problems.append(
                LineProblemBody(
                    kind=outcome.problem,
                    message=outcome.detail or outcome.problem.replace("_", " "),
                    remedy=outcome.remedy or "",
                    note=outcome.note,
                )
            )
    return LineBody(line=number, change=change, problems=problems).model_dump_json() + "\n"


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    while chunk := body.read(CHUNK):
        yield chunk
