"""Runs the migrations on the connection that `models.store.migrating` hands over."""

from alembic import context

from models.store import directory_tables, tables

assert directory_tables.Table is tables.Table  # both modules fill the one metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
