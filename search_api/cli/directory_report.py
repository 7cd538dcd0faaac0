"""What the command line tells of people and tokens: tables for a terminal of 80 columns, or JSON."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from rich.table import Table

from models.api_token import ApiToken
from models.moments import day_of, now
from models.scope import Scope
from models.store import Store
from search_api.cli.terminal import one_line, out, print_json


def people(store: Store, name: str, scope: Scope, limit: int, *, as_json: bool) -> None:
    """The first persons by that name, as the scope sees them, with their ids."""
    from search_api.schemas.experts import PersonBody

    ids = store.browsing.people(name, scope, limit + 1)
    more = len(ids) > limit
    profiles = store.profiles(ids[:limit], scope)
    found = [profiles[person] for person in ids if person in profiles]
    if as_json:
        print_json(
            {
                "people": [PersonBody.model_validate(person).model_dump(mode="json") for person in found],
                "more": more,
            }
        )
        return
    names = store.names(
        {
            "company": {it for person in found for it in person.companies},
            "unit": {it for person in found for it in person.units},
        },
        scope,
    )
    companies, units = names["company"], names["unit"]
    rows = []
    for person in found:
        places = [companies.get(it, it) for it in person.companies]
        places += [units.get(it, it) for it in person.units]
        left = "left" if person.left else ""
        rows.append((person.id, " ".join(filter(None, (person.name, person.title))), " ".join(places), left))
    _print(("id", "name", "works at", ""), rows)
    if not found:
        out.print("Nobody was found.")
    if more:
        out.print("There are more: give a part of the name, or --limit.")


def tokens(found: Sequence[ApiToken], timezone: tzinfo, *, as_json: bool) -> None:
    """Tokens and until when they hold, in days of `timezone`; their secrets are kept nowhere."""
    at = now()
    if as_json:
        told = [
            {
                "name": token.name,
                "role": token.role,
                "person": token.person,
                "created": token.created.isoformat(),
                "expires": token.expires and token.expires.isoformat(),
                "expired": _expired(token, at),
            }
            for token in found
        ]
        print_json({"tokens": told})
        return
    _print(
        ("name", "role", "person", "until"),
        [(token.name, token.role.value, token.person or "–", _until(token, at, timezone)) for token in found],
    )
    if not found:
        out.print("There are no tokens: `dure token create NAME --as PERSON` makes one.")


def _expired(token: ApiToken, at: datetime) -> bool:
    return token.expires is not None and token.expires <= at


def _until(token: ApiToken, at: datetime, timezone: tzinfo) -> str:
    if token.expires is None:
        return "no end"
    return f"{day_of(token.expires, timezone)}{' (expired)' if _expired(token, at) else ''}"


def _print(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns in line for Korean, too. Ids are never broken: they are there to be copied."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, no_wrap=not number, overflow="fold")
    for row in rows:
        table.add_row(*(one_line(cell) for cell in row))
    if table.row_count:
        out.print(table)
