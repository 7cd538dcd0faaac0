"""Bringing a database up to date by Alembic."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from models.errors import StoreUnavailable
from models.store.migration_state import MIGRATIONS


def upgrade(connection: Connection) -> None:
    """Apply the missing migrations; `StoreUnavailable` where another version applied unknown ones."""
    try:
        command.upgrade(migration_config(connection), "head")
    except CommandError as error:
        raise StoreUnavailable(
            f"The database was written by another version of Dure ({error}).",
            remedy="Update Dure, or open the database with the version that wrote it.",
        ) from error


def migration_config(connection: Connection) -> Config:
    """Alembic's settings, without an ini file; the migrations run on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
