"""How posts come in from outside: one function for each kind of export, by name."""

from inspect import signature

from models.errors import BadInput
from pipelines.sources import jsonl, slack, stackexchange
from pipelines.sources.source import Source

SOURCES: dict[str, Source] = {
    "jsonl": jsonl.read,
    "slack": slack.read,
    "stackexchange": stackexchange.read,
}
"""The sources by the name that `dure ingest` takes; docs/sources.md tells what each of them reads."""


def check_options(name: str, options: dict[str, object]) -> None:
    """Raises `BadInput` if there is no such source, or it does not have these options."""
    if name not in SOURCES:
        raise BadInput(f"There is no source {name!r}.", remedy=f"Use one of: {', '.join(SOURCES)}.")
    for option in options:
        if option not in signature(SOURCES[name]).parameters:
            raise BadInput(f"The source {name} has no option {option}.", remedy="Leave it out.")
