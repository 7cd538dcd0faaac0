"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from search_api.settings import EngineName

Home = Annotated[
    Path | None, typer.Option(help="The folder of the embedded database and index.", show_default=False)
]
Engine = Annotated[EngineName | None, typer.Option(help="The index to use.", show_default=False)]
Viewer = Annotated[
    str | None, typer.Option("--as", help="The person who asks; without it, what every employee may see.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, as the API answers.")]
