"""Alembic's entry: runs the migrations on the connection the store hands over, in the store's transaction."""

from alembic import context

from pipeline.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
