"""From when things are, whose accounts are only presumed, and what sources were complete for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DATED = ("person", "account", "channel", "membership")


def upgrade() -> None:
    for table in DATED:
        op.add_column(table, sa.Column("as_of", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("presumed", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Until now only exports that know no persons gave an account one of its own id.
    account = sa.table(
        "account", sa.column("id", sa.Text), sa.column("person", sa.Text), sa.column("presumed", sa.Boolean)
    )
    op.execute(sa.update(account).where(account.c.person == account.c.id).values(presumed=True))
    op.create_table(
        "snapshot",
        sa.Column("container", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("container", "of", "since", name="pk_snapshot"),
    )
    op.drop_index("ix_post_channel", "post")
    op.create_index("ix_post_channel", "post", ["channel", "created"])


def downgrade() -> None:
    op.drop_index("ix_post_channel", "post")
    op.create_index("ix_post_channel", "post", ["channel"])
    op.drop_table("snapshot")
    op.drop_column("account", "presumed")
    for table in DATED:
        op.drop_column(table, "as_of")
