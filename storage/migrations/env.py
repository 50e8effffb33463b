"""How Alembic gets its connection: ``storage.migrate`` hands it over."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=False,
)
# No transaction is begun here: all migrations belong to the one that holds the lock.
context.run_migrations()
