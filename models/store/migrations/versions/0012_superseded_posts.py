"""Which post was put right, replaced or revoked by which, as texts tell it and as curators decide."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supersession",
        sa.Column("older", sa.Text(), nullable=False),
        sa.Column("newer", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("older", "newer", "told_by", name=op.f("pk_supersession")),
    )
    op.create_index(op.f("ix_supersession_newer"), "supersession", ["newer"])
    op.create_index(op.f("ix_supersession_told_by"), "supersession", ["told_by"])


def downgrade() -> None:
    op.drop_table("supersession")
