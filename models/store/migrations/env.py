"""Runs the migrations on the connection that `models.store.migrating` hands over."""

from alembic import context

from models.store import directory_tables, snapshot_tables, table, tables

# All of them fill the one metadata.
assert directory_tables.Table is snapshot_tables.Table is tables.Table is table.Table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=table.Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
