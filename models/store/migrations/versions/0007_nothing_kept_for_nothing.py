"""What nobody read goes: earlier texts of edited posts, topics without posts, reasons of merges.

Who edits a post takes back what stood there, a password by mistake, say: it must not stay. A post's row has
its present revision and the time of its last edit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Else the texts would stand on in the file until other rows take their place.
        op.execute("PRAGMA secure_delete=ON")
        op.execute("DELETE FROM revision")
    op.drop_table("revision")
    op.drop_table("topic")
    op.drop_column("account_link", "reason")


def downgrade() -> None:
    op.add_column("account_link", sa.Column("reason", sa.Text(), nullable=True))
    op.create_table(
        "topic",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name_ko", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
    )
    op.create_table(
        "revision",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=True),
        sa.Column("source_revision", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("post", "revision", name="pk_revision"),
    )
