"""How to get in: own data lies behind a sign-in, and whoever has just started Dure has no token yet."""

import shlex

from models.store import Store
from search_api.wiring.settings import Settings, load_settings


def way_in(settings: Settings, store: Store) -> str:
    """The sentence that leads to a first look at a store."""
    home = "" if load_settings().home == settings.home else f" --home {shlex.quote(str(settings.home))}"
    if not store.status().people:
        return (
            "Nobody can sign in yet, for there are no people:"
            f" `dure ingest jsonl people.jsonl{home}` brings them (docs/sources.md)."
        )
    return (
        f"Sign in with a token, which `dure token create NAME --as PERSON{home}` prints"
        f" (`dure people{home}` lists persons)."
    )
