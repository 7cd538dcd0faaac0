"""What commands share: options, how they calculate, and how they tell that an extra is missing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from models.errors import BadSetting
from search_api.wiring.engine_name import EngineName


def named_path(path: str) -> Path:
    """A path that is named: an empty variable would mean wherever one happens to stand."""
    if not path.strip():
        raise typer.BadParameter("it is empty.")
    return Path(path)


Home = Annotated[
    Path | None,
    typer.Option(
        help="The folder of the embedded database and index.",
        show_default=False,
        parser=named_path,
        metavar="FOLDER",
    ),
]
Export = Annotated[
    Path, typer.Argument(help="The export: a file or folder.", parser=named_path, metavar="PATH")
]
Engine = Annotated[EngineName | None, typer.Option(help="The index to use.", show_default=False)]
Viewer = Annotated[
    str | None, typer.Option("--as", help="The person who asks; without it, what every employee may see.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, as the API answers.")]


@contextmanager
def extra_needed(doing: str, extra: str) -> Iterator[None]:
    """Says which extra is missing where an import fails."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"{doing} needs {error.name}, which is not installed.", remedy=f"Run: pip install 'dure[{extra}]'"
        ) from error


def calculate_alone() -> None:
    """Let numpy and FAISS, which must not be imported yet, take no threads beside the command's own.

    One question is too small for them: they would only wait for each other, and waiting takes processor time.
    """
    for setting in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(setting, "1")
