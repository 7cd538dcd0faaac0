"""The home, the one folder of a Dure on this machine: who writes makes it, who reads demands it."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import BadSetting
from models.moments import timezone_named
from models.private_files import private_folder
from models.store import Store
from search_api.wiring.engine_name import EngineName
from search_api.wiring.settings import Settings

HOLDS = ("dure.db", "index", "cache", "encoders", "demo", "publisher", ".")
"""How the names of what lies in a home begin: a folder with anything else in it is not ours to close."""
ANOTHER = "Give the right folder with --home or DURE_HOME."


def make_home(settings: Settings) -> None:
    """The home and the folder for what can be made again; raises `BadSetting` where they cannot be made."""
    try:
        private_folder(settings.home, ours=HOLDS)
        private_folder(settings.cache_folder)
    except OSError as error:
        raise BadSetting(
            f"The home {settings.home} cannot be made: {error.strerror}.",
            remedy="Give a folder that can be written with --home or DURE_HOME, or change its owner.",
        ) from error


def require_home(settings: Settings) -> None:
    """Raises `BadSetting` unless there is a home; one that would keep nothing but a cache is made."""
    try:
        there, has_database = settings.home.is_dir(), settings.database_file.exists()
    except OSError as error:
        raise BadSetting(
            f"The home {settings.home} cannot be read: {error.strerror}.", remedy=ANOTHER
        ) from error
    if there and (has_database or settings.database_url):
        private_folder(settings.home, ours=HOLDS)
        return
    if settings.home.exists() and not there:
        raise BadSetting(f"The home {settings.home} is no folder.", remedy=ANOTHER)
    if settings.database_url and settings.engine is EngineName.OPENSEARCH:
        make_home(settings)
        return
    raise BadSetting(f"There is no Dure at {settings.home}.", remedy=f"{ANOTHER} `dure ingest` makes one.")


@contextmanager
def open_store(settings: Settings, *, making: bool = False) -> Iterator[Store]:
    """The store alone; `making` makes home and database where there are none.

    Raises `BadSetting` or `StoreUnavailable` where there are none, or where they cannot be used.
    """
    if making:
        make_home(settings)
    else:
        require_home(settings)
    store = Store.open(settings.store_url, timezone_named(settings.timezone), making=making)
    try:
        yield store
    finally:
        store.close()
