"""Turns values into records, or into a problem that a person understands at once."""

from typing import Any

from pydantic import ValidationError

from models.errors import fault_of
from models.snapshot import line_adapter
from pipelines.problems import Problem
from pipelines.sources.source import Located

FAULTS_TOLD = 3
"""The first few wrong fields of a record say enough."""
FAULTS_READ = 1_000
"""Of more only the number is told: a list of all would take a hundred times the memory of their line."""
LONGEST_NAME = 100
"""Characters told of what stands in place of a name."""


def located(values: dict[str, Any], file: str, line: int | None) -> Located | Problem:
    """The record that a mapping describes, or what is wrong with it."""
    try:
        return Located(line_adapter.validate_python(values), file, line)
    except ValidationError as error:
        return invalid_record(error, file, line)


def invalid_record(error: ValidationError, file: str, line: int | None) -> Problem:
    """A failed validation in a few words: which field, and what about it."""
    if (count := error.error_count()) > FAULTS_READ:
        return Problem(
            kind="invalid_record",
            file=file,
            line=line,
            message=f"The record has {count:,} fields that are wrong or unknown.",
            remedy="Send one record of docs/sources.md on each line.",
        )
    faults = error.errors(include_url=False, include_input=False)
    first = faults[0]
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        tag = first.get("ctx", {}).get("tag")
        return Problem(
            kind="unknown_type",
            file=file,
            line=line,
            message="The record has no `type`."
            if tag is None
            else f"There is no record type {_name(tag)!r}.",
            remedy="Set `type` to one of the record types in docs/sources.md.",
        )
    told = [_fault(fault["loc"], fault["type"], fault["msg"]) for fault in faults[:FAULTS_TOLD]]
    if len(faults) > FAULTS_TOLD:
        told.append(f"and {len(faults) - FAULTS_TOLD} more")
    return Problem(
        kind="invalid_record",
        file=file,
        line=line,
        message=f"{first['loc'][0] if first['loc'] else 'record'}: {'; '.join(told)}.",
        remedy="Correct these fields; docs/sources.md lists every field of every record type.",
    )


def _name(given: str) -> str:
    return given if len(given) <= LONGEST_NAME else f"{given[:LONGEST_NAME]}…"


def _fault(location: tuple[int | str, ...], kind: str, message: str) -> str:
    field = _name(".".join(map(str, location[1:]))) or "record"
    match kind:
        case "missing":
            return f"{field} is missing"
        case "unexpected_keyword_argument" | "extra_forbidden":
            return f"{field} is not a field of it"
        case _:
            message = fault_of(message)
            return f"{field}: {message[0].lower()}{message[1:]}"
