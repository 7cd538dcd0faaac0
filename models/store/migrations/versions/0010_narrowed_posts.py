"""Which posts the index may show to somebody who may not read them any more."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NARROWED = {"sqlite_where": sa.text("narrowed = 1"), "postgresql_where": sa.text("narrowed")}


def upgrade() -> None:
    op.add_column("post", sa.Column("narrowed", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Deletions that wait behind other posts go first from now on.
    op.execute(sa.text("UPDATE post SET narrowed = deleted WHERE deleted AND published_digest <> digest"))
    op.create_index("ix_post_narrowed", "post", ["revision"], **NARROWED)


def downgrade() -> None:
    op.drop_index("ix_post_narrowed", "post")
    op.drop_column("post", "narrowed")
