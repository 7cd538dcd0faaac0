"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acceptance",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("question", name=op.f("pk_acceptance")),
    )
    op.create_index(op.f("ix_acceptance_answer"), "acceptance", ["answer"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_person"), "account", ["person"], unique=False)

    op.create_table(
        "account_link",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_account_link")),
    )
    op.create_index(op.f("ix_account_link_person"), "account_link", ["person"], unique=False)

    op.create_table(
        "annotation",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("analyzer", sa.Text(), nullable=False),
        sa.Column("dictionary", sa.Text(), nullable=False),
        sa.Column("tagger", sa.Text(), nullable=False),
        sa.Column("embedder", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("passages", sa.BigInteger(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("spans", sa.LargeBinary(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_annotation")),
    )
    op.create_table(
        "api_token",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_api_token")),
    )
    op.create_index(
        "ix_api_token_in_force",
        "api_token",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked IS NULL"),
        postgresql_where=sa.text("revoked IS NULL"),
    )

    op.create_table(
        "attachment",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("post", "position", name=op.f("pk_attachment")),
    )
    op.create_table(
        "audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("digest", name=op.f("uq_audience_digest")),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("narrowed", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index(
        "ix_channel_narrowed",
        "channel",
        ["narrowed"],
        unique=False,
        sqlite_where=sa.text("narrowed IS NOT NULL"),
        postgresql_where=sa.text("narrowed IS NOT NULL"),
    )

    op.create_table(
        "company",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "denial",
        sa.Column("container", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("container", "person", name=op.f("pk_denial")),
    )
    op.create_index(op.f("ix_denial_person"), "denial", ["person"], unique=False)

    op.create_table(
        "employment",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("person", "company", "unit", "since", name=op.f("pk_employment")),
    )
    op.create_table(
        "follow",
        sa.Column("follower", sa.Text(), nullable=False),
        sa.Column("followed", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("follower", "followed", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_followed"), "follow", ["followed"], unique=False)

    op.create_table(
        "link",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post", "position", name=op.f("pk_link")),
    )
    op.create_table(
        "membership",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account", "channel", "since", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_channel"), "membership", ["channel"], unique=False)

    op.create_table(
        "mention",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post", "position", name=op.f("pk_mention")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("leader", sa.Boolean(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "reaction",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("post", "kind", "account", name=op.f("pk_reaction")),
    )
    op.create_table(
        "revision",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=True),
        sa.Column("source_revision", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("post", "revision", name=op.f("pk_revision")),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_state")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name_ko", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "verification",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("post", "person", name=op.f("pk_verification")),
    )
    op.create_table(
        "views",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_views")),
    )
    op.create_table(
        "audience_token",
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_audience_token_audience_id")),
        sa.PrimaryKeyConstraint("audience_id", "token", name=op.f("pk_audience_token")),
    )
    op.create_index(op.f("ix_audience_token_token"), "audience_token", ["token"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("record_digest", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("published_digest", sa.Text(), nullable=False),
        sa.Column("published_revision", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("audience_given", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=True),
        sa.Column("source_revision", sa.BigInteger(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_revision", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("source_tags", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_post_audience_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("revision", name=op.f("uq_post_revision")),
    )
    op.create_index("ix_post_account_created", "post", ["account", "created"], unique=False)
    op.create_index("ix_post_channel", "post", ["channel"], unique=False)
    op.create_index(
        "ix_post_deleted",
        "post",
        ["deleted"],
        unique=False,
        sqlite_where=sa.text("deleted = 1"),
        postgresql_where=sa.text("deleted"),
    )
    op.create_index(
        "ix_post_parent",
        "post",
        ["parent"],
        unique=False,
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.create_index(
        "ix_post_pending",
        "post",
        ["revision"],
        unique=False,
        sqlite_where=sa.text("published_digest <> digest"),
        postgresql_where=sa.text("published_digest <> digest"),
    )
    op.create_index(
        "ix_post_pending_channel",
        "post",
        ["channel"],
        unique=False,
        sqlite_where=sa.text("published_digest <> digest"),
        postgresql_where=sa.text("published_digest <> digest"),
    )
    op.create_index("ix_post_thread_created", "post", ["thread", "created"], unique=False)
    counter = sa.table("counter", sa.column("name", sa.Text), sa.column("value", sa.BigInteger))
    op.bulk_insert(counter, [{"name": "revision", "value": 0}])


def downgrade() -> None:
    op.drop_index("ix_post_thread_created", table_name="post")
    op.drop_index(
        "ix_post_pending_channel",
        table_name="post",
        sqlite_where=sa.text("published_digest <> digest"),
        postgresql_where=sa.text("published_digest <> digest"),
    )
    op.drop_index(
        "ix_post_pending",
        table_name="post",
        sqlite_where=sa.text("published_digest <> digest"),
        postgresql_where=sa.text("published_digest <> digest"),
    )
    op.drop_index(
        "ix_post_parent",
        table_name="post",
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.drop_index(
        "ix_post_deleted",
        table_name="post",
        sqlite_where=sa.text("deleted = 1"),
        postgresql_where=sa.text("deleted"),
    )
    op.drop_index("ix_post_channel", table_name="post")
    op.drop_index("ix_post_account_created", table_name="post")

    op.drop_table("post")
    op.drop_index(op.f("ix_audience_token_token"), table_name="audience_token")

    op.drop_table("audience_token")
    op.drop_table("views")
    op.drop_table("verification")
    op.drop_table("unit")
    op.drop_table("topic")
    op.drop_table("state")
    op.drop_table("revision")
    op.drop_table("reaction")
    op.drop_table("person")
    op.drop_table("mention")
    op.drop_index(op.f("ix_membership_channel"), table_name="membership")

    op.drop_table("membership")
    op.drop_table("link")
    op.drop_index(op.f("ix_follow_followed"), table_name="follow")

    op.drop_table("follow")
    op.drop_table("employment")
    op.drop_index(op.f("ix_denial_person"), table_name="denial")

    op.drop_table("denial")
    op.drop_table("counter")
    op.drop_table("company")
    op.drop_index(
        "ix_channel_narrowed",
        table_name="channel",
        sqlite_where=sa.text("narrowed IS NOT NULL"),
        postgresql_where=sa.text("narrowed IS NOT NULL"),
    )

    op.drop_table("channel")
    op.drop_table("audience")
    op.drop_table("attachment")
    op.drop_index(
        "ix_api_token_in_force",
        table_name="api_token",
        sqlite_where=sa.text("revoked IS NULL"),
        postgresql_where=sa.text("revoked IS NULL"),
    )

    op.drop_table("api_token")
    op.drop_table("annotation")
    op.drop_index(op.f("ix_account_link_person"), table_name="account_link")

    op.drop_table("account_link")
    op.drop_index(op.f("ix_account_person"), table_name="account")

    op.drop_table("account")
    op.drop_index(op.f("ix_acceptance_answer"), table_name="acceptance")

    op.drop_table("acceptance")
