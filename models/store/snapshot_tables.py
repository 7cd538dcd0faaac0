"""The SQL table of what sources were complete for."""

from datetime import datetime

from sqlalchemy import Column, ColumnClause

from models.store.table import Table


class SnapshotRow(Table):
    """That all channels, members or posts of a container, created from `since` to `until`, were given once.

    `as_of` is the moment of the latest snapshot of them; spans of one container that touch are one row.
    """

    __tablename__ = "snapshot"
    container: ColumnClause[str] = Column(primary_key=True)
    of: ColumnClause[str] = Column(primary_key=True)
    since: ColumnClause[datetime] = Column(primary_key=True)
    until: ColumnClause[datetime | None]
    as_of: ColumnClause[datetime]
