"""How far the tables of a database are: asked at every start, and answered without Alembic."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect

MIGRATIONS = Path(__file__).parent / "migrations"
TABLE = "alembic_version"
"""Where Alembic notes the migration that was applied last."""


def applied(connection: Connection) -> str | None:
    """The number of the migration that was applied last; None for a database without tables."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.exec_driver_sql(f"SELECT version_num FROM {TABLE}").scalar()


@cache
def newest() -> str:
    """The number of the last migration that there is: with it the name of its file begins."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]
