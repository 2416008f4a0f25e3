"""Alembic's entry: runs on the connection that `storage.engine.schema` hands it."""

from alembic import context

from storage.engine.schema import is_declared
from storage.tables import Table
from storage.tables.redacted import render

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    include_name=is_declared,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
