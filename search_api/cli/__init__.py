"""The command line."""

import sys


def main() -> None:
    """Run the command line; an expected failure is told in a line or two and exits with 1."""
    from rich.markup import escape

    from models.errors import DureError
    from search_api.cli.commands import cli
    from search_api.cli.printing import err

    try:
        cli()
    except DureError as error:
        remedy = f"\n→ {escape(error.remedy)}" if error.remedy else ""
        err.print(f"[bold red]{error.code}[/] {escape(error.message)}{remedy}")
        sys.exit(1)
