"""`dure account`: which accounts are whose, where the sources do not know or are wrong."""

from dataclasses import asdict
from typing import Annotated

import typer

from search_api.cli.options import Engine, Home, Json
from search_api.cli.terminal import one_line, out, print_json

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
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store:
        store.account_links.link(account, person)
    out.print(one_line(f"{account} belongs to {person}."))


@account_commands.command()
def unlink(account: Account, home: Home = None, engine: Engine = None) -> None:
    """Let a linked account belong to whom its source says again."""
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store:
        store.account_links.unlink(account)
    out.print(one_line(f"{account} belongs to whom its source says."))


@account_commands.command(name="list")
def list_(home: Home = None, engine: Engine = None, as_json: Json = False) -> None:
    """Every account that was linked by hand."""
    from models.moments import day_of
    from search_api.wiring.home import open_store
    from search_api.wiring.settings import load_settings

    with open_store(load_settings(home=home, engine=engine)) as store:
        links, timezone = store.account_links.all(), store.timezone
    if as_json:
        print_json([{**asdict(link), "created": link.created.isoformat()} for link in links])
        return
    for found in links:
        out.print(one_line(f"{found.account}  {found.person}  {day_of(found.created, timezone)}"))
    if not links:
        out.print("No account is linked by hand.")
