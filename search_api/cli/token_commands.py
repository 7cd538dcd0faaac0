"""`dure token`: API tokens for people and services."""

from datetime import timedelta
from typing import Annotated

import typer

from models.stored import TokenRole
from search_api.cli.options import Engine, Home, Json
from search_api.cli.terminal import assembled, out

LONGEST_DAYS = 3_650
"""A token that outlives ten years is one that nobody remembers."""

token_commands = typer.Typer(help="Create, list and revoke API tokens.", no_args_is_help=True)


@token_commands.command()
def create(
    name: Annotated[str, typer.Argument(help="A name to know it by.")],
    viewer: Annotated[str | None, typer.Option("--as", help="The person it acts for.")] = None,
    role: Annotated[TokenRole, typer.Option(help="What it may do.")] = TokenRole.EMPLOYEE,
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="Days until it expires.")] = 90,
    home: Home = None,
    engine: Engine = None,
) -> None:
    """Create an API token and print its secret, once."""
    from models.moments import now
    from search_api.identity.access import PERMISSIONS
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store:
        if viewer is not None:
            store.scope_of(viewer)
        secret = store.create_token(
            name=name,
            role=role,
            person=viewer,
            permissions=PERMISSIONS[role],
            expires=now() + timedelta(days=days),
        )
    out.print(secret)


@token_commands.command("list")
def list_tokens(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """List the tokens that are not revoked: their names, whom they act for, and until when."""
    from search_api.cli import directory_report
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store:
        directory_report.tokens(store.browsing.tokens(), store.timezone, as_json=as_json)


@token_commands.command()
def revoke(name: str, home: Home = None, engine: Engine = None) -> None:
    """Revoke an API token at once."""
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store:
        store.revoke_token(name)
    out.print(assembled(f"Token {name} is revoked."))
