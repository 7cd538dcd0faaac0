"""Which posts have vectors of which encoder: those that lack a part are looked up by it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_annotation_embedder", "annotation", ["embedder", "post"])


def downgrade() -> None:
    op.drop_index("ix_annotation_embedder", "annotation")
