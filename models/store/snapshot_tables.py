"""The SQL table of what sources were complete for."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.store.tables import Table


class SnapshotRow(Table):
    """That all channels, members or posts of a container, created from `since` to `until`, were given once.

    `as_of` is the moment of the latest snapshot of them; spans of one container that touch are one row.
    """

    __tablename__ = "snapshot"
    container: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    as_of: Mapped[datetime]
