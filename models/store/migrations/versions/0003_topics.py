"""The topics that posts are filed under, beside their tags."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("annotation", sa.Column("topics", sa.Text(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("annotation", "topics")
