"""The names of people, in the order in which they became known."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_name",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_known_name")),
        sa.UniqueConstraint("number", name=op.f("uq_known_name_number")),
    )
    op.execute(
        "INSERT INTO known_name (name, number) SELECT name, row_number() OVER (ORDER BY name) FROM"
        " (SELECT name FROM person UNION SELECT name_en FROM person UNION SELECT name FROM account"
        " WHERE NOT bot) AS shown WHERE name IS NOT NULL AND name <> ''"
    )


def downgrade() -> None:
    op.drop_table("known_name")
