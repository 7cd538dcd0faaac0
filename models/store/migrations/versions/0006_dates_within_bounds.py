"""Dates that no record may bring any more: those that are there are moved to the nearest bound."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EARLIEST = -2_208_988_800_000_000  # 1900-01-01 in microseconds since 1970
LATEST = 32_503_680_000_000_000  # 3000-01-01
DATED = {
    "post": ("created", "edited", "deleted_at"),
    "acceptance": ("created",),
    "reaction": ("created",),
    "verification": ("created", "until"),
}


def upgrade() -> None:
    for name, columns in DATED.items():
        for column in columns:
            dated = sa.column(column, sa.BigInteger)
            table = sa.table(name, dated)
            op.execute(sa.update(table).where(dated < EARLIEST).values({column: EARLIEST}))
            op.execute(sa.update(table).where(dated > LATEST).values({column: LATEST}))


def downgrade() -> None:
    """The dates before are not kept: they could not be worked with."""
