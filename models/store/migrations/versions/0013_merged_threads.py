"""Which thread asks the same as another one and was merged into it, as curators decide."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("thread", "kept", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_kept"), "merge", ["kept"])


def downgrade() -> None:
    op.drop_table("merge")
