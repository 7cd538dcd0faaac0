"""The command line."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper


def main() -> None:
    """Run the command line; an expected failure is told in a line or two and exits with 1."""
    from pipelines.collector import collect_seldom

    collect_seldom()
    from models.errors import DureError
    from search_api.cli.commands import cli
    from search_api.cli.terminal import assembled, err

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal of another encoding shows a ? for what it has no sign for.
            stream.reconfigure(errors="replace")
    try:
        cli()
    except DureError as error:
        err.print(assembled((error.code, "bold red"), " ", error.message))
        if error.remedy:
            err.print(assembled("→ ", error.remedy))
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read has seen enough, as `head` does. What is still to be written has nowhere to go.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        # What the parts did not put in terms of their own: above all a full disk, or missing rights.
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        err.print(assembled(("system", "bold red"), f" {where}{error.strerror or error}."))
        err.print("→ Check the path, its rights and the free space; `dure doctor` looks at the home.")
        sys.exit(1)
