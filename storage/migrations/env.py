"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context
from sqlalchemy import Connection

from storage.schema import metadata


def run(connection: Connection) -> None:
    """Run what Alembic decided on, in the transaction that the caller opened."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
    context.run_migrations()


run(context.config.attributes["connection"])
