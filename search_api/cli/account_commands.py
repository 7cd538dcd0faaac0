"""`dure account`: which accounts are whose, where the sources do not know or are wrong."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from models.moments import day_of
from search_api.cli.options import Engine, Home, Json
from search_api.cli.printing import out
from search_api.wiring.app import open_store
from search_api.wiring.settings import load_settings

account_commands = typer.Typer(help="Say whose an account is, or undo it.", no_args_is_help=True)

Account = Annotated[str, typer.Argument(help="The account's id, such as slack:U1.")]


@account_commands.command()
def link(
    account: Account,
    person: Annotated[str, typer.Argument(help="The person's id.")],
    home: Home = None,
    engine: Engine = None,
) -> None:
    """Let an account belong to a person, whatever its source says, now and at every later import."""
    with open_store(load_settings(home=home, engine=engine)) as store:
        store.account_links.link(account, person)
    out.print(f"{account} belongs to {person}.", markup=False)


@account_commands.command()
def unlink(account: Account, home: Home = None, engine: Engine = None) -> None:
    """Let a linked account belong to whom its source says again."""
    with open_store(load_settings(home=home, engine=engine)) as store:
        store.account_links.unlink(account)
    out.print(f"{account} belongs to whom its source says.", markup=False)


@account_commands.command(name="list")
def list_(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """Every account that was linked by hand."""
    with open_store(load_settings(home=home, engine=engine)) as store:
        links = store.account_links.all()
        timezone = store.timezone
    if as_json:
        out.print_json(json.dumps([asdict(link) for link in links], default=str))
        return
    for found in links:
        out.print(f"{found.account}  {found.person}  {day_of(found.created, timezone)}", markup=False)
    if not links:
        out.print("No account is linked by hand.")
