"""Alembic's entry point: runs the migrations on the connection that the store passes, in the store's transaction."""

from alembic import context

from pipeline.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
