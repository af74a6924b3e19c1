"""Alembic's entry point: run the migrations on the connection that `upgrade` opened."""

from alembic import context

from ingest.catalogue import bot_schema, schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[schema.metadata, bot_schema.metadata],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
