"""The migrations lead to just the tables that the program knows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from core.errors import ConfigurationError
from storage import migrate as migrations
from storage.migrate import is_migrated, migrate
from storage.migrations import NEWEST
from storage.session import open_engine
from storage.tables import metadata


@pytest.fixture
def empty(world):
    """A database of its own, empty."""
    owner = open_engine(world.settings.database_owner_url, connections=1)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS empty"))
        connection.execute(text("CREATE DATABASE empty"))
    yield (
        world.settings.database_owner_url.replace("/sosik?", "/empty?"),
        world.settings.database_url.replace("/sosik?", "/empty?"),
    )
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE empty WITH (FORCE)"))
    owner.dispose()


def test_the_newest_migration_is_what_the_program_knows(world):
    engine = open_engine(world.settings.database_owner_url, connections=1)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_revision_that_the_program_needs_is_the_newest(world):
    assert migrations.newest_revision() == NEWEST


def test_two_that_start_at_once_take_turns(empty):
    owner_url, app_url = empty

    with ThreadPoolExecutor(3) as threads:
        revisions = list(
            threads.map(
                lambda _: migrate(owner_url=owner_url, app_url=app_url), range(3)
            )
        )

    assert set(revisions) == {migrations.newest_revision()}


def test_an_empty_database_is_known_to_be_not_migrated(empty):
    _, app_url = empty
    engine = open_engine(app_url, connections=1)

    assert not is_migrated(engine)
    engine.dispose()


def test_a_migration_that_leaves_a_table_unlocked_is_undone(empty):
    owner_url, app_url = empty
    owner = open_engine(owner_url, connections=1)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE careless (shop_id bigint)"))

    with pytest.raises(ConfigurationError, match="careless"):
        migrate(owner_url=owner_url, app_url=app_url)

    engine = open_engine(app_url, connections=1)
    assert not is_migrated(engine)
    engine.dispose()
    owner.dispose()


def test_tables_of_before_the_first_release_are_told_for_what_they_are(empty):
    """The first migration is changed in place until then, and bears the same name."""
    owner_url, app_url = empty
    migrate(owner_url=owner_url, app_url=app_url)
    owner = open_engine(owner_url, connections=1)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE orders DROP COLUMN locale"))
    owner.dispose()

    with pytest.raises(ConfigurationError, match=r"orders has no locale.*--reset"):
        migrate(owner_url=owner_url, app_url=app_url)
