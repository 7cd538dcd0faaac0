"""The shares that several publishers lock."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publisher_share",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_publisher_share")),
    )
    share = sa.table("publisher_share", sa.column("number", sa.Integer))
    op.bulk_insert(share, [{"number": number} for number in range(1_024)])


def downgrade() -> None:
    op.drop_table("publisher_share")
