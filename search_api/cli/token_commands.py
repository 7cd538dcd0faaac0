"""`dure token`: API tokens for people and services."""

from datetime import timedelta
from typing import Annotated

import typer

from models.moments import MOST_DAYS, now
from models.stored import TokenRole
from search_api.cli.options import Engine, Home
from search_api.cli.printing import out
from search_api.identity.access import PERMISSIONS
from search_api.wiring.app import open_store
from search_api.wiring.settings import load_settings

token_commands = typer.Typer(help="Create and revoke API tokens.", no_args_is_help=True)


@token_commands.command()
def create(
    name: Annotated[str, typer.Argument(help="A name to know it by.")],
    viewer: Annotated[str | None, typer.Option("--as", help="The person it acts for.")] = None,
    role: Annotated[TokenRole, typer.Option(help="What it may do.")] = TokenRole.EMPLOYEE,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="Days until it expires.")] = 90,
    home: Home = None,
    engine: Engine = None,
) -> None:
    """Create an API token and print its secret, once."""
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


@token_commands.command()
def revoke(name: str, home: Home = None, engine: Engine = None) -> None:
    """Revoke an API token at once."""
    with open_store(load_settings(home=home, engine=engine)) as store:
        store.revoke_token(name)
    out.print(f"Token {name} is revoked.")
