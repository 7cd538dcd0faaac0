"""How posts come in from outside: one function for each kind of export, by name."""

from collections.abc import Iterator, Mapping
from inspect import signature
from pathlib import Path

from models.errors import BadInput, UnreadableSource
from pipelines.sources.source import STANDARD_INPUT, Source


class _Sources(Mapping[str, Source]):
    """The source of each name, imported when it is chosen: an export needs one kind of parser."""

    _names = ("jsonl", "slack", "stackexchange")

    def __getitem__(self, name: str) -> Source:
        if name == "jsonl":
            from pipelines.sources.jsonl import read
        elif name == "slack":
            from pipelines.sources.slack import read
        elif name == "stackexchange":
            from pipelines.sources.stackexchange import read
        else:
            raise KeyError(name)
        return read

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


SOURCES: Mapping[str, Source] = _Sources()
"""The sources by the name that `dure ingest` takes; docs/sources.md tells what each of them reads."""


def check_options(name: str, options: dict[str, object]) -> None:
    """Raises `BadInput` if there is no such source, or it does not have these options."""
    if name not in SOURCES:
        raise BadInput(f"There is no source {name!r}.", remedy=f"Use one of: {', '.join(SOURCES)}.")
    for option in options:
        if option not in signature(SOURCES[name]).parameters:
            raise BadInput(f"The source {name} has no option {option}.", remedy="Leave it out.")


def check_path(path: Path) -> None:
    """Raises `UnreadableSource` if there is nothing at a path, before anything is made for what it holds."""
    if path != STANDARD_INPUT and not path.exists():
        raise UnreadableSource(
            f"{path} does not exist.", remedy="Give the path of an export, a file or folder."
        )
